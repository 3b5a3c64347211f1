import type { Views } from "../memory.js";
import { fround } from "../simd.js";

/** Row by row of a and b, from the last: every output still starts from c and sums over the rows descending. */
export function gemmTN(
  m: Views, c: number, a: number, b: number, M: number, N: number, R: number, ldc: number, lda: number, ldb: number,
  _chunk: number, _scratch: number,
): void {
  const F = m.f32;
  for (let r = R - 1; r >= 0; r--) {
    const from = (b >>> 2) + r * ldb;
    for (let i = 0; i < M; i++) addScaled(F, (c >>> 2) + i * ldc, F[(a >>> 2) + r * lda + i], from, N);
  }
}

/** c[0..n) += x b[0..n) */
export function addScaled(F: Float32Array, c: number, x: number, b: number, n: number): void {
  for (let j = 0; j < n; j++) F[c + j] += fround(x * F[b + j]);
}

export function columnSums(m: Views, sum: number, x: number, rows: number, cols: number, ldx: number): void {
  const F = m.f32;
  for (let r = rows - 1; r >= 0; r--) {
    for (let c = 0, to = sum >>> 2, from = (x >>> 2) + r * ldx; c < cols; c++) F[to + c] += F[from + c];
  }
}
