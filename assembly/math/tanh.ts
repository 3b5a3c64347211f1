// tanh on f32x4, every float32.
// Bound of tanh: <= 1.06 ULP
// Worst of tanh, strict: 1.057174 ULP at 0x3f4e9d52, got 0.667980671, want 0.667980733941; 99.865465 % correct
// Worst of tanh, relaxed: 1.057174 ULP at 0x3f4e9d52, got 0.667980671, want 0.667980733941; 99.873004 % correct
// Bound of tanhBackward: <= 0.501 ULP
// Worst of tanhBackward: 0.500000 ULP at 0x3f350800, got 0.499934196, want 0.499934181571; 100.000000 % correct
import { constant, madd } from "../simd";
import { expm1Poly, power, remainder, scaled } from "./exp";
import { one } from "./double";
import * as C from "../constants";

/**
 * tanh of a <= TANH_ONE with the given sign bit, from exp(2a) = s + s v. An odd polynomial below 0.8, else
 * 1 - 2 / (exp(2a) + 1). b is a, or 0 where a is tiny.
 */
@inline
export function tanhOf(a: v128, sign: v128, v: v128, s: v128, b: v128): v128 {
  const one = constant(C.ONE), u = f32x4.mul(b, b);
  const far = f32x4.sub(one, f32x4.div(constant(C.TWO), madd(v, s, f32x4.add(s, one))));
  let d = madd(constant(C.TANH_D5), u, constant(C.TANH_D4));
  d = madd(d, u, constant(C.TANH_D3));
  d = madd(d, u, constant(C.TANH_D2));
  d = madd(d, u, constant(C.TANH_D1));
  d = madd(d, u, constant(C.TANH_D0));
  const near = madd(f32x4.mul(d, u), b, a);
  return v128.or(v128.bitselect(near, far, f32x4.lt(a, constant(C.TANH_SMALL))), sign);
}

@inline
export function tanh4(x: v128): v128 {
  const sign = constant(C.SIGN), exponent = constant(C.EXPONENT);
  const a = f32x4.pmin(v128.andnot(x, sign), constant(C.TANH_ONE));
  const b = v128.andnot(a, f32x4.lt(a, constant(C.TANH_TINY))), z = f32x4.add(b, b), t = scaled(z, exponent);
  return tanhOf(a, v128.and(x, sign), expm1Poly(remainder(z, t, exponent)), power(t), b);
}

/** On f64x2: y y is exact there. */
@inline
export function tanhGradient(dy: v128, y: v128): v128 {
  return f64x2.mul(dy, f64x2.sub(one(), f64x2.mul(y, y)));
}
