// log-sum-exp over the last axis, forward and backward. The largest entry stays out of the sum: the sum of the others
// is exact however small it is, ties included, and log(sum) = beta m + log1p(others / exp of the largest). The bound is in
// ULP of the result below 32 columns, else of max(|beta m|, |result|): where both cancel the error is one of m.
// Bound of logSumExp: <= 1 ULP
import { bytes, high64, loadTail, low64 } from "../simd";
import { exp2 } from "../math/double";
import { SHORT_ROW, TWO_64 } from "../../src/coefficients";
import { BIAS_64, expSum, expTop } from "./expsum";
import { logOnePlus } from "../math/log1p";
import { placeOf, topOf } from "./maximum";
import { scale } from "./scale";
import { REMAINDERS } from "./scratch";
import { sumOf } from "./sum";

/**
 * log(sum exp(beta x)) - beta m = log1p(others / t): others the row sum without x[top] = m in float32, t = expTop() in
 * float64. The exp of the others stay at e, scaled by 2^64, 0 at top; e = 0 does not keep them.
 */
export function logOfSum(
  scratch: usize, e: usize, x: usize, n: i32, m: f32, top: i32, beta: f32, t: f64,
): f64 {
  return logOnePlus(expSum(scratch, e, x, n, m, top, beta, BIAS_64) / t);
}

/** logOfSum in float64 for n < SHORT_ROW: there a single exp decides, and log1p hands its error on. */
function logOfShortSum(scratch: usize, x: usize, n: i32, m: f64, top: i32, beta: f64): f64 {
  const e = scratch + REMAINDERS, vm = f64x2.splat(m), vb = f64x2.splat(beta);
  for (let i = 0; i < n; i += 4) {
    const left = n - i, v = left < 4 ? loadTail(x + bytes(i), left) : v128.load(x + bytes(i)), at = e + (<usize>i << 3);
    v128.store(at, exp2(f64x2.mul(f64x2.sub(low64(v), vm), vb)));
    v128.store(at, exp2(f64x2.mul(f64x2.sub(high64(v), vm), vb)), 16);
  }
  for (let i = n; i & 3; i++) store<f64>(e + (<usize>i << 3), 0);
  store<f64>(e + (<usize>top << 3), 0);
  let s0 = f64x2.splat(0), s2 = s0;
  for (let i = 0, p = e; i < n; i += 4, p += 32) s0 = f64x2.add(s0, v128.load(p)), s2 = f64x2.add(s2, v128.load(p, 16));
  s0 = f64x2.add(s0, s2);
  return logOnePlus(f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1));
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
export function logSumExp(lse: usize, x: usize, rows: i32, cols: i32, ldx: i32, beta: f32, scratch: usize): void {
  for (let r = 0; r < rows; r++, lse += 4, x += bytes(ldx)) {
    if (!cols) {
      store<f32>(lse, -Infinity);
      continue;
    }
    const m = topOf(scratch, x, cols, beta), top = placeOf(scratch, x, cols, beta, m), bm = <f64>beta * <f64>m;
    if (Math.abs(bm) == Infinity) store<f32>(lse, infinite(x, cols, <f32>bm));
    else if (cols < SHORT_ROW) store<f32>(lse, <f32>(bm + logOfShortSum(scratch, x, cols, m, top, beta)));
    else store<f32>(lse, <f32>(bm + logOfSum(scratch, 0, x, cols, m, top, beta, expTop(m, beta, TWO_64))));
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
    const m = topOf(scratch, x, cols, beta), top = placeOf(scratch, x, cols, beta, m), bm = <f64>beta * <f64>m;
    const d = <f64>load<f32>(dlse) * <f64>beta;
    if (Math.abs(bm) == Infinity) {
      infiniteBackward(dx, x, cols, beta, <f32>bm, <f32>d);
      continue;
    }
    const t = expTop(m, beta, TWO_64), L = logOfSum(scratch, dx, x, cols, m, top, beta, t);
    const total = bm + L == bm ? t : sumOf(scratch) + t;
    scale(dx, dx, cols, <f32>(d / total));
    store<f32>(dx + bytes(top), <f32>(d * (t / total)));
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
