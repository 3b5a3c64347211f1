// The projection of a row onto the probability simplex (Martins and Astudillo 2016), forward and backward.
import { bytes, high64, low64 } from "../simd";
import { fold, load4, onlyHigh, onlyLow, store4 } from "./lanes";
import { largest } from "./largest";

/** (x - m) beta */
@inline
function gap(x: v128, m: v128, beta: v128): v128 {
  return f64x2.mul(f64x2.sub(x, m), beta);
}

/**
 * t with sum max(d - t, 0) = 1: Newton's iteration from below on a function that is convex and piecewise linear. In
 * every step the number of d above t or the sum's distance from 1 halves at least, so that some 53 + 2 log2(n) passes
 * are the most, and a few are usual. A NaN counts as above t and makes t NaN.
 */
function threshold(x: usize, n: i32, top: f64, beta: f64): f64 {
  const m = f64x2.splat(top), b = f64x2.splat(beta), one = f64x2.splat(1);
  let t: f64 = -1, count: f64 = <f64>n + 1;
  while (true) {
    const vt = f64x2.splat(t);
    let low = f64x2.splat(0), high = low, k = low;
    for (let i = 0; i < n; i += 4) {
      const v = load4(x + bytes(i), n - i), d = gap(low64(v), m, b), e = gap(high64(v), m, b);
      const below = f64x2.le(d, vt), under = f64x2.le(e, vt);
      low = f64x2.add(low, onlyLow(v128.andnot(d, below), n - i));
      high = f64x2.add(high, onlyHigh(v128.andnot(e, under), n - i));
      k = f64x2.add(k, onlyLow(v128.andnot(one, below), n - i));
      k = f64x2.add(k, onlyHigh(v128.andnot(one, under), n - i));
    }
    const above = f64x2.extract_lane(k, 0) + f64x2.extract_lane(k, 1);
    if (above >= count) return t;
    t = (fold(low, high) - 1) / above;
    count = above;
  }
}

/**
 * y = max(beta x - tau, 0) with tau such that the row sums to 1: the point of the simplex that is nearest to beta x
 * y[rows][ldy], x[rows][ldx]; y may be x with ldy = ldx
 * in float64, relative to the largest entry; sums in four lanes, see src/contract.ts; rounded once
 */
export function sparsemax(y: usize, x: usize, rows: i32, cols: i32, ldy: i32, ldx: i32, beta: f64): void {
  const b = f64x2.splat(beta), sign: f32 = beta < 0 ? -1 : 1;
  for (let r = 0; r < rows; r++, y += bytes(ldy), x += bytes(ldx)) {
    const top = <f64>(largest(x, cols, sign) * sign), m = f64x2.splat(top);
    const t = f64x2.splat(threshold(x, cols, top, beta));
    for (let i = 0; i < cols; i += 4) {
      const v = load4(x + bytes(i), cols - i), d = gap(low64(v), m, b), e = gap(high64(v), m, b);
      const low = v128.andnot(f64x2.sub(d, t), f64x2.le(d, t)), high = v128.andnot(f64x2.sub(e, t), f64x2.le(e, t));
      store4(y + bytes(i), low, high, cols - i);
    }
  }
}

/**
 * dx = beta (dy - the mean of dy over the support) on the support y > 0, 0 outside of it
 * dx[rows][lddx], dy[rows][lddy], y[rows][ldy]; dx may be dy or y with the same leading dimension
 */
export function sparsemaxBackward(
  dx: usize, dy: usize, y: usize, rows: i32, cols: i32, lddx: i32, lddy: i32, ldy: i32, beta: f64,
): void {
  const b = f64x2.splat(beta);
  for (let r = 0; r < rows; r++, dx += bytes(lddx), dy += bytes(lddy), y += bytes(ldy)) {
    const m = f64x2.splat(supportMean(dy, y, cols)), zero = f64x2.splat(0);
    for (let i = 0; i < cols; i += 4) {
      const d = load4(dy + bytes(i), cols - i), p = load4(y + bytes(i), cols - i);
      const low = f64x2.mul(f64x2.sub(low64(d), m), b), high = f64x2.mul(f64x2.sub(high64(d), m), b);
      const without = f64x2.le(low64(p), zero), outside = f64x2.le(high64(p), zero);
      store4(dx + bytes(i), v128.andnot(low, without), v128.andnot(high, outside), cols - i);
    }
  }
}

/** The mean of dy where y > 0; NaN where y has NaN, which its sum shows. */
function supportMean(dy: usize, y: usize, n: i32): f64 {
  const zero = f64x2.splat(0), one = f64x2.splat(1);
  let low = zero, high = zero, k = zero, sum = zero;
  for (let i = 0; i < n; i += 4) {
    const d = load4(dy + bytes(i), n - i), v = load4(y + bytes(i), n - i), p = low64(v), q = high64(v);
    const without = f64x2.le(p, zero), outside = f64x2.le(q, zero);
    low = f64x2.add(low, v128.andnot(low64(d), without));
    high = f64x2.add(high, v128.andnot(high64(d), outside));
    k = f64x2.add(f64x2.add(k, v128.andnot(one, without)), v128.andnot(one, outside));
    sum = f64x2.add(sum, f64x2.add(p, q));
  }
  const total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  return fold(low, high) / (f64x2.extract_lane(k, 0) + f64x2.extract_lane(k, 1)) + (total - total);
}
