// log(1 + x) on f64x2, every float32, and its gradient.
// Bound of log1p: <= 0.501 ULP
// Worst of log1p: 0.500000 ULP at 0x35400003, got 7.15255624e-7, want 7.1525565204e-7; 99.999999 % correct
// Bound of log1pBackward: <= 0.501 ULP
// Worst of log1pBackward: 0.500000 ULP at 0x39f348e3, got 0.999536157, want 0.999536186457; 100.000000 % correct
import * as K from "../../src/coefficients";
import { LOG1P } from "../constants";
import { one } from "./double";

@inline
function at(index: usize): v128 {
  return v128.load64_splat(LOG1P + (index << 3));
}

const LN2 = 0, ROUND = 1, TWO = 2, L1 = 3, MINUS_INFINITY = 11, NAN = 12, TINY = 13;

/**
 * log y, y = 1 + u > 0, by the series of atanh: y = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2), where k = 0 with f = u,
 * which has not lost its last bits. Worst error 2^-50.
 */
@inline
export function logOnePlus2(u: v128, y: v128): v128 {
  const split = i64x2.splat((<i64>K.SQRT_HALF_HIGH) << 32), i = i64x2.sub(y, split), exponent = i64x2.shr_s(i, 52);
  const mantissa = i64x2.add(v128.and(i, i64x2.splat(0xfffffffffffff)), split);
  const f = v128.bitselect(u, f64x2.sub(mantissa, one()), i64x2.eq(exponent, i64x2.splat(0)));
  const k = f64x2.sub(i64x2.add(exponent, at(ROUND)), at(ROUND));
  const s = f64x2.div(f, f64x2.add(at(TWO), f)), w = f64x2.pmax(f64x2.mul(s, s), at(TINY)), w2 = f64x2.mul(w, w);
  const a12 = f64x2.add(at(L1), f64x2.mul(w, at(L1 + 1))), a34 = f64x2.add(at(L1 + 2), f64x2.mul(w, at(L1 + 3)));
  const a56 = f64x2.add(at(L1 + 4), f64x2.mul(w, at(L1 + 5))), a78 = f64x2.add(at(L1 + 6), f64x2.mul(w, at(L1 + 7)));
  const low = f64x2.add(a12, f64x2.mul(w2, a34)), high = f64x2.add(a56, f64x2.mul(w2, a78));
  const p = f64x2.add(low, f64x2.mul(f64x2.mul(w2, w2), high));
  const series = f64x2.add(f64x2.add(s, s), f64x2.mul(f64x2.mul(s, w), p));
  return f64x2.add(f64x2.mul(k, at(LN2)), series);
}

/** log(1 + u) of a sum u >= 0 in scalar float64. */
export function logOnePlus(u: f64): f64 {
  if (!(u < Infinity)) return u;
  return f64x2.extract_lane(logOnePlus2(f64x2.splat(u), f64x2.splat(1 + u)), 0);
}

/** -1 => -Infinity, Infinity, NaN and -0 stay, below -1 => NaN. */
@inline
export function log1p2(x: v128): v128 {
  const y = f64x2.add(one(), x), zero = f64x2.splat(0);
  const outside = v128.bitselect(at(MINUS_INFINITY), at(NAN), f64x2.eq(y, zero));
  const r = v128.bitselect(logOnePlus2(x, y), outside, f64x2.gt(y, zero));
  const same = v128.or(f64x2.eq(x, zero), f64x2.eq(x, f64x2.splat(Infinity)));
  return v128.bitselect(x, r, same);
}

@inline
export function log1pGradient(dy: v128, x: v128): v128 {
  return f64x2.div(dy, f64x2.add(one(), x));
}
