// Standard scores of rows, forward and backward. Two passes: x - mean is taken before it is squared.
import { bytes, high64, low64 } from "../simd";
import { fold, load4, onlyHigh, onlyLow, store4 } from "./lanes";

/** sum x / n */
function meanOf(x: usize, n: i32): f64 {
  let low = f64x2.splat(0), high = low;
  for (let left = n; left > 0; left -= 4, x += 16) {
    const v = load4(x, left);
    low = f64x2.add(low, low64(v));
    high = f64x2.add(high, high64(v));
  }
  return fold(low, high) / <f64>n;
}

/** sum (a - s) (b - t) / n */
function covariance(a: usize, s: f64, b: usize, t: f64, n: i32): f64 {
  const vs = f64x2.splat(s), vt = f64x2.splat(t);
  let low = f64x2.splat(0), high = low;
  for (let left = n; left > 0; left -= 4, a += 16, b += 16) {
    const v = load4(a, left), w = load4(b, left);
    low = f64x2.add(low, onlyLow(f64x2.mul(f64x2.sub(low64(v), vs), f64x2.sub(low64(w), vt)), left));
    high = f64x2.add(high, onlyHigh(f64x2.mul(f64x2.sub(high64(v), vs), f64x2.sub(high64(w), vt)), left));
  }
  return fold(low, high) / <f64>n;
}

/** The factor of a row. In a constant row x - mean is 0 exactly, whatever its length. */
function factor(x: usize, mean: f64, n: i32, eps: f64): f64 {
  const variance = covariance(x, mean, x, mean, n) + eps;
  return variance == 0 ? 0 : 1 / sqrt(variance);
}

/**
 * y = (x - mean(x)) / sqrt(variance(x) + eps), row by row, the variance over n; 0 in constant rows, with eps = 0 too
 * y[rows][ldy], x[rows][ldx]; y may be x with ldy = ldx
 * sums in four float64 lanes, see src/contract.ts; rounded once, error 0.5 ULP and n 2^-53 of the largest |x - mean|
 */
export function standardNormalize(y: usize, x: usize, rows: i32, cols: i32, ldy: i32, ldx: i32, eps: f64): void {
  for (let r = 0; r < rows; r++, y += bytes(ldy), x += bytes(ldx)) {
    const mean = meanOf(x, cols), k = f64x2.splat(factor(x, mean, cols, eps)), m = f64x2.splat(mean);
    for (let i = 0; i < cols; i += 4) {
      const v = load4(x + bytes(i), cols - i);
      const low = f64x2.mul(f64x2.sub(low64(v), m), k), high = f64x2.mul(f64x2.sub(high64(v), m), k);
      store4(y + bytes(i), low, high, cols - i);
    }
  }
}

/**
 * dx = (dy - mean(dy) - s mean(dy s)) / sqrt(variance(x) + eps), s the standard scores of x; 0 in constant rows with
 * eps = 0
 * dx[rows][lddx], dy[rows][lddy], x[rows][ldx]; dx may be dy or x with the same leading dimension
 */
export function standardNormalizeBackward(
  dx: usize, dy: usize, x: usize, rows: i32, cols: i32, lddx: i32, lddy: i32, ldx: i32, eps: f64,
): void {
  for (let r = 0; r < rows; r++, dx += bytes(lddx), dy += bytes(lddy), x += bytes(ldx)) {
    const mean = meanOf(x, cols), scale = factor(x, mean, cols, eps), upstream = meanOf(dy, cols);
    const c = f64x2.splat(covariance(dy, upstream, x, mean, cols) * (scale * scale));
    const k = f64x2.splat(scale), m = f64x2.splat(mean), g = f64x2.splat(upstream);
    for (let i = 0; i < cols; i += 4) {
      const d = load4(dy + bytes(i), cols - i), v = load4(x + bytes(i), cols - i);
      const low = f64x2.sub(f64x2.sub(low64(d), g), f64x2.mul(f64x2.sub(low64(v), m), c));
      const high = f64x2.sub(f64x2.sub(high64(d), g), f64x2.mul(f64x2.sub(high64(v), m), c));
      store4(dx + bytes(i), f64x2.mul(low, k), f64x2.mul(high, k), cols - i);
    }
  }
}
