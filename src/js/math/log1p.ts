import * as K from "../../coefficients.js";
import { highOf, POWER_F64 } from "../simd.js";

/** log y, y = 1 + u > 0. */
export function logOnePlus2(u: number, y: number): number {
  const k = (highOf(y) - K.SQRT_HALF_HIGH) >> 20;
  const f = k === 0 ? u : y * POWER_F64[1023 - k] - 1;
  const s = f / (2 + f);
  const w = s * s < K.LOG1P_TINY ? K.LOG1P_TINY : s * s;
  const w2 = w * w;
  const low = K.LOG1P_L1 + w * K.LOG1P_L2 + w2 * (K.LOG1P_L3 + w * K.LOG1P_L4);
  const high = K.LOG1P_L5 + w * K.LOG1P_L6 + w2 * (K.LOG1P_L7 + w * K.LOG1P_L8);
  return k * K.LN2_F64 + (s + s + s * w * (low + w2 * w2 * high));
}

export function logOnePlus(u: number): number {
  return u < Number.POSITIVE_INFINITY ? logOnePlus2(u, 1 + u) : u;
}

export function log1p2(x: number): number {
  if (x === 0 || x === Number.POSITIVE_INFINITY) return x;
  if (x > -1) return logOnePlus2(x, 1 + x);
  return x === -1 ? Number.NEGATIVE_INFINITY : Number.NaN;
}

export function log1pGradient(dy: number, x: number): number {
  return dy / (1 + x);
}
