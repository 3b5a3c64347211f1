// log1p and log in float64, by the series of atanh: + - x / only, so that the twin has the same bits.
import * as K from "../../src/coefficients";
import { exp64 } from "./double";

const TABLE: usize = memory.data<f64>([
  K.LOG1P_L1, K.LOG1P_L2, K.LOG1P_L3, K.LOG1P_L4, K.LOG1P_L5, K.LOG1P_L6, K.LOG1P_L7, K.LOG1P_L8,
  K.LOG1P_SPLIT, K.LN2_F64, 1, 2, 3,
]);

@inline
function at(index: usize): v128 {
  return v128.load64_splat(TABLE + (index << 3));
}

const SPLIT = 8, LN2 = 9, ONE = 10, TWO = 11, THREE = 12;

/** log((1 + s) / (1 - s)) = 2 s + s^3 (L1 + L2 s^2 + ...), |s| <= 0.172 */
@inline
function atanh2(s: v128): v128 {
  const w = f64x2.mul(s, s), w2 = f64x2.mul(w, w);
  const a12 = f64x2.add(at(0), f64x2.mul(w, at(1))), a34 = f64x2.add(at(2), f64x2.mul(w, at(3)));
  const b12 = f64x2.add(at(4), f64x2.mul(w, at(5))), b34 = f64x2.add(at(6), f64x2.mul(w, at(7)));
  const a = f64x2.add(a12, f64x2.mul(w2, a34)), b = f64x2.add(b12, f64x2.mul(w2, b34));
  const p = f64x2.add(a, f64x2.mul(f64x2.mul(w2, w2), b));
  return f64x2.add(f64x2.mul(at(TWO), s), f64x2.mul(f64x2.mul(s, w), p));
}

function atanh(s: f64): f64 {
  return f64x2.extract_lane(atanh2(f64x2.splat(s)), 0);
}

/** log(1 + u), 0 <= u <= 1, two lanes. 5 ULP of float64. */
@inline
export function log1pUnit2(u: v128): v128 {
  // from sqrt(2) - 1 on: ln 2 + log((1 + u) / 2)
  const high = f64x2.ge(u, at(SPLIT)), one = at(ONE);
  const s = f64x2.div(
    v128.bitselect(f64x2.sub(u, one), u, high), f64x2.add(u, v128.bitselect(at(THREE), at(TWO), high)),
  );
  return f64x2.add(v128.and(at(LN2), high), atanh2(s));
}

/** log(v), v > 0 and normal. 5 ULP of float64. */
export function log64(v: f64): f64 {
  const bits = reinterpret<u64>(v), i = <i32>(bits >> 32) - K.SQRT_HALF_HIGH;
  const high = <u64>((i & 0xfffff) + K.SQRT_HALF_HIGH);
  const f = reinterpret<f64>((high << 32) | (bits & 0xffffffff)) - 1;
  return <f64>(i >> 20) * K.LN2_F64 + atanh(f / (2 + f));
}

/** log(1 + u), u >= 0. 5 ULP of float64. */
export function log1p(u: f64): f64 {
  if (!(u < Infinity)) return u;
  return u >= K.LOG1P_SPLIT ? log64(1 + u) : atanh(u / (2 + u));
}

/** u^power, 0 <= u <= 1, power >= 0; 0^0 = 1 */
export function powUnit(u: f64, power: f64): f64 {
  if (u != u) return u;
  if (u == 0 || power == 0) return power == 0 ? 1 : 0;
  return exp64(power * log64(u));
}
