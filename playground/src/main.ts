import { showBackends } from "./backends.js";
import { showBenchmark } from "./benchmark.js";
import { showDinosaurs } from "./dinosaurs.js";
import { showSoftmax } from "./softmax.js";

showDinosaurs();
showBenchmark();
await Promise.all([showBackends(), showSoftmax()]);
