// Checks and times one case in a process of its own: isolated.ts INDEX quick|full, the result goes to process.send().
//
// V8 drops an optimisation for the rest of a process once any ArrayBuffer was detached, by a memory that grows or a
// transfer (tsx does it when it loads CommonJS): plain loops over typed arrays are slower from then on. Here only ES
// modules are loaded and no memory grows, which is the best case of plain JavaScript.
import { init } from "../src/index.js";
import { runCase } from "./cases.js";
import { CASES } from "./families/index.js";
import { FULL, QUICK } from "./harness.js";

/** 128 MiB, so that no memory grows. */
const memory = { initial: 2048 };

const [index, budget] = process.argv.slice(2);
const library = { strict: await init({ backend: "strict", memory }), twin: await init({ backend: "js", memory }) };
process.send?.(runCase(CASES[Number(index)], library, budget === "quick" ? QUICK : FULL));
