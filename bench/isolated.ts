// Checks and times one case in a process of its own: isolated.ts INDEX quick|full, the result goes to process.send().
//
// V8 drops an optimisation for the rest of a process once any ArrayBuffer was detached, by a memory that grows or a
// transfer (tsx does it when it loads CommonJS): plain loops over typed arrays are slower from then on. Here only ES
// modules are loaded and no memory grows, which is the best case of plain JavaScript.
import { init } from "../src/index.js";
import { runCase } from "./cases.js";
import { CASES } from "./families/index.js";
import { FULL, QUICK } from "./harness.js";
import type { Measurement } from "./schema.js";

/** 128 MiB, so that no memory grows. */
const memory = { initial: 2048 };

export interface Sent {
  measurements?: Measurement[];
  error?: string;
}

const [index, budget] = process.argv.slice(2);
const library = { strict: await init({ backend: "strict", memory }), twin: await init({ backend: "js", memory }) };
const send = (sent: Sent) => process.send?.(sent);
try {
  send({ measurements: runCase(CASES[Number(index)], library, budget === "quick" ? QUICK : FULL) });
} catch (error) {
  send({ error: error instanceof Error ? error.message : String(error) });
}
