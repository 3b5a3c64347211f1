import { DENORMAL_SCALE, SQRT_HALF_BITS } from "../../coefficients.js";
import {
  LOG_C0, LOG_C1, LOG_C2, LOG_C3, LOG_C4, LOG_C5, LOG_C6, LOG_C7, LOG_LN2_HI, LOG_LN2_LO, MIN_NORMAL,
} from "../constants.js";
import { bitsOf, floatOf, fround, madd, nmadd } from "../simd.js";

export function log4(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x < 0) return Number.NaN;
  if (!(x < Number.POSITIVE_INFINITY)) return x;
  const denormal = x < MIN_NORMAL;
  const i = bitsOf(denormal ? x * DENORMAL_SCALE : x) - SQRT_HALF_BITS;
  const k = (i >> 23) - (denormal ? 23 : 0);
  const f = fround(floatOf((i & 0x7fffff) + SQRT_HALF_BITS) - 1);
  const z = fround(f * f);
  const high = madd(madd(LOG_C7, f, LOG_C6), z, madd(LOG_C5, f, LOG_C4));
  const p = madd(high, fround(z * z), madd(madd(LOG_C3, f, LOG_C2), z, madd(LOG_C1, f, LOG_C0)));
  const r = nmadd(z, 0.5, madd(k, LOG_LN2_LO, fround(fround(p * f) * z)));
  return madd(k, LOG_LN2_HI, fround(f + r));
}

export function logGradient(dy: number, x: number): number {
  return dy / x;
}
