import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import { setBackend, softmax, tensor2d } from "@tensorflow/tfjs-core";

setThreadsCount(1);
await setBackend("wasm");
console.log(softmax(tensor2d(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), [1, 10])).dataSync()[0]);
