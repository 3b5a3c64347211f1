// A thread of the sweep: takes a function and a range, answers with the results.
import { parentPort, workerData } from "node:worker_threads";
import { Sweep } from "./sweep.js";

export interface Task {
  name: string;
  first: number;
  blocks: number;
  step: number;
}

const sweep = new Sweep(workerData as WebAssembly.Module);
parentPort!.on("message", ({ name, first, blocks, step }: Task) => {
  parentPort!.postMessage(sweep.run(name, first, blocks, step));
});
