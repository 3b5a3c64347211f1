// exp on f32x4, every float32, denormal results included.
// The constants are parameters so that a loop can hold them in locals.
// Bound of exp: strict <= 1.00 ULP, relaxed <= 1.05 ULP
// Worst of exp, strict: 0.993981 ULP at 0xc0bb69d9, got 0.00286075147, want 0.00286075170012; 99.576825 % correct
// Worst of exp, relaxed: 1.039663 ULP at 0x40a66774, got 181.295563, want 181.29554688; 99.595577 % correct
// Bound of expBackward: <= 0.5 ULP
// Worst of expBackward: 0 ULP at -, got -, want -; 100.000000 % correct
import { constant, madd, nmadd } from "../simd";
import * as C from "../constants";

/** t whose low bits hold n = round(z / ln 2) plus what `exponent` adds; exponent = ROUND + bias. */
@inline
export function scaled(z: v128, exponent: v128, log2e: v128 = constant(C.LOG2E)): v128 {
  return madd(z, log2e, exponent);
}

/** z - n ln 2, n = t - exponent. */
@inline
export function remainder(
  z: v128, t: v128, exponent: v128, high: v128 = constant(C.LN2_HI), low: v128 = constant(C.LN2_LO),
): v128 {
  const n = f32x4.sub(t, exponent);
  return nmadd(n, low, nmadd(n, high, z));
}

/** exp(r) - 1 for |r| <= ln 2 / 2, by Estrin's scheme. */
@inline
export function expm1Poly(
  r: v128, c2: v128 = constant(C.EXP_C2), c3: v128 = constant(C.EXP_C3), c4: v128 = constant(C.EXP_C4),
  c5: v128 = constant(C.EXP_C5), c6: v128 = constant(C.EXP_C6),
): v128 {
  const w = f32x4.mul(r, r);
  return madd(madd(madd(c6, w, madd(c5, r, c4)), w, madd(c3, r, c2)), w, r);
}

/** 2^n from the low bits of t. */
@inline
export function power(t: v128): v128 {
  return i32x4.shl(t, 23);
}

/** exp(x): 2^n is applied in two halves, so that denormal results are rounded once. */
@inline
export function exp4(x: v128): v128 {
  const a = f32x4.add(x, constant(C.EXP_TINY)), exponent = constant(C.EXPONENT_254);
  const z = f32x4.pmin(f32x4.pmax(a, constant(C.EXP_MIN)), constant(C.EXP_MAX)), t = scaled(z, exponent), p = f32x4.add(expm1Poly(remainder(z, t, exponent)), constant(C.ONE));
  const half = i32x4.shr_u(t, 1);
  return f32x4.mul(f32x4.mul(p, power(half)), power(i32x4.sub(t, half)));
}

@inline
export function expGradient(dy: v128, y: v128): v128 {
  return f32x4.mul(dy, y);
}
