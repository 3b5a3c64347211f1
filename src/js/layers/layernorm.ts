import { columnSums } from "../gemm/gemmtn.js";
import type { Views } from "../memory.js";

/** Element i of a row, times that of w where w is not 0. */
function entry(F: Float32Array, x: number, w: number, i: number): number {
  return w ? F[x + i] * F[w + i] : F[x + i];
}

/** sum x w / n, w of 0: 1 */
function meanOf(F: Float32Array, x: number, w: number, n: number): number {
  const s = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) s[i & 3] += entry(F, x, w, i);
  return (s[0] + s[2] + (s[1] + s[3])) / n;
}

/** sum (a w - s) (b - t) / n, w of 0: 1 */
function covariance(F: Float32Array, a: number, w: number, s: number, b: number, t: number, n: number): number {
  const sums = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) sums[i & 3] += (entry(F, a, w, i) - s) * (F[b + i] - t);
  return (sums[0] + sums[2] + (sums[1] + sums[3])) / n;
}

function factor(F: Float32Array, x: number, mean: number, n: number, eps: number): number {
  const variance = covariance(F, x, 0, mean, x, mean, n) + eps;
  return variance === 0 ? 0 : 1 / Math.sqrt(variance);
}

export function layerNorm(
  m: Views, y: number, x: number, weight: number, bias: number, rows: number, cols: number, ldy: number, ldx: number,
  eps: number,
): void {
  const F = m.f32;
  const [W, B] = [weight >>> 2, bias >>> 2];
  for (let r = 0, to = y >>> 2, from = x >>> 2; r < rows; r++, to += ldy, from += ldx) {
    const mean = meanOf(F, from, 0, cols);
    const k = factor(F, from, mean, cols, eps);
    for (let i = 0; i < cols; i++) {
      let v = (F[from + i] - mean) * k;
      if (W) v *= F[W + i];
      F[to + i] = B ? v + F[B + i] : v;
    }
  }
}

export function layerNormBackward(
  m: Views, dweight: number, dbias: number, dx: number, dy: number, x: number, weight: number, rows: number,
  cols: number, lddx: number, lddy: number, ldx: number, eps: number,
): void {
  const F = m.f32;
  if (dbias) columnSums(m, dbias, dy, rows, cols, lddy);
  for (let r = rows - 1; r >= 0; r--) {
    const [to, d, from] = [(dx >>> 2) + r * lddx, (dy >>> 2) + r * lddy, (x >>> 2) + r * ldx];
    const mean = meanOf(F, from, 0, cols);
    const k = factor(F, from, mean, cols, eps);
    if (dweight) for (let i = 0, w = dweight >>> 2; i < cols; i++) F[w + i] += F[d + i] * ((F[from + i] - mean) * k);
    rowBackward(F, to, d, weight >>> 2, from, mean, k, cols);
  }
}

function rowBackward(
  F: Float32Array, dx: number, dy: number, weight: number, x: number, mean: number, k: number, n: number,
): void {
  const upstream = meanOf(F, dy, weight, n);
  const c = covariance(F, dy, weight, upstream, x, mean, n) * (k * k);
  for (let i = 0; i < n; i++) F[dx + i] = (entry(F, dy, weight, i) - upstream - (F[x + i] - mean) * c) * k;
}
