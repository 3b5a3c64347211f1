// From the start of a process to the first softmax of ten numbers, for the programs of first/.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { summary } from "../harness.js";
import type { Cold } from "./results.js";

export const programs = ["softcell", "tfjs-wasm", "tfjs-cpu", "jax-js", "onnxruntime-web", "onnxruntime-node"];

/** They take turns. */
export async function coldStarts(names: readonly string[], rounds: number): Promise<Cold[]> {
  const samples = new Map<string, number[]>(["empty", ...names].map((name) => [name, []]));
  const errors = new Map<string, string>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, times] of samples) {
      if (errors.has(name)) continue;
      await firstOutput(name).then(
        (time) => times.push(time),
        (error: Error) => errors.set(name, error.message),
      );
    }
  }
  const empty = summary(samples.get("empty") ?? [], 1);
  return [...samples].map(([name, times]) => {
    const error = errors.get(name);
    if (error) return { name, error };
    const timing = summary(times, 1);
    return { name, timing, above: timing.median - empty.median };
  });
}

/** Milliseconds. */
function firstOutput(name: string): Promise<number> {
  const file = fileURLToPath(new URL(`first/${name}.js`, import.meta.url));
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "pipe"] });
    let time: number | undefined;
    let complaint = "";
    child.stdout.once("data", () => {
      time = performance.now() - start;
    });
    child.stderr.on("data", (text) => {
      complaint += text;
    });
    child.on("close", () => {
      if (time === undefined) reject(new Error(complaint.match(/^\w*Error.*$/m)?.[0] ?? "no result"));
      else resolve(time);
    });
  });
}
