// exp, sigmoid and tanh on f64x2, for layers that are small enough to be computed in float64. Worst error 2^-40.
import * as K from "../../src/coefficients";

/** V8 13 rebuilds a constant v128 at every use, a load is cheaper: see constants.ts. */
const TABLE: usize = memory.data<f64>([
  K.LOG2E_F64, <f64>K.ROUND_F64, K.LN2_HI_F64, K.LN2_LO_F64, <f64>K.EXP_MIN_F64, <f64>K.TANH_ONE_F64, 1.0, 2.0,
  0.5, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800,
]);

@inline
function at(index: usize): v128 {
  return v128.load64_splat(TABLE + (index << 3));
}

const LOG2E = 0, ROUND = 1, LN2_HI = 2, LN2_LO = 3, EXP_MIN = 4, TANH_ONE = 5, ONE = 6, TWO = 7, TAYLOR = 8;

@inline
function remainder(z: v128, n: v128): v128 {
  const high = f64x2.sub(z, f64x2.mul(n, at(LN2_HI)));
  return f64x2.sub(high, f64x2.mul(n, at(LN2_LO)));
}

/** exp(r) - 1 for |r| <= ln 2 / 2: Taylor to degree 10 by Estrin's scheme, which is half as long a chain as Horner's. */
@inline
export function expm1Taylor(r: v128): v128 {
  const w = f64x2.mul(r, r), w2 = f64x2.mul(w, w);
  const c23 = f64x2.add(at(TAYLOR), f64x2.mul(at(TAYLOR + 1), r));
  const c45 = f64x2.add(at(TAYLOR + 2), f64x2.mul(at(TAYLOR + 3), r));
  const c67 = f64x2.add(at(TAYLOR + 4), f64x2.mul(at(TAYLOR + 5), r));
  const c89 = f64x2.add(at(TAYLOR + 6), f64x2.mul(at(TAYLOR + 7), r));
  const low = f64x2.add(c23, f64x2.mul(w, c45)), high = f64x2.add(c67, f64x2.mul(w, c89));
  const p = f64x2.add(low, f64x2.mul(w2, f64x2.add(high, f64x2.mul(w2, at(TAYLOR + 8)))));
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

/** exp(z) for z <= 0, not below 2^-1010. */
@inline
export function exp2(z: v128): v128 {
  const x = f64x2.pmax(z, at(EXP_MIN)), t = scaled(x), s = power(t);
  return f64x2.add(s, f64x2.mul(s, expm1Taylor(remainder(x, f64x2.sub(t, at(ROUND))))));
}

/** e / (1 + e) or 1 / (1 + e), e = exp(-|x|) */
@inline
export function sigmoid2(x: v128): v128 {
  const one = at(ONE), z = f64x2.pmax(f64x2.neg(f64x2.abs(x)), at(EXP_MIN)), t = scaled(z);
  const s = power(t), v = expm1Taylor(remainder(z, f64x2.sub(t, at(ROUND))));
  const e = f64x2.add(s, f64x2.mul(s, v));
  return f64x2.div(v128.bitselect(e, one, f64x2.lt(x, f64x2.splat(0))), f64x2.add(one, e));
}

/** m / (m + 2) with the sign of x, m = exp(2 |x|) - 1 */
@inline
export function tanh2(x: v128): v128 {
  const a = f64x2.pmin(f64x2.abs(x), at(TANH_ONE)), z = f64x2.add(a, a), t = scaled(z);
  const s = power(t), v = expm1Taylor(remainder(z, f64x2.sub(t, at(ROUND))));
  const m = f64x2.add(f64x2.sub(s, at(ONE)), f64x2.mul(s, v)), y = f64x2.div(m, f64x2.add(m, at(TWO)));
  return v128.bitselect(f64x2.neg(y), y, f64x2.lt(x, f64x2.splat(0)));
}
