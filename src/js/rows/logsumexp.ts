import type { Views } from "../memory.js";
import { fround } from "../simd.js";
import { BIAS_64, expSum, topExp } from "./expsum.js";
import { log1p } from "./log1p.js";
import { topOf, topValue } from "./maximum.js";
import { softmaxRow } from "./softmax.js";

/** L of src/contract.ts. The exp stay at e, scaled by 2^64; e < 0 does not keep them. */
export function logOfSum(F: Float32Array, e: number, x: number, n: number, beta: number, top: number): number {
  const others = expSum(F, e, x, n, F[x + top], beta, BIAS_64, top);
  return log1p(others / topExp);
}

/** The log-sum-exp of a row whose beta m is infinite: that, or NaN if there is one. */
function infinite(F: Float32Array, x: number, n: number, value: number): number {
  for (let i = x; i < x + n; i++) if (Number.isNaN(F[i])) return Number.NaN;
  return value;
}

export function logSumExp(
  m: Views, lse: number, x: number, rows: number, cols: number, ldx: number, beta: number, _scratch: number,
): void {
  const F = m.f32;
  const b = fround(beta);
  for (let r = 0, to = lse >>> 2, from = x >>> 2; r < rows; r++, to++, from += ldx) {
    if (cols === 0) {
      F[to] = Number.NEGATIVE_INFINITY;
      continue;
    }
    const top = topOf(F, from, cols, b);
    const value = b * F[from + top];
    if (Math.abs(value) === Number.POSITIVE_INFINITY) F[to] = infinite(F, from, cols, value);
    else F[to] = value + logOfSum(F, -1, from, cols, b, top);
  }
}

export function logSumExpBackward(
  m: Views, dx: number, dlse: number, x: number, rows: number, cols: number, lddx: number, ldx: number, beta: number,
  _scratch: number,
): void {
  const F = m.f32;
  const b = fround(beta);
  for (let r = 0, to = dx >>> 2, from = x >>> 2; r < rows; r++, to += lddx, from += ldx) {
    const top = topValue(F, from, cols, b);
    const value = fround(b * top);
    if (value === Number.NEGATIVE_INFINITY && infinite(F, from, cols, value) === value) F.fill(0, to, to + cols);
    else softmaxRow(F, to, from, cols, top, b, F[(dlse >>> 2) + r] * b);
  }
}
