// sigmoid on f32x4 from e = exp(-|x|) <= 1, since 1 / (1 + exp(-x)) loses everything below -88.
// Bound of sigmoid: <= 1.50 ULP
// Worst of sigmoid, strict: 1.467492 ULP at 0xc0d204e6, got 0.00140951644, want 0.00140951660782; 96.854976 % correct
// Worst of sigmoid, relaxed: 1.461248 ULP at 0xc0a649bb, got 0.00550542772, want 0.00550542703772; 96.855820 % correct
// Bound of sigmoidBackward: <= 0.501 ULP
// Worst of sigmoidBackward: 0.500000 ULP at 0x33000000, got 2.98023224e-8, want 2.98023214995e-8; 100.000000 % correct
import { constant, madd, nmadd } from "../simd";
import { expm1Poly, power, remainder, scaled } from "./exp";
import { one } from "./double";
import * as C from "../constants";

/**
 * Every float32, denormal results included. With q = e / (1 + e), e = s + s v: 1 - q for x >= 0,
 * q down to -ln 3, below it s + s ((v - q) - v q). Scaled by 2^64 until the end, so that a denormal is rounded once.
 */
@inline
export function sigmoid4(x: v128): v128 {
  const exponent = constant(C.EXPONENT_64), one = constant(C.ONE), unscale = constant(C.SIGMOID_UNSCALE);
  const a = f32x4.pmax(v128.or(x, constant(C.SIGN)), constant(C.EXP_MIN));
  const z = f32x4.sub(a, constant(C.EXP_TINY)), t = scaled(z, exponent), v = expm1Poly(remainder(z, t, exponent));
  const s = power(t), e = f32x4.mul(madd(v, s, s), unscale), q = f32x4.div(e, f32x4.add(one, e));
  const series = f32x4.mul(madd(nmadd(v, q, f32x4.sub(v, q)), s, s), unscale);
  const negative = v128.bitselect(q, series, f32x4.gt(z, constant(C.SIGMOID_SPLIT)));
  return v128.bitselect(negative, f32x4.sub(one, q), i32x4.shr_s(x, 31));
}

/** -|x|, clamped where 2^n would leave the normal numbers. */
@inline
export function negative(x: v128): v128 {
  return f32x4.pmax(v128.or(x, constant(C.SIGN)), constant(C.GATE_MIN));
}

/** The gates' form from exp(-|x|) = s + s v: q or 1 - q. Faster, worst error 2.5 ULP for x < 0, not below 1.2e-38 (GATE_MIN). */
@inline
export function sigmoidOf(x: v128, v: v128, s: v128): v128 {
  const one = constant(C.ONE), e = madd(v, s, s), q = f32x4.div(e, f32x4.add(one, e));
  return v128.bitselect(q, f32x4.sub(one, q), i32x4.shr_s(x, 31));
}

@inline
export function gateSigmoid4(x: v128): v128 {
  const exponent = constant(C.EXPONENT), z = negative(x), t = scaled(z, exponent);
  return sigmoidOf(x, expm1Poly(remainder(z, t, exponent)), power(t));
}

/** On f64x2. */
@inline
export function sigmoidGradient(dy: v128, y: v128): v128 {
  return f64x2.mul(dy, f64x2.mul(y, f64x2.sub(one(), y)));
}
