// exp, sigmoid and tanh on f64x2, for layers that are small enough to be computed in float64. Worst error 2^-40.
import * as K from "../../src/coefficients";

@inline
function remainder(z: v128, n: v128): v128 {
  const high = f64x2.sub(z, f64x2.mul(n, f64x2.splat(K.LN2_HI_F64)));
  return f64x2.sub(high, f64x2.mul(n, f64x2.splat(K.LN2_LO_F64)));
}

/** exp(r) - 1 for |r| <= ln 2 / 2: Taylor to degree 10 by Horner's rule. */
@inline
function expm1Taylor(r: v128): v128 {
  let p = f64x2.splat(1.0 / 3628800);
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 362880));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 40320));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 5040));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 720));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 120));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 24));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 6));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(0.5));
  return f64x2.add(r, f64x2.mul(f64x2.mul(p, r), r));
}

/** t whose low bits hold round(z / ln 2). */
@inline
function scaled(z: v128): v128 {
  return f64x2.add(f64x2.mul(z, f64x2.splat(K.LOG2E_F64)), f64x2.splat(<f64>K.ROUND_F64));
}

/** 2^n from the low bits of t. */
@inline
function power(t: v128): v128 {
  return i64x2.shl(i64x2.add(t, i64x2.splat(1023)), 52);
}

/** e / (1 + e) or 1 / (1 + e), e = exp(-|x|) */
@inline
export function sigmoid2(x: v128): v128 {
  const one = f64x2.splat(1), z = f64x2.pmax(f64x2.neg(f64x2.abs(x)), f64x2.splat(K.EXP_MIN_F64)), t = scaled(z);
  const s = power(t), v = expm1Taylor(remainder(z, f64x2.sub(t, f64x2.splat(<f64>K.ROUND_F64))));
  const e = f64x2.add(s, f64x2.mul(s, v));
  return f64x2.div(v128.bitselect(e, one, f64x2.lt(x, f64x2.splat(0))), f64x2.add(one, e));
}

/** m / (m + 2) with the sign of x, m = exp(2 |x|) - 1 */
@inline
export function tanh2(x: v128): v128 {
  const a = f64x2.pmin(f64x2.abs(x), f64x2.splat(K.TANH_ONE_F64)), z = f64x2.add(a, a), t = scaled(z);
  const s = power(t), v = expm1Taylor(remainder(z, f64x2.sub(t, f64x2.splat(<f64>K.ROUND_F64))));
  const m = f64x2.add(f64x2.sub(s, f64x2.splat(1)), f64x2.mul(s, v)), y = f64x2.div(m, f64x2.add(m, f64x2.splat(2)));
  return v128.bitselect(f64x2.neg(y), y, f64x2.lt(x, f64x2.splat(0)));
}
