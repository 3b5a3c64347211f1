// The results of the sweep as the comments in assembly have them.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Bound, type Build, CELLS, FOLDER, type WorstCase, worstLines } from "../support/bounds.js";
import { CELL } from "../support/lstm/activation.js";
import type { Result } from "./sweep.js";

/** Digits are rounded up for errors and down for shares, so that what stands there is true. */
export function worstCase({ worst, at, got, want, correct }: Result, inputs: number): WorstCase {
  const share = (Math.floor((correct / inputs) * 1e8) / 1e6).toFixed(6);
  if (worst === 0) return { ulp: "0", at: "-", got: "-", want: "-", correct: share };
  return {
    ulp: Number.isFinite(worst) ? (Math.ceil(worst * 1e6) / 1e6).toFixed(6) : String(worst),
    at: `0x${at.toString(16).padStart(8, "0")}`,
    got: shortest(got, 9),
    want: shortest(want, 12),
    correct: share,
  };
}

const shortest = (value: number, digits: number): string => String(Number(value.toPrecision(digits)));

/** Writes the worst cases of a function below its bound. */
export function record(name: string, { file }: Bound, worst: Record<Build, WorstCase>): void {
  const path = join(name in CELL ? CELLS : FOLDER, file);
  const lines = readFileSync(path, "utf8").split("\n");
  const kept = lines.filter(
    (line) => !line.startsWith(`// Worst of ${name}:`) && !line.startsWith(`// Worst of ${name},`),
  );
  const at = kept.findIndex((line) => line.startsWith(`// Bound of ${name}:`));
  kept.splice(at + 1, 0, ...worstLines(name, worst));
  writeFileSync(path, kept.join("\n"));
}
