// log-sum-exp over the last axis, forward and backward. The largest entry stays out of the sum: the sum of the others
// is exact however small it is, ties included, and log(sum) = beta m + log1p(others / exp of the largest). The bound is in
// ULP of the result below 32 columns, else of max(|beta m|, |result|): where both cancel the error is one of m.
// Bound of logSumExp: <= 1 ULP
import { bytes } from "../simd";
import { SHORT_ROW } from "../../src/coefficients";
import { exactOthers } from "./exact";
import { expSum, expTop } from "./expsum";
import { logOnePlus } from "../math/log1p";
import { placeOf, topOf } from "./maximum";
import { scaleExps } from "./scale";

/**
 * log(sum exp(beta x)) - beta m = log1p(others / t): others the row sum without x[top] = m in float32, t = expTop() in
 * float64. The exp of the others stay at e, scaled by 2^80, 0 at top; e = 0 does not keep them.
 */
export function logOfSum(
  scratch: usize, e: usize, x: usize, n: i32, m: f32, top: i32, beta: f64, t: f64,
): f64 {
  return logOnePlus(expSum(scratch, e, x, n, m, top, beta) / t);
}

/** The log-sum-exp of a row whose beta m is infinite: that, or NaN if there is one. */
function infinite(x: usize, n: i32, value: f32): f32 {
  for (const end = x + bytes(n); x < end; x += 4) if (isNaN(load<f32>(x))) return NaN;
  return value;
}

/**
 * lse = log(sum exp(beta x)), row by row
 * lse[rows], x[rows][ldx]; no aliasing
 * top = first maximum; sum of the others as in sum.ts; beta m + log1p(others / top) in float64, rounded once
 * No columns give -Infinity.
 */
export function logSumExp(lse: usize, x: usize, rows: i32, cols: i32, ldx: i32, beta: f64, scratch: usize): void {
  for (let r = 0; r < rows; r++, lse += 4, x += bytes(ldx)) {
    if (!cols) {
      store<f32>(lse, -Infinity);
      continue;
    }
    const m = topOf(scratch, x, cols, beta), top = placeOf(scratch, x, cols, beta, m), bm = beta * <f64>m;
    if (Math.abs(bm) == Infinity) store<f32>(lse, infinite(x, cols, <f32>bm));
    else if (cols < SHORT_ROW) store<f32>(lse, <f32>(bm + logOnePlus(exactOthers(scratch, x, cols, m, top, beta))));
    else store<f32>(lse, <f32>(bm + logOfSum(scratch, 0, x, cols, m, top, beta, expTop(m, beta))));
  }
}

/**
 * dx = dlse beta exp(beta x - lse), row by row, lse in float64
 * dx[rows][lddx], dlse[rows], x[rows][ldx]; dx may be x with lddx = ldx
 * exp as in logSumExp, times (dlse beta) / total, see scale.ts
 * The maxima share the gradient whatever their size is: PyTorch gives each the whole one where lse = m, above 1e15. A row
 * of -Infinity has gradient 0, not NaN.
 */
export function logSumExpBackward(
  dx: usize, dlse: usize, x: usize, rows: i32, cols: i32, lddx: i32, ldx: i32, beta: f64, scratch: usize,
): void {
  if (!cols) return;
  for (let r = 0; r < rows; r++, dx += bytes(lddx), dlse += 4, x += bytes(ldx)) {
    const m = topOf(scratch, x, cols, beta), top = placeOf(scratch, x, cols, beta, m), bm = beta * <f64>m;
    const d = <f64>load<f32>(dlse) * beta;
    if (Math.abs(bm) == Infinity) {
      infiniteBackward(dx, x, cols, beta, bm, <f32>d);
      continue;
    }
    const t = expTop(m, beta), total = expSum(scratch, dx, x, cols, m, top, beta) + t;
    scaleExps(dx, dx, cols, d / total);
    store<f32>(dx + bytes(top), <f32>(d * (t / total)));
  }
}

/** exp(beta x - lse) for an infinite lse: NaN where beta x is +Infinity too, else 0; NaN if there is one in the row. */
function infiniteBackward(dx: usize, x: usize, n: i32, beta: f64, bm: f64, d: f32): void {
  const nan = isNaN(infinite(x, n, <f32>bm));
  for (let i = 0; i < n; i++) {
    const y: f32 = nan || (bm > 0 && <f64>load<f32>(x + bytes(i)) * beta == bm) ? NaN : 0;
    store<f32>(dx + bytes(i), d * y);
  }
}
