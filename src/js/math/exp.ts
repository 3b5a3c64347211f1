import { EXP_MAX, EXP_MIN, EXP_TINY, ROUND_F64 } from "../../coefficients.js";
import { EXP_C2, EXP_C3, EXP_C4, EXP_C5, EXP_C6, LN2_HI, LN2_LO, LOG2E } from "../constants.js";
import { fround, POWER_F64 } from "../simd.js";

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
  // written out: V8 stops to inline where a function calls too many others
  const w = fround(r * r);
  const high = fround(fround(EXP_C6 * w) + fround(fround(EXP_C5 * r) + EXP_C4));
  return fround(fround(fround(fround(high * w) + fround(fround(EXP_C3 * r) + EXP_C2)) * w) + r);
}

/** To be rounded. */
export function exp4(x: number): number {
  if (Math.abs(x) < EXP_TINY) return 1; // or a product would be a denormal number
  const z = x < EXP_MIN ? EXP_MIN : x > EXP_MAX ? EXP_MAX : x;
  const n = exponentOf(z);
  return fround(fround(expm1Poly(remainder(z, n)) + 1) * POWER_F64[(n + 1023) | 0]);
}

/** exp4 of n elements, n a multiple of 4: four side by side take half as long, and less than Math.exp. */
export function expFours(F: Float32Array, to: number, from: number, n: number): void {
  const magic = ROUND_F64;
  const tiny = EXP_TINY;
  const log2e = LOG2E;
  const hi = LN2_HI;
  const lo = LN2_LO;
  const c2 = EXP_C2;
  const c3 = EXP_C3;
  const c4 = EXP_C4;
  const c5 = EXP_C5;
  const c6 = EXP_C6;
  for (const end = from + n; from < end; from += 4, to += 4) {
    let x0 = F[from];
    let x1 = F[from + 1];
    let x2 = F[from + 2];
    let x3 = F[from + 3];
    if (x0 < EXP_MIN) x0 = EXP_MIN;
    if (x1 < EXP_MIN) x1 = EXP_MIN;
    if (x2 < EXP_MIN) x2 = EXP_MIN;
    if (x3 < EXP_MIN) x3 = EXP_MIN;
    if (x0 > EXP_MAX) x0 = EXP_MAX;
    if (x1 > EXP_MAX) x1 = EXP_MAX;
    if (x2 > EXP_MAX) x2 = EXP_MAX;
    if (x3 > EXP_MAX) x3 = EXP_MAX;
    if (x0 < tiny && x0 > -tiny) x0 = 0;
    if (x1 < tiny && x1 > -tiny) x1 = 0;
    if (x2 < tiny && x2 > -tiny) x2 = 0;
    if (x3 < tiny && x3 > -tiny) x3 = 0;
    const n0 = fround(x0 * log2e) + magic - magic;
    const n1 = fround(x1 * log2e) + magic - magic;
    const n2 = fround(x2 * log2e) + magic - magic;
    const n3 = fround(x3 * log2e) + magic - magic;
    const r0 = fround(x0 - n0 * hi - fround(n0 * lo));
    const r1 = fround(x1 - n1 * hi - fround(n1 * lo));
    const r2 = fround(x2 - n2 * hi - fround(n2 * lo));
    const r3 = fround(x3 - n3 * hi - fround(n3 * lo));
    const w0 = fround(r0 * r0);
    const w1 = fround(r1 * r1);
    const w2 = fround(r2 * r2);
    const w3 = fround(r3 * r3);
    let v0 = fround(fround(c6 * w0) + fround(fround(c5 * r0) + c4));
    let v1 = fround(fround(c6 * w1) + fround(fround(c5 * r1) + c4));
    let v2 = fround(fround(c6 * w2) + fround(fround(c5 * r2) + c4));
    let v3 = fround(fround(c6 * w3) + fround(fround(c5 * r3) + c4));
    v0 = fround(fround(v0 * w0) + fround(fround(c3 * r0) + c2));
    v1 = fround(fround(v1 * w1) + fround(fround(c3 * r1) + c2));
    v2 = fround(fround(v2 * w2) + fround(fround(c3 * r2) + c2));
    v3 = fround(fround(v3 * w3) + fround(fround(c3 * r3) + c2));
    F[to] = fround(fround(fround(v0 * w0) + r0) + 1) * POWER_F64[(n0 + 1023) | 0];
    F[to + 1] = fround(fround(fround(v1 * w1) + r1) + 1) * POWER_F64[(n1 + 1023) | 0];
    F[to + 2] = fround(fround(fround(v2 * w2) + r2) + 1) * POWER_F64[(n2 + 1023) | 0];
    F[to + 3] = fround(fround(fround(v3 * w3) + r3) + 1) * POWER_F64[(n3 + 1023) | 0];
  }
}

export function expGradient(dy: number, y: number): number {
  return dy * y;
}
