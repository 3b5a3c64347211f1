import { logOnePlus } from "../math/log1p.js";
import type { Views } from "../memory.js";
import { fround } from "../simd.js";
import { BIAS_64, expSum, topExp } from "./expsum.js";
import { topOf } from "./maximum.js";
import { scaleRow } from "./scale.js";
import { sumOf } from "./sum.js";

/** L of src/contract.ts. The exp stay at e, scaled by 2^64; e < 0 does not keep them. */
export function logOfSum(F: Float32Array, e: number, x: number, n: number, beta: number, top: number): number {
  const others = expSum(F, e, x, n, F[x + top], beta, BIAS_64, top);
  return logOnePlus(others / topExp);
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
  if (cols === 0) return;
  for (let r = 0, to = dx >>> 2, from = x >>> 2; r < rows; r++, to += lddx, from += ldx) {
    const top = topOf(F, from, cols, b);
    const value = b * F[from + top];
    const d = F[(dlse >>> 2) + r] * b;
    if (Math.abs(value) === Number.POSITIVE_INFINITY) {
      infiniteBackward(F, to, from, cols, b, value, fround(d));
      continue;
    }
    const L = logOfSum(F, to, from, cols, b, top);
    const f = fround(d / (value + L === value ? topExp : sumOf() + topExp));
    scaleRow(F, to, to, cols, f);
  }
}

/** exp(beta x - lse) for an infinite lse: NaN where beta x is +Infinity too, else 0; NaN if there is one in the row. */
function infiniteBackward(
  F: Float32Array, dx: number, x: number, n: number, beta: number, value: number, d: number,
): void {
  const nan = Number.isNaN(infinite(F, x, n, value));
  for (let i = 0; i < n; i++) {
    const all = nan || (value > 0 && fround(F[x + i] * beta) === value);
    F[dx + i] = d * (all ? Number.NaN : 0);
  }
}
