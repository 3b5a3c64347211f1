import { TWO_64 } from "../../coefficients.js";
import { exp2 } from "../math/double.js";
import type { Views } from "../memory.js";
import { fround } from "../simd.js";
import { BIAS_64, expSum, expTop } from "./expsum.js";
import { log1p } from "./log1p.js";
import { place, topOf } from "./maximum.js";
import { scaleRow } from "./scale.js";
import { sumOf } from "./sum.js";

/** Rows with fewer columns are computed in float64. */
const SHORT = 32;

/** L of src/contract.ts, t = expTop(). The exp of the others stay at e, scaled by 2^64, 0 at top; e < 0 does not keep them. */
export function logOfSum(
  F: Float32Array, e: number, x: number, n: number, m: number, top: number, beta: number, t: number,
): number {
  return log1p(expSum(F, e, x, n, m, top, beta, BIAS_64) / t);
}

/** logOfSum in float64 for n < SHORT. */
function logOfShortSum(F: Float32Array, x: number, n: number, m: number, top: number, beta: number): number {
  const s = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) if (i !== top) s[i & 3] += exp2((F[x + i] - m) * beta);
  return log1p(s[0] + s[2] + (s[1] + s[3]));
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
    const value = b * top;
    if (Math.abs(value) === Number.POSITIVE_INFINITY) F[to] = infinite(F, from, cols, value);
    else if (cols < SHORT) F[to] = value + logOfShortSum(F, from, cols, top, place, b);
    else F[to] = value + logOfSum(F, -1, from, cols, top, place, b, expTop(top, b, TWO_64));
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
    const at = to + place;
    const value = b * top;
    const d = F[(dlse >>> 2) + r] * b;
    if (Math.abs(value) === Number.POSITIVE_INFINITY) {
      infiniteBackward(F, to, from, cols, b, value, fround(d));
      continue;
    }
    const t = expTop(top, b, TWO_64);
    const L = logOfSum(F, to, from, cols, top, place, b, t);
    const total = value + L === value ? t : sumOf() + t;
    scaleRow(F, to, to, cols, fround(d / total));
    F[at] = d * (t / total);
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
