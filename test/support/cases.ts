// Sizes and values of the case tables.
import type { Random } from "./random.js";

export const SIZES = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 64, 100, 1000];
export const ROWS = [1, 2, 3, 5];

/** Kinds of rows: each fills x [rows][cols] with its values. */
export const VALUES: Record<string, (random: Random, rows: number, cols: number) => Float32Array> = {
  uniform: (random, rows, cols) => random.floats(rows * cols, -3, 3),
  outliers: (random, rows, cols) => random.floats(rows * cols).map((v) => (random.below(5) ? v : v * 20)),
  equal: (_, rows, cols) => new Float32Array(rows * cols).fill(1.25),
  "near 1e4": (random, rows, cols) => random.floats(rows * cols, 9990, 10010),
  "near -1e4": (random, rows, cols) => random.floats(rows * cols, -10010, -9990),
  "90 to 100": (random, rows, cols) => random.floats(rows * cols, 90, 100),
  "around the ends of the exact shift": (random, rows, cols) =>
    random.floats(rows * cols, -5, 1).map((v, i) => v + (i % 2 ? 700 : -570)),
  huge: (random, rows, cols) => random.floats(rows * cols, -3e38, 3e38),
  "deep tails": (random, rows, cols) => random.floats(rows * cols, -200, 0),
  "half masked": (random, rows, cols) =>
    random.floats(rows * cols, -3, 3).map((v) => (random.below(2) ? v : Number.NEGATIVE_INFINITY)),
  "all -Infinity": (_, rows, cols) => new Float32Array(rows * cols).fill(Number.NEGATIVE_INFINITY),
  "one Infinity": (random, rows, cols) => withOne(random, rows, cols, Number.POSITIVE_INFINITY),
  "one NaN": (random, rows, cols) => withOne(random, rows, cols, Number.NaN),
  "-0 and 0": (random, rows, cols) => new Float32Array(rows * cols).map(() => (random.below(2) ? 0 : -0)),
  denormals: (random, rows, cols) => random.floats(rows * cols, -1e-38, 1e-38),
  confident: (random, rows, cols) => random.floats(rows * cols).map((v, i) => (i % cols === 0 ? 40 : v)),
};

function withOne(random: Random, rows: number, cols: number, value: number): Float32Array {
  const x = random.floats(rows * cols);
  for (let r = 0; r < rows; r++) x[r * cols + random.below(cols)] = value;
  return x;
}

/** Every bit pattern that is an edge of float32, with its neighbours, and random ones. */
export function edges(random: Random, extra: number): Float32Array {
  const bits: number[] = [];
  for (const sign of [0, 0x80000000]) {
    for (let exponent = 0; exponent < 256; exponent++) {
      for (const mantissa of [0, 1, 0x400000, 0x7fffff]) bits.push(sign + exponent * 0x800000 + mantissa);
    }
  }
  for (let i = 0; i < extra; i++) bits.push(random.bits());
  return new Float32Array(Uint32Array.from(bits).buffer);
}
