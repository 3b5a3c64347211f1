import { bytes } from "../simd";

/** The largest of sign x, NaN where there is one. pmax skips NaN, and is several times faster than max, which does not. */
export function largest(x: usize, n: i32, sign: f32): f32 {
  const end = x + bytes(n & ~3), s = f32x4.splat(sign);
  let a = f32x4.splat(-Infinity), nan = f32x4.splat(0);
  for (; x < end; x += 16) {
    const v = f32x4.mul(v128.load(x), s);
    a = f32x4.pmax(a, v);
    nan = v128.or(nan, f32x4.ne(v, v));
  }
  const low = max(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1));
  let m = max(low, max(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)));
  for (const rest = end + bytes(n & 3); x < rest; x += 4) m = max(m, load<f32>(x) * sign);
  return v128.any_true(nan) ? NaN : m;
}
