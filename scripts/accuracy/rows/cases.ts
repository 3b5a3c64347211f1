// The rows that the functions of rows are measured on, each block drawn from a seed of its own.
import { Random } from "../../../test/support/random.js";

/** normal: normal numbers. dominating: one of them is up to 60 above the largest of the others. */
export type Kind = "normal" | "dominating";

/** A block of rows: normal numbers of this deviation around the offset, both in units of the temperature. */
export interface Case {
  kind: Kind;
  temperature: number;
  deviation: number;
  offset: number;
  cols: number;
}

export interface Block {
  x: Float32Array;
  /** For the gradients: standard normal. */
  dy: Float32Array;
  /** Every third is the place of the largest entry. */
  targets: Int32Array;
  rows: number;
  cols: number;
  /** Of all functions but cross-entropy, which has none. */
  temperature: number;
}

export const KINDS: Kind[] = ["normal", "dominating"];
export const DEVIATIONS = [1, 3, 20];
export const OFFSETS = [0, 100, -100, 2000, -2000];
/** Short rows, tails, both sides of 32 columns and of the 2,048 of a block. */
export const COLUMNS = [
  ...[1, 2, 3, 4, 5, 7, 10, 15, 17, 31, 32, 33, 50, 64, 100, 255, 1000],
  ...[2047, 2049, 4096, 10_007, 32_768, 65_537, 131_072],
];

/** Each block is measured at 1 and at one of these. */
export const TEMPERATURES = [0.1, 0.7, 0.8, 1.1, 1.5, 3, 10];

/** Those that the table by columns shows. */
export const SHOWN = [2, 10, 100, 1000, 10_007, 131_072];

export const CASES: Case[] = KINDS.flatMap((kind) =>
  DEVIATIONS.flatMap((deviation) =>
    OFFSETS.flatMap((offset) =>
      COLUMNS.flatMap((cols, i) => {
        const other = TEMPERATURES[(i + Math.abs(offset) + deviation) % TEMPERATURES.length];
        return [1, other].map((temperature) => ({ kind, temperature, deviation, offset, cols }));
      }),
    ),
  ),
);

/** How many rows a block has: some 16,384 numbers. */
export const rowsOf = (cols: number): number => Math.min(2048, Math.ceil(16_384 / cols));

const seedOf = ({ kind, deviation, offset, cols }: Case): number =>
  64 * cols + 10 * DEVIATIONS.indexOf(deviation) + 2 * OFFSETS.indexOf(offset) + KINDS.indexOf(kind);

export function draw(c: Case): Block {
  const { kind, temperature, deviation, offset, cols } = c;
  const random = new Random(seedOf(c));
  const rows = rowsOf(cols);
  const x = random.normals(rows * cols, deviation).map((v) => (v + offset) * temperature);
  const targets = random.ints(rows, cols);
  for (let r = 0; r < rows; r++) {
    const row = x.subarray(r * cols, (r + 1) * cols);
    const largest = row.reduce((a, b) => Math.max(a, b));
    if (kind === "dominating") row[random.below(cols)] = largest + random.uniform(0, 60) * temperature;
    if (r % 3 === 0) targets[r] = row.indexOf(row.reduce((a, b) => Math.max(a, b)));
  }
  return { x, dy: random.normals(rows * cols), targets, rows, cols, temperature };
}
