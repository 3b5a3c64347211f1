// From the start of a process to the first softmax of ten numbers, for the programs of first/.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { summary } from "../harness.js";
import { type Measurement, nanoseconds, targeted } from "../schema.js";
import { COLD_LIMIT } from "./targets.js";

export const programs = ["softcell", "tfjs-wasm", "tfjs-cpu", "jax-js", "onnxruntime-web", "onnxruntime-node"];

const SECTION = "cold process to first softmax";

/** They take turns. One that fails is a note. */
export async function coldStarts(names: readonly string[], rounds: number, notes: string[]): Promise<Measurement[]> {
  const samples = new Map<string, number[]>(["empty", ...names].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, times] of samples) {
      try {
        times.push(await firstOutput(name));
      } catch (error) {
        notes.push(`skipped: cold start of ${name}: ${error instanceof Error ? error.message : error}`);
        samples.delete(name);
      }
    }
  }
  const all = [...samples].map(([variant, times]) => {
    return { section: SECTION, name: "process", size: "", variant, ...nanoseconds(summary(times, 1)) };
  });
  const empty = all.find(({ variant }) => variant === "empty");
  return empty ? [...all, ...all.filter((item) => item !== empty).map((item) => above(item, empty.median))] : all;
}

function above(item: Measurement, empty: number): Measurement {
  const [median, p25, p75] = [item.median, item.p25, item.p75].map((ns) => (ns - empty) / 1e6);
  const rest = { ...item, name: "above empty", unit: "ms", median, p25, p75 } as const;
  return targeted(rest, "median", item.variant === "softcell" ? COLD_LIMIT : undefined);
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
