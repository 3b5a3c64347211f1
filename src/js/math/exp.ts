import { EXP_MAX, EXP_MIN, ROUND_F64 } from "../../coefficients.js";
import { EXP_C2, EXP_C3, EXP_C4, EXP_C5, EXP_C6, LN2_HI, LN2_LO, LOG2E } from "../constants.js";
import { fround, madd, POWER } from "../simd.js";

/** n = round(z / ln 2). */
export function exponentOf(z: number): number {
  return fround(z * LOG2E) + ROUND_F64 - ROUND_F64;
}

/** z - n ln 2; n LN2_HI and the first difference are exact. */
export function remainder(z: number, n: number): number {
  return fround(z - n * LN2_HI - fround(n * LN2_LO));
}

/** exp(r) - 1 for |r| <= ln 2 / 2, by Estrin's scheme. */
export function expm1Poly(r: number): number {
  const w = fround(r * r);
  const high = madd(EXP_C6, w, madd(EXP_C5, r, EXP_C4));
  return madd(madd(high, w, madd(EXP_C3, r, EXP_C2)), w, r);
}

export function exp4(x: number): number {
  const z = x < EXP_MIN ? EXP_MIN : x > EXP_MAX ? EXP_MAX : x;
  const n = exponentOf(z);
  const p = fround(expm1Poly(remainder(z, n)) + 1);
  const half = (n + 254) >> 1;
  return fround(fround(p * POWER[half]) * POWER[n + 254 - half]);
}

export function expGradient(dy: number, y: number): number {
  return dy * y;
}
