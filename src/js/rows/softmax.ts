import type { Views } from "../memory.js";
import { fround } from "../simd.js";
import { BLOCK, EXPS, expSum } from "./expsum.js";
import { topValue } from "./maximum.js";
import { addSum, clearSum, sumOf } from "./sum.js";

export function softmax(
  m: Views, y: number, x: number, rows: number, cols: number, ldy: number, ldx: number, beta: number, _scratch: number,
): void {
  const F = m.f32;
  const b = fround(beta);
  for (let r = 0, to = y >>> 2, from = x >>> 2; r < rows; r++, to += ldy, from += ldx) {
    const sum = expSum(F, to, from, cols, topValue(F, from, cols, b), b, 127, -1);
    const inverse = fround(1 / sum);
    for (let i = to, end = to + cols; i < end; i++) F[i] *= inverse;
  }
}

export function softmaxBackward(
  m: Views, dx: number, dy: number, y: number, rows: number, cols: number, lddx: number, lddy: number, ldy: number,
  beta: number, _scratch: number,
): void {
  const F = m.f32;
  const b = fround(beta);
  for (let r = 0; r < rows; r++) {
    const to = (dx >>> 2) + r * lddx;
    const d = (dy >>> 2) + r * lddy;
    const p = (y >>> 2) + r * ldy;
    clearSum();
    for (let c = 0; c < cols; c += BLOCK) {
      const n = Math.min(BLOCK, cols - c);
      for (let i = 0; i < n; i++) EXPS[i] = F[d + c + i] * F[p + c + i];
      addSum(EXPS, 0, n);
    }
    const sum = fround(sumOf());
    for (let i = 0; i < cols; i++) F[to + i] = fround(fround(F[d + i] - sum) * F[p + i]) * b;
  }
}
