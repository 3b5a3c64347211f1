import { LEAST_EXP } from "../../coefficients.js";
import type { Views } from "../memory.js";
import { fround } from "../simd.js";
import { expBlock } from "./expblock.js";
import { BLOCK, EXPS, expTop } from "./expsum.js";
import { logOfSum } from "./logsumexp.js";
import { place, topOf } from "./maximum.js";
import { addSum, clearSum, sumOf } from "./sum.js";

export function logSoftmax(
  m: Views, y: number, x: number, rows: number, cols: number, ldy: number, ldx: number, beta: number, _scratch: number,
): void {
  const F = m.f32;
  if (cols === 0) return;
  for (let r = 0, to = y >>> 2, from = x >>> 2; r < rows; r++, to += ldy, from += ldx) {
    const max = topOf(F, from, cols, beta);
    const L = logOfSum(F, -1, from, cols, max, place, beta, expTop(max, beta));
    if (beta === 1) {
      const K = fround(max + L);
      const k = fround(max - K + L);
      for (let i = 0; i < cols; i++) F[to + i] = fround(F[from + i] - K) - k;
    } else {
      for (let i = 0; i < cols; i++) F[to + i] = (F[from + i] - max) * beta - L;
    }
  }
}

export function logSoftmaxBackward(
  m: Views, dx: number, dy: number, y: number, rows: number, cols: number, lddx: number, lddy: number, ldy: number,
  beta: number, _scratch: number,
): void {
  const F = m.f32;
  for (let r = 0; r < rows; r++) {
    const to = (dx >>> 2) + r * lddx;
    const d = (dy >>> 2) + r * lddy;
    const p = (y >>> 2) + r * ldy;
    clearSum();
    addSum(F, d, cols);
    const sum = sumOf() * 2 ** -32;
    for (let c = 0; c < cols; c += BLOCK) {
      const n = Math.min(BLOCK, cols - c);
      expBlock(EXPS, 0, F, p + c, n, 0, 127 + 32);
      for (let i = 0; i < n; i++) {
        const e = F[p + c + i] > 64 ? Number.POSITIVE_INFINITY : EXPS[i] < LEAST_EXP ? 0 : EXPS[i];
        F[to + c + i] = (F[d + c + i] - e * sum) * beta;
      }
    }
  }
}
