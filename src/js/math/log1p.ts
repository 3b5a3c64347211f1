import * as K from "../../coefficients.js";
import { highOf, withHigh } from "../simd.js";
import { exp64 } from "./double.js";

function atanh(s: number): number {
  const w = s * s;
  const w2 = w * w;
  const a = K.LOG1P_L1 + w * K.LOG1P_L2 + w2 * (K.LOG1P_L3 + w * K.LOG1P_L4);
  const b = K.LOG1P_L5 + w * K.LOG1P_L6 + w2 * (K.LOG1P_L7 + w * K.LOG1P_L8);
  return 2 * s + s * w * (a + w2 * w2 * b);
}

/** log(1 + u), 0 <= u <= 1. */
export function log1pUnit2(u: number): number {
  return u >= K.LOG1P_SPLIT ? K.LN2_F64 + atanh((u - 1) / (u + 3)) : atanh(u / (u + 2));
}

/** log(v), v > 0 and normal, in float64. */
export function log64(v: number): number {
  const i = (highOf(v) - K.SQRT_HALF_HIGH) | 0;
  const f = withHigh(v, (i & 0xfffff) + K.SQRT_HALF_HIGH) - 1;
  return (i >> 20) * K.LN2_F64 + atanh(f / (2 + f));
}

/** log(1 + u), u >= 0, in float64. */
export function log1p(u: number): number {
  if (!(u < Number.POSITIVE_INFINITY)) return u;
  return u >= K.LOG1P_SPLIT ? log64(1 + u) : atanh(u / (2 + u));
}

/** u^power, 0 <= u <= 1, power >= 0; 0^0 = 1 */
export function powUnit(u: number, power: number): number {
  if (Number.isNaN(u)) return u;
  if (u === 0 || power === 0) return power === 0 ? 1 : 0;
  return exp64(power * log64(u));
}
