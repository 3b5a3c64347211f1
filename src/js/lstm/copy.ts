import type { Views } from "../memory.js";

/** to[width] = from[n], the rest 0; from < 0: all 0 */
export function copyRow(F: Float32Array, to: number, from: number, n: number, width: number): void {
  const copied = from < 0 ? 0 : n;
  for (let i = 0; i < copied; i++) F[to + i] = F[from + i];
  for (let i = copied; i < width; i++) F[to + i] = 0;
}

/** Whether sequence b has a step t. lengths: an index into the i32 view, 0 for none. */
export function isValid(m: Views, lengths: number, t: number, b: number): boolean {
  return lengths === 0 || t < m.i32[lengths + b];
}

export function copySteps(
  m: Views, y: number, x: number, lengths: number, T: number, B: number, cols: number, width: number, yStep: number,
  yRow: number, xStep: number, xRow: number,
): void {
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      const valid = x !== 0 && isValid(m, lengths >>> 2, t, b);
      const from = valid ? (x >>> 2) + t * xStep + b * xRow : -1;
      copyRow(m.f32, (y >>> 2) + t * yStep + b * yRow, from, cols, width);
    }
  }
}
