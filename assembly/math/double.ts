// exp and what is made of it on f64x2, to 2^-52: for the elementary functions that round once.
import { FLOAT64 } from "../constants";
import { EXP_OVERFLOW_F64, EXP_UNDERFLOW_F64 } from "../../src/coefficients";

/** The i-th constant in both lanes. */
@inline
function at(index: usize): v128 {
  return v128.load64_splat(FLOAT64 + (index << 3));
}

const LOG2E = 0, ROUND = 1, LN2_HI = 2, LN2_LO = 3, EXP_MIN = 4, ONE = 5, TAYLOR = 6, EXP_MAX = 18;

@inline
export function one(): v128 {
  return at(ONE);
}

@inline
function remainder(z: v128, n: v128): v128 {
  const high = f64x2.sub(z, f64x2.mul(n, at(LN2_HI)));
  return f64x2.sub(high, f64x2.mul(n, at(LN2_LO)));
}

/**
 * exp(r) - 1 for |r| <= ln 2 / 2: Taylor by Estrin's scheme, which is half as long a chain as Horner's. To degree 10, or
 * to 13: 2^-40 or 2^-52.
 */
@inline
export function expm1Taylor(r: v128, precise: bool = false): v128 {
  const w = f64x2.mul(r, r), w2 = f64x2.mul(w, w);
  let tail = at(TAYLOR + 8);
  if (precise) {
    const c1011 = f64x2.add(tail, f64x2.mul(at(TAYLOR + 9), r));
    tail = f64x2.add(c1011, f64x2.mul(w, f64x2.add(at(TAYLOR + 10), f64x2.mul(at(TAYLOR + 11), r))));
  }
  const c23 = f64x2.add(at(TAYLOR), f64x2.mul(at(TAYLOR + 1), r));
  const c45 = f64x2.add(at(TAYLOR + 2), f64x2.mul(at(TAYLOR + 3), r));
  const c67 = f64x2.add(at(TAYLOR + 4), f64x2.mul(at(TAYLOR + 5), r));
  const c89 = f64x2.add(at(TAYLOR + 6), f64x2.mul(at(TAYLOR + 7), r));
  const low = f64x2.add(c23, f64x2.mul(w, c45)), high = f64x2.add(c67, f64x2.mul(w, c89));
  const p = f64x2.add(low, f64x2.mul(w2, f64x2.add(high, f64x2.mul(w2, tail))));
  return f64x2.add(r, f64x2.mul(w, p));
}

/** t whose low bits hold round(z / ln 2). */
@inline
function scaled(z: v128): v128 {
  return f64x2.add(f64x2.mul(z, at(LOG2E)), at(ROUND));
}

/** 2^n from the low bits of t. */
@inline
function power(t: v128): v128 {
  return i64x2.shl(i64x2.add(t, i64x2.splat(1023)), 52);
}

@inline
function expOf(a: v128): v128 {
  const t = scaled(a), s = power(t), v = expm1Taylor(remainder(a, f64x2.sub(t, at(ROUND))), true);
  return f64x2.add(s, f64x2.mul(s, v));
}

/** exp(z); from 700 on exp(700), which is Infinity in float32. */
@inline
export function exp2(z: v128): v128 {
  return expOf(f64x2.pmin(f64x2.pmax(z, at(EXP_MIN)), at(EXP_MAX)));
}

/** exp(z), 0 and Infinity where float64 has these, so that they times Infinity and times 0 are NaN. */
@inline
export function expAnywhere2(z: v128): v128 {
  const e = v128.bitselect(f64x2.splat(Infinity), exp2(z), f64x2.gt(z, f64x2.splat(EXP_OVERFLOW_F64)));
  return v128.andnot(e, f64x2.lt(z, f64x2.splat(EXP_UNDERFLOW_F64)));
}

/** exp(-|x|), exactly 0 from 700 on, so that it times Infinity is NaN. */
@inline
export function expOfMinus2(x: v128): v128 {
  const z = f64x2.neg(f64x2.abs(x));
  return v128.andnot(expOf(f64x2.pmax(z, at(EXP_MIN))), f64x2.le(z, at(EXP_MIN)));
}

/** exp(z) - 1; -0 stays. */
@inline
export function expm1Of2(z: v128): v128 {
  const a = f64x2.pmin(f64x2.pmax(z, at(EXP_MIN)), at(EXP_MAX)), t = scaled(a);
  const s = power(t), v = expm1Taylor(remainder(a, f64x2.sub(t, at(ROUND))), true);
  return v128.bitselect(z, f64x2.add(f64x2.sub(s, at(ONE)), f64x2.mul(s, v)), f64x2.eq(z, f64x2.splat(0)));
}
