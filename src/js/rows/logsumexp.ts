import { SHORT_ROW } from "../../coefficients.js";
import { logOnePlus } from "../math/log1p.js";
import type { Views } from "../memory.js";
import { fround } from "../simd.js";
import { exactOthers } from "./exact.js";
import { expSum, expTop } from "./expsum.js";
import { place, topOf } from "./maximum.js";
import { scaleExps } from "./scale.js";

/** L of src/contract.ts, t = expTop(). The exp of the others stay at e, scaled by 2^80, 0 at top; e < 0 does not keep them. */
export function logOfSum(
  F: Float32Array, e: number, x: number, n: number, m: number, top: number, beta: number, t: number,
): number {
  return logOnePlus(expSum(F, e, x, n, m, top, beta) / t);
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
  for (let r = 0, to = lse >>> 2, from = x >>> 2; r < rows; r++, to++, from += ldx) {
    if (cols === 0) {
      F[to] = Number.NEGATIVE_INFINITY;
      continue;
    }
    const top = topOf(F, from, cols, beta);
    const value = beta * top;
    if (Math.abs(value) === Number.POSITIVE_INFINITY) F[to] = infinite(F, from, cols, value);
    else if (cols < SHORT_ROW) F[to] = value + logOnePlus(exactOthers(F, from, cols, top, place, beta));
    else F[to] = value + logOfSum(F, -1, from, cols, top, place, beta, expTop(top, beta));
  }
}

export function logSumExpBackward(
  m: Views, dx: number, dlse: number, x: number, rows: number, cols: number, lddx: number, ldx: number, beta: number,
  _scratch: number,
): void {
  const F = m.f32;
  if (cols === 0) return;
  for (let r = 0, to = dx >>> 2, from = x >>> 2; r < rows; r++, to += lddx, from += ldx) {
    const top = topOf(F, from, cols, beta);
    const at = to + place;
    const value = beta * top;
    const d = F[(dlse >>> 2) + r] * beta;
    if (Math.abs(value) === Number.POSITIVE_INFINITY) {
      infiniteBackward(F, to, from, cols, beta, value, fround(d));
      continue;
    }
    const t = expTop(top, beta);
    const total = expSum(F, to, from, cols, top, place, beta) + t;
    scaleExps(F, to, to, cols, d / total);
    F[at] = d * (t / total);
  }
}

/** exp(beta x - lse) for an infinite lse: NaN where beta x is +Infinity too, else 0; NaN if there is one in the row. */
function infiniteBackward(
  F: Float32Array, dx: number, x: number, n: number, beta: number, value: number, d: number,
): void {
  const nan = Number.isNaN(infinite(F, x, n, value));
  for (let i = 0; i < n; i++) {
    const all = nan || (value > 0 && F[x + i] * beta === value);
    F[dx + i] = d * (all ? Number.NaN : 0);
  }
}
