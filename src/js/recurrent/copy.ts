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
  m: Views, y: number, x: number, order: number, T: number, B: number, cols: number, width: number, yStep: number,
  yRow: number, xStep: number, xRow: number, added: number,
): void {
  const F = m.f32;
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      const n = order ? m.i32[(order >>> 2) + t * B + b] : t;
      const valid = x !== 0 && n >= 0;
      const to = (y >>> 2) + t * yStep + b * yRow;
      const from = (x >>> 2) + n * xStep + b * xRow;
      if (!added) copyRow(F, to, valid ? from : -1, cols, width);
      else if (valid) for (let i = 0; i < cols; i++) F[to + i] += F[from + i];
    }
  }
}
