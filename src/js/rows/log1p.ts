import * as K from "../../coefficients.js";
import { highOf, withHigh } from "../simd.js";

/** log(1 + u), u >= 0, in float64. */
export function log1p(u: number): number {
  let k = 0;
  let f = u;
  if (!(u < Number.POSITIVE_INFINITY)) return u;
  if (u >= K.LOG1P_SPLIT) {
    const i = (highOf(1 + u) - K.SQRT_HALF_HIGH) | 0;
    k = i >> 20;
    f = withHigh(1 + u, (i & 0xfffff) + K.SQRT_HALF_HIGH) - 1;
  }
  const s = f / (2 + f);
  const w = s * s;
  const w2 = w * w;
  const a = K.LOG1P_L1 + w * K.LOG1P_L2 + w2 * (K.LOG1P_L3 + w * K.LOG1P_L4);
  const b = K.LOG1P_L5 + w * K.LOG1P_L6 + w2 * (K.LOG1P_L7 + w * K.LOG1P_L8);
  return k * K.LN2_F64 + (2 * s + s * w * (a + w2 * w2 * b));
}
