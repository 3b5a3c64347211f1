// Natural logarithm on f32x4, every float32: 0 gives -Infinity, a negative NaN.
// Bound of log: <= 1.00 ULP
// Worst of log, strict: 0.862828 ULP at 0x3fb32df9, got 0.336358309, want 0.336358283078; 99.679387 % correct
// Worst of log, relaxed: 0.866026 ULP at 0x3fb35101, got 0.337121725, want 0.337121699273; 99.680171 % correct
// Bound of logBackward: <= 0.5 ULP
// Worst of logBackward: 0.500000 ULP at 0x00fc3237, got 4.31768538e+37, want 4.31768512986e+37; 100.000000 % correct
import { constant, madd, nmadd } from "../simd";
import * as C from "../constants";
import { DENORMAL_EXPONENT, SQRT_HALF_BITS } from "../../src/coefficients";

/** log x = k ln 2 + log(1 + f) with x = 2^k (1 + f) and sqrt(1/2) <= 1 + f < sqrt(2). */
@inline
export function log4(x: v128): v128 {
  const denormal = f32x4.lt(x, constant(C.MIN_NORMAL));
  const y = v128.bitselect(f32x4.convert_i32x4_s(x), x, denormal); // x 2^149, by no operation on a denormal number
  const i = i32x4.sub(y, i32x4.splat(SQRT_HALF_BITS));
  const exponent = i32x4.sub(i32x4.shr_s(i, 23), v128.and(denormal, i32x4.splat(DENORMAL_EXPONENT)));
  const k = f32x4.convert_i32x4_s(exponent);
  const mantissa = i32x4.add(v128.and(i, i32x4.splat(0x7fffff)), i32x4.splat(SQRT_HALF_BITS));
  return special(logNear(f32x4.sub(mantissa, constant(C.ONE)), k), x);
}

/** k ln 2 + log(1 + f), sqrt(1/2) <= 1 + f < sqrt(2) */
@inline
export function logNear(f: v128, k: v128): v128 {
  const z = f32x4.mul(f, f);
  const p01 = madd(constant(C.LOG_C1), f, constant(C.LOG_C0)), p23 = madd(constant(C.LOG_C3), f, constant(C.LOG_C2));
  const p45 = madd(constant(C.LOG_C5), f, constant(C.LOG_C4)), p67 = madd(constant(C.LOG_C7), f, constant(C.LOG_C6));
  const p = madd(madd(p67, z, p45), f32x4.mul(z, z), madd(p23, z, p01));
  let r = madd(k, constant(C.LOG_LN2_LO), f32x4.mul(f32x4.mul(p, f), z));
  r = nmadd(z, constant(C.HALF), r);
  return madd(k, constant(C.LOG_LN2_HI), f32x4.add(f, r));
}

/** 0 => -Infinity, Infinity and NaN stay, negative => NaN. */
@inline
function special(r: v128, x: v128): v128 {
  const zero = f32x4.splat(0);
  const finite = f32x4.lt(x, f32x4.splat(Infinity)), positive = f32x4.gt(x, zero);
  const ordinary = v128.bitselect(r, x, v128.and(finite, positive));
  const nan = v128.bitselect(f32x4.splat(NaN), ordinary, f32x4.lt(x, zero));
  return v128.bitselect(f32x4.splat(-Infinity), nan, f32x4.eq(x, zero));
}

@inline
export function logGradient(dy: v128, x: v128): v128 {
  return f32x4.div(dy, x);
}
