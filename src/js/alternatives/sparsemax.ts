import type { Views } from "../memory.js";
import { largest } from "./largest.js";

/** t with sum max(d - t, 0) = 1, d = (x - top) beta. */
function threshold(F: Float32Array, x: number, n: number, top: number, beta: number): number {
  let t = -1;
  let count = n + 1;
  while (true) {
    const s = [0, 0, 0, 0];
    let above = 0;
    for (let i = 0; i < n; i++) {
      const d = (F[x + i] - top) * beta;
      if (d <= t) continue;
      s[i & 3] += d;
      above++;
    }
    if (above >= count) return t;
    t = (s[0] + s[2] + (s[1] + s[3]) - 1) / above;
    count = above;
  }
}

export function sparsemax(
  m: Views, y: number, x: number, rows: number, cols: number, ldy: number, ldx: number, beta: number,
): void {
  const F = m.f32;
  const sign = beta < 0 ? -1 : 1;
  for (let r = 0, to = y >>> 2, from = x >>> 2; r < rows; r++, to += ldy, from += ldx) {
    const top = largest(F, from, cols, sign) * sign;
    const t = threshold(F, from, cols, top, beta);
    for (let i = 0; i < cols; i++) {
      const d = (F[from + i] - top) * beta;
      F[to + i] = d <= t ? 0 : d - t;
    }
  }
}

/** The mean of dy where y > 0; NaN where y has NaN. */
function supportMean(F: Float32Array, dy: number, y: number, n: number): number {
  const s = [0, 0, 0, 0];
  let count = 0;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const p = F[y + i];
    sum += p; // its order is free: only whether it is finite counts
    if (p <= 0) continue;
    s[i & 3] += F[dy + i];
    count++;
  }
  return (s[0] + s[2] + (s[1] + s[3])) / count + (sum - sum);
}

export function sparsemaxBackward(
  m: Views, dx: number, dy: number, y: number, rows: number, cols: number, lddx: number, lddy: number, ldy: number,
  beta: number,
): void {
  const F = m.f32;
  for (let r = 0; r < rows; r++) {
    const to = (dx >>> 2) + r * lddx;
    const d = (dy >>> 2) + r * lddy;
    const p = (y >>> 2) + r * ldy;
    const mean = supportMean(F, d, p, cols);
    for (let i = 0; i < cols; i++) F[to + i] = F[p + i] <= 0 ? 0 : (F[d + i] - mean) * beta;
  }
}
