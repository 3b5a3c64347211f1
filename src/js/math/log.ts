import { DENORMAL_EXPONENT, SQRT_HALF_BITS } from "../../coefficients.js";
import {
  LOG_C0, LOG_C1, LOG_C2, LOG_C3, LOG_C4, LOG_C5, LOG_C6, LOG_C7, LOG_LN2_HI, LOG_LN2_LO, MIN_NORMAL,
} from "../constants.js";
import { bitsOf, fround, POWER_F64 } from "../simd.js";

/** Constants in locals: V8 loads an imported one again at every use. */
export function logs(F: Float32Array, I: Int32Array, to: number, from: number, n: number): void {
  const c0 = LOG_C0;
  const c1 = LOG_C1;
  const c2 = LOG_C2;
  const c3 = LOG_C3;
  const c4 = LOG_C4;
  const c5 = LOG_C5;
  const c6 = LOG_C6;
  const c7 = LOG_C7;
  const hi = LOG_LN2_HI;
  const lo = LOG_LN2_LO;
  const least = MIN_NORMAL;
  const power = POWER_F64;
  for (const end = from + n; from < end; from++, to++) {
    let x = F[from];
    let bits = I[from];
    let scale = 0;
    if (!(x >= least && x < Number.POSITIVE_INFINITY)) {
      if (!(x > 0 && x < least)) {
        F[to] = x === 0 ? Number.NEGATIVE_INFINITY : x < 0 ? Number.NaN : x;
        continue;
      }
      x = bits; // x 2^149
      bits = bitsOf(x);
      scale = DENORMAL_EXPONENT;
    }
    const exponent = (bits - SQRT_HALF_BITS) >> 23;
    const k = exponent - scale;
    const f = x * power[1023 - exponent] - 1;
    const z = fround(f * f);
    const high = fround(fround(fround(fround(c7 * f) + c6) * z) + fround(fround(c5 * f) + c4));
    const low = fround(fround(fround(fround(c3 * f) + c2) * z) + fround(fround(c1 * f) + c0));
    const p = fround(fround(high * fround(z * z)) + low);
    const r = fround(fround(k * lo) + fround(fround(p * f) * z));
    F[to] = fround(k * hi) + fround(f + fround(r - z * 0.5));
  }
}

/** k ln 2 + log(1 + f), sqrt(1/2) <= 1 + f < sqrt(2) */
export function logNear(f: number, k: number): number {
  const z = fround(f * f);
  const high = fround(fround(fround(fround(LOG_C7 * f) + LOG_C6) * z) + fround(fround(LOG_C5 * f) + LOG_C4));
  const low = fround(fround(fround(fround(LOG_C3 * f) + LOG_C2) * z) + fround(fround(LOG_C1 * f) + LOG_C0));
  const p = fround(fround(high * fround(z * z)) + low);
  const r = fround(fround(k * LOG_LN2_LO) + fround(fround(p * f) * z));
  return fround(fround(k * LOG_LN2_HI) + fround(f + fround(r - z * 0.5)));
}

export function logGradient(dy: number, x: number): number {
  return dy / x;
}
