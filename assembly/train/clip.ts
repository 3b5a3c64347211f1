// For the clipping of gradients by their norm: max_norm / (norm + 1e-6) is applied with scale (rows/scale.ts).
import { bytes, high64, low64 } from "../simd";

/**
 * sum of x[i]^2 in float64, which does not overflow
 * x[n]
 * sixteen lanes, i mod 16, each ascending; then lanes l + (l + 8), l + (l + 4), l + (l + 2), l + (l + 1)
 */
export function sumSquares(x: usize, n: i32): f64 {
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  const wide = x + bytes(n & ~15), rest = n & 15;
  for (; x < wide; x += 64) {
    const a = v128.load(x), b = v128.load(x, 16), c = v128.load(x, 32), d = v128.load(x, 48);
    s0 = f64x2.add(s0, square(low64(a))), s1 = f64x2.add(s1, square(high64(a)));
    s2 = f64x2.add(s2, square(low64(b))), s3 = f64x2.add(s3, square(high64(b)));
    s4 = f64x2.add(s4, square(low64(c))), s5 = f64x2.add(s5, square(high64(c)));
    s6 = f64x2.add(s6, square(low64(d))), s7 = f64x2.add(s7, square(high64(d)));
  }
  if (rest > 0) s0 = f64x2.add(s0, squares(x, rest));
  if (rest > 2) s1 = f64x2.add(s1, squares(x + 8, rest - 2));
  if (rest > 4) s2 = f64x2.add(s2, squares(x + 16, rest - 4));
  if (rest > 6) s3 = f64x2.add(s3, squares(x + 24, rest - 6));
  if (rest > 8) s4 = f64x2.add(s4, squares(x + 32, rest - 8));
  if (rest > 10) s5 = f64x2.add(s5, squares(x + 40, rest - 10));
  if (rest > 12) s6 = f64x2.add(s6, squares(x + 48, rest - 12));
  if (rest > 14) s7 = f64x2.add(s7, squares(x + 56, rest - 14));
  const a = f64x2.add(f64x2.add(s0, s4), f64x2.add(s2, s6)), b = f64x2.add(f64x2.add(s1, s5), f64x2.add(s3, s7));
  const s = f64x2.add(a, b);
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}

@inline
function square(v: v128): v128 {
  return f64x2.mul(v, v);
}

/** The squares of one or two elements. */
@inline
function squares(x: usize, n: i32): v128 {
  return square(low64(n > 1 ? v128.load64_zero(x) : v128.load32_zero(x)));
}
