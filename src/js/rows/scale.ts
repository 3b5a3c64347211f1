import { FLUSH, LEAST_EXP } from "../../coefficients.js";
import { MIN_NORMAL } from "../constants.js";
import type { Views } from "../memory.js";
import { fround } from "../simd.js";

/**
 * y[i] = x[i] * factor, y may be x; indices into F. The factor is rounded to float32, but where it is no normal number
 * there.
 */
export function scaleRow(F: Float32Array, y: number, x: number, n: number, factor: number): void {
  const rounded = fround(factor);
  const size = Math.abs(rounded);
  const f = size >= MIN_NORMAL && size < Number.POSITIVE_INFINITY ? rounded : factor;
  const end = x + n;
  for (const quads = x + (n & ~3); x < quads; x += 4, y += 4) {
    F[y] = F[x] * f;
    F[y + 1] = F[x + 1] * f;
    F[y + 2] = F[x + 2] * f;
    F[y + 3] = F[x + 3] * f;
  }
  for (; x < end; x++, y++) F[y] = F[x] * f;
}

/** y[i] = e[i] * factor, but 0 where e stands for 0 or the result would be below 2^-126. */
export function scaleExps(F: Float32Array, y: number, e: number, n: number, factor: number): void {
  const rounded = fround(factor);
  const size = Math.abs(rounded);
  const f = size >= MIN_NORMAL && size < Number.POSITIVE_INFINITY ? rounded : factor;
  const least = fround(Math.max(LEAST_EXP, FLUSH / Math.abs(factor)));
  for (const end = e + n; e < end; e++, y++) F[y] = (F[e] > least ? F[e] : 0) * f;
}

export function scale(m: Views, y: number, x: number, n: number, factor: number): void {
  scaleRow(m.f32, y >>> 2, x >>> 2, n, factor);
}
