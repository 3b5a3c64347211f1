// Softmax with a polynomial of the second degree in place of exp: Taylor and spherical softmax, forward and backward.
import { bytes, high64, low64 } from "../simd";
import { fold, load4, onlyHigh, onlyLow, store4 } from "./lanes";

/** f(x beta) = c0 + z (c1 + z c2) */
@inline
function quadratic(x: v128, beta: v128, c0: v128, c1: v128, c2: v128): v128 {
  const z = f64x2.mul(x, beta);
  return f64x2.add(c0, f64x2.mul(z, f64x2.add(c1, f64x2.mul(z, c2))));
}

/** sum f, or sum dy f where there is a dy */
function sumOf(x: usize, dy: usize, n: i32, beta: f64, c0: f64, c1: f64, c2: f64): f64 {
  const b = f64x2.splat(beta), a0 = f64x2.splat(c0), a1 = f64x2.splat(c1), a2 = f64x2.splat(c2);
  let low = f64x2.splat(0), high = low;
  for (let i = 0; i < n; i += 4) {
    const v = load4(x + bytes(i), n - i);
    let s = quadratic(low64(v), b, a0, a1, a2), t = quadratic(high64(v), b, a0, a1, a2);
    if (dy) {
      const d = load4(dy + bytes(i), n - i);
      s = f64x2.mul(low64(d), s), t = f64x2.mul(high64(d), t);
    }
    low = f64x2.add(low, onlyLow(s, n - i));
    high = f64x2.add(high, onlyHigh(t, n - i));
  }
  return fold(low, high);
}

/**
 * y = f(beta x) / sum f(beta x), f(z) = c0 + c1 z + c2 z^2, row by row
 * y[rows][ldy], x[rows][ldx]; y may be x with ldy = ldx
 * sums in four float64 lanes, see src/contract.ts; rounded once. No overflow: the squares of float32 are below 1.2e77.
 */
export function quadraticSoftmax(
  y: usize, x: usize, rows: i32, cols: i32, ldy: i32, ldx: i32, beta: f64, c0: f64, c1: f64, c2: f64,
): void {
  const b = f64x2.splat(beta), a0 = f64x2.splat(c0), a1 = f64x2.splat(c1), a2 = f64x2.splat(c2);
  for (let r = 0; r < rows; r++, y += bytes(ldy), x += bytes(ldx)) {
    const total = sumOf(x, 0, cols, beta, c0, c1, c2), k = f64x2.splat(1 / total + (total - total)); // NaN for Infinity
    for (let i = 0; i < cols; i += 4) {
      const v = load4(x + bytes(i), cols - i);
      const low = quadratic(low64(v), b, a0, a1, a2), high = quadratic(high64(v), b, a0, a1, a2);
      store4(y + bytes(i), f64x2.mul(low, k), f64x2.mul(high, k), cols - i);
    }
  }
}

/**
 * dx = beta f'(beta x) (dy - sum(dy y)) / sum f(beta x), y = quadraticSoftmax(x)
 * dx[rows][lddx], dy[rows][lddy], x[rows][ldx]; dx may be dy or x with the same leading dimension
 */
export function quadraticSoftmaxBackward(
  dx: usize, dy: usize, x: usize, rows: i32, cols: i32, lddx: i32, lddy: i32, ldx: i32, beta: f64, c0: f64, c1: f64,
  c2: f64,
): void {
  const b = f64x2.splat(beta), a1 = f64x2.splat(c1), a2 = f64x2.splat(2 * c2);
  for (let r = 0; r < rows; r++, dx += bytes(lddx), dy += bytes(lddy), x += bytes(ldx)) {
    const total = sumOf(x, 0, cols, beta, c0, c1, c2), k = f64x2.splat(beta / total);
    const m = f64x2.splat(sumOf(x, dy, cols, beta, c0, c1, c2) / total);
    for (let i = 0; i < cols; i += 4) {
      const d = load4(dy + bytes(i), cols - i), v = load4(x + bytes(i), cols - i);
      const low = f64x2.mul(f64x2.sub(low64(d), m), slope(low64(v), b, a1, a2));
      const high = f64x2.mul(f64x2.sub(high64(d), m), slope(high64(v), b, a1, a2));
      store4(dx + bytes(i), f64x2.mul(low, k), f64x2.mul(high, k), cols - i);
    }
  }
}

/** f'(x beta) = c1 + z (2 c2) */
@inline
function slope(x: v128, beta: v128, c1: v128, twice: v128): v128 {
  return f64x2.add(c1, f64x2.mul(f64x2.mul(x, beta), twice));
}
