// log-sum-exp over the last axis, forward and backward. The largest entry stays out of the sum: the sum of the others
// is exact however small it is, ties included, and log(sum) = beta m + log1p(others / exp of the largest).
import { bytes } from "../simd";
import { BIAS_64, expSum } from "./expsum";
import { log1p } from "./log1p";
import { topOf, topValue } from "./maximum";
import { clear } from "./scale";
import { TOP } from "./scratch";
import { softmaxRow } from "./softmax";

/** log(sum exp(beta x)) - beta m for the entry m at `top`. The exp stay at e, scaled by 2^64; e = 0 does not keep them. */
export function logOfSum(scratch: usize, e: usize, x: usize, n: i32, beta: f32, top: i32): f64 {
  const others = expSum(scratch, e, x, n, load<f32>(x + bytes(top)), beta, BIAS_64, top);
  return log1p(others / <f64>load<f32>(scratch + TOP));
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
 * Worst error 1 ULP, but where beta m + log1p cancels to nearly 0 (there relative to m). No columns give -Infinity.
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
 * dx = dlse beta softmax(beta x), row by row
 * dx[rows][lddx], dlse[rows], x[rows][ldx]; dx may be x with lddx = ldx
 * as softmax, with (dlse beta) / sum for 1 / sum; 0 where every beta x is -Infinity
 */
export function logSumExpBackward(
  dx: usize, dlse: usize, x: usize, rows: i32, cols: i32, lddx: i32, ldx: i32, beta: f32, scratch: usize,
): void {
  for (let r = 0; r < rows; r++, dx += bytes(lddx), dlse += 4, x += bytes(ldx)) {
    const top = topValue(x, cols, beta), m = beta * top;
    if (m == -Infinity && infinite(x, cols, m) == m) clear(dx, cols);
    else softmaxRow(scratch, dx, x, cols, top, beta, <f64>load<f32>(dlse) * <f64>beta);
  }
}
