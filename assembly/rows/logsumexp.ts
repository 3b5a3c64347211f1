// log-sum-exp over the last axis, forward and backward. The largest entry stays out of the sum: the sum of the others
// is exact however small it is, ties included, and log(sum) = beta m + log1p(others / exp of the largest).
import { bytes } from "../simd";
import { BIAS_64, expSum } from "./expsum";
import { logOnePlus } from "../math/log1p";
import { topOf } from "./maximum";
import { scale } from "./scale";
import { TOP } from "./scratch";
import { sumOf } from "./sum";

/** log(sum exp(beta x)) - beta m for the entry m at `top`. The exp stay at e, scaled by 2^64; e = 0 does not keep them. */
export function logOfSum(scratch: usize, e: usize, x: usize, n: i32, beta: f32, top: i32): f64 {
  const others = expSum(scratch, e, x, n, load<f32>(x + bytes(top)), beta, BIAS_64, top);
  return logOnePlus(others / <f64>load<f32>(scratch + TOP));
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
 * Error up to 2 ULP of max(|beta m|, |lse|) on the rows of the tests, 4.5 on the worst row found. No columns give -Infinity.
 */
export function logSumExp(lse: usize, x: usize, rows: i32, cols: i32, ldx: i32, beta: f32, scratch: usize): void {
  for (let r = 0; r < rows; r++, lse += 4, x += bytes(ldx)) {
    if (!cols) {
      store<f32>(lse, -Infinity);
      continue;
    }
    const top = topOf(x, cols, beta), m = <f64>beta * <f64>load<f32>(x + bytes(top));
    const y: f32 = Math.abs(m) == Infinity ? infinite(x, cols, <f32>m) : <f32>(m + logOfSum(scratch, 0, x, cols, beta, top));
    store<f32>(lse, y);
  }
}

/**
 * dx = dlse beta exp(beta x - lse), row by row, lse in float64
 * dx[rows][lddx], dlse[rows], x[rows][ldx]; dx may be x with lddx = ldx
 * exp as in logSumExp, times (dlse beta) / total, rounded once
 * Where m swallows L (|m| above 1e15) lse is m, and each maximum has the whole gradient, as in PyTorch. A row of -Infinity
 * has gradient 0, not NaN.
 */
export function logSumExpBackward(
  dx: usize, dlse: usize, x: usize, rows: i32, cols: i32, lddx: i32, ldx: i32, beta: f32, scratch: usize,
): void {
  if (!cols) return;
  for (let r = 0; r < rows; r++, dx += bytes(lddx), dlse += 4, x += bytes(ldx)) {
    const top = topOf(x, cols, beta), m = <f64>beta * <f64>load<f32>(x + bytes(top));
    const d = <f64>load<f32>(dlse) * <f64>beta;
    if (Math.abs(m) == Infinity) {
      infiniteBackward(dx, x, cols, beta, <f32>m, <f32>d);
      continue;
    }
    const L = logOfSum(scratch, dx, x, cols, beta, top), e = <f64>load<f32>(scratch + TOP);
    scale(dx, dx, cols, <f32>(d / (m + L == m ? e : sumOf(scratch) + e)));
  }
}

/** exp(beta x - lse) for an infinite lse: NaN where beta x is +Infinity too, else 0; NaN if there is one in the row. */
function infiniteBackward(dx: usize, x: usize, n: i32, beta: f32, m: f32, d: f32): void {
  const nan = isNaN(infinite(x, n, m));
  for (let i = 0; i < n; i++) {
    const y: f32 = nan || (m > 0 && load<f32>(x + bytes(i)) * beta == m) ? NaN : 0;
    store<f32>(dx + bytes(i), d * y);
  }
}
