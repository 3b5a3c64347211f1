// What `npm run docs:accuracy` has measured, kept so that a test need not measure it again.
import { readFileSync, writeFileSync } from "node:fs";
import type { Softcell } from "../../../src/index.js";
import type { Block } from "./cases.js";
import { climb } from "./climb.js";
import { type Name, type Results, resultsOf, solve } from "./functions.js";
import { errorsOn, type Figures, type Sizes, type Way } from "./measure.js";
import { usualResults } from "./usual.js";

/** The worst row that climbing found, its numbers with spaces between them. */
export interface HardRow {
  x: string;
  dy: string;
  target: number;
  temperature: number;
  ulp: Record<Way, number>;
}

export interface Measured {
  figures: Figures;
  sizes: Sizes;
  hard: Results<HardRow>;
}

const FILE = new URL("figures.json", import.meta.url);

export const readMeasured = (): Measured => JSON.parse(readFileSync(FILE, "utf8"));

export function writeMeasured(measured: Measured): void {
  writeFileSync(FILE, `${JSON.stringify(measured, null, 2)}\n`);
}

/** The hard row of a function: found on strict, the others on the same row. */
export function hardRow(name: Name, strict: Softcell, relaxed: Softcell): HardRow {
  const { x, dy, targets, temperature } = climb(strict, name);
  const row = { x: x.join(" "), dy: dy.join(" "), target: targets[0], temperature };
  const [s, r, u] = [strict, relaxed, undefined].map((sc) => errorOnRow(name, row, sc));
  return { ...row, ulp: { strict: s, relaxed: r, usual: u } };
}

/** The error of a function on a recorded row; the usual way without an instance. */
export function errorOnRow(name: Name, row: Omit<HardRow, "ulp">, sc?: Softcell): number {
  const solved = solve(blockOf(row));
  return errorsOn(solved, sc ? resultsOf(sc, solved) : usualResults(solved))[name];
}

function blockOf({ x, dy, target, temperature }: Omit<HardRow, "ulp">): Block {
  const [numbers, slopes] = [x, dy].map((text) => Float32Array.from(text.split(" "), Number));
  return { x: numbers, dy: slopes, targets: Int32Array.of(target), rows: 1, cols: numbers.length, temperature };
}
