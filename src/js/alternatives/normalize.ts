import type { Views } from "../memory.js";

/** sum x / n */
function meanOf(F: Float32Array, x: number, n: number): number {
  const s = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) s[i & 3] += F[x + i];
  return (s[0] + s[2] + (s[1] + s[3])) / n;
}

/** sum (a - s) (b - t) / n */
function covariance(F: Float32Array, a: number, s: number, b: number, t: number, n: number): number {
  const sums = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) sums[i & 3] += (F[a + i] - s) * (F[b + i] - t);
  return (sums[0] + sums[2] + (sums[1] + sums[3])) / n;
}

function factor(F: Float32Array, x: number, mean: number, n: number, eps: number): number {
  const variance = covariance(F, x, mean, x, mean, n) + eps;
  return variance === 0 ? 0 : 1 / Math.sqrt(variance);
}

export function standardNormalize(
  m: Views, y: number, x: number, rows: number, cols: number, ldy: number, ldx: number, eps: number,
): void {
  const F = m.f32;
  for (let r = 0, to = y >>> 2, from = x >>> 2; r < rows; r++, to += ldy, from += ldx) {
    const mean = meanOf(F, from, cols);
    const k = factor(F, from, mean, cols, eps);
    for (let i = 0; i < cols; i++) F[to + i] = (F[from + i] - mean) * k;
  }
}

export function standardNormalizeBackward(
  m: Views, dx: number, dy: number, x: number, rows: number, cols: number, lddx: number, lddy: number, ldx: number,
  eps: number,
): void {
  const F = m.f32;
  for (let r = 0; r < rows; r++) {
    const to = (dx >>> 2) + r * lddx;
    const d = (dy >>> 2) + r * lddy;
    const from = (x >>> 2) + r * ldx;
    const mean = meanOf(F, from, cols);
    const k = factor(F, from, mean, cols, eps);
    const upstream = meanOf(F, d, cols);
    const c = covariance(F, d, upstream, from, mean, cols) * (k * k);
    for (let i = 0; i < cols; i++) F[to + i] = (F[d + i] - upstream - (F[from + i] - mean) * c) * k;
  }
}
