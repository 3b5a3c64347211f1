// exp on f32x4. Worst error 1.00 ULP, denormal results included; every float32.
import { constant, madd, nmadd } from "../simd";
import * as C from "../constants";

/** t whose low bits hold n = round(z / ln 2) plus what `exponent` adds; exponent = ROUND + bias. */
@inline
export function scaled(z: v128, exponent: v128): v128 {
  return madd(z, constant(C.LOG2E), exponent);
}

/** z - n ln 2, n = t - exponent. */
@inline
export function remainder(z: v128, t: v128, exponent: v128): v128 {
  const n = f32x4.sub(t, exponent);
  return nmadd(n, constant(C.LN2_LO), nmadd(n, constant(C.LN2_HI), z));
}

/** exp(r) - 1 for |r| <= ln 2 / 2, by Estrin's scheme. */
@inline
export function expm1Poly(r: v128): v128 {
  const w = f32x4.mul(r, r);
  const low = madd(constant(C.EXP_C3), r, constant(C.EXP_C2));
  const high = madd(constant(C.EXP_C6), w, madd(constant(C.EXP_C5), r, constant(C.EXP_C4)));
  return madd(madd(high, w, low), w, r);
}

/** 2^n from the low bits of t. */
@inline
export function power(t: v128): v128 {
  return i32x4.shl(t, 23);
}

/** exp(x): 2^n is applied in two halves, so that denormal results are rounded once. */
@inline
export function exp4(x: v128): v128 {
  const z = f32x4.pmin(f32x4.pmax(x, constant(C.EXP_MIN)), constant(C.EXP_MAX)), exponent = constant(C.EXPONENT_254);
  const t = scaled(z, exponent), p = f32x4.add(expm1Poly(remainder(z, t, exponent)), constant(C.ONE));
  const half = i32x4.shr_u(t, 1);
  return f32x4.mul(f32x4.mul(p, power(half)), power(i32x4.sub(t, half)));
}
