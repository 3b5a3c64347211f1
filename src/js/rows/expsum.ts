import { LEAST_SUM, LN2_F64, TWO_80 } from "../../coefficients.js";
import { expm1Taylor } from "../math/double.js";
import { expBlock, expShifted, inRange, shiftOf } from "./expblock.js";
import { addSum, clearSum, sumOf } from "./sum.js";

/** Columns of a block. A multiple of 32, see addSum. */
export const BLOCK = 2048;
/** One block of exp where the caller does not keep them. */
export const EXPS = new Float32Array(BLOCK);
const BIAS = 127 + 80;

/**
 * E[e + i] = 2^80 exp(beta x - s), but 0 for entry `top` (-1: none); returns their sum. e < 0 does not keep the
 * exp.
 */
export function expSum(
  F: Float32Array, e: number, x: number, n: number, m: number, top: number, beta: number,
): number {
  const exact = beta === 1 && inRange(m);
  const N = exact ? shiftOf(m) : 0;
  const E = e < 0 ? EXPS : F;
  clearSum();
  for (let c = 0; c < n; c += BLOCK) {
    const k = Math.min(BLOCK, n - c);
    const to = e < 0 ? 0 : e + c;
    if (exact) expBlock(E, to, F, x + c, k, N, BIAS);
    else expShifted(E, to, F, x + c, k, m, beta, BIAS);
    if (top >= c && top < c + k) E[to + top - c] = 0;
    addSum(E, to, k);
  }
  const sum = sumOf();
  return sum < LEAST_SUM ? 0 : sum;
}

/** 2^80 exp(beta m - s) in float64; NaN where m is infinite. */
export function expTop(m: number, beta: number): number {
  if (beta !== 1 || !inRange(m)) return m - m === 0 ? TWO_80 : Number.NaN;
  return TWO_80 + TWO_80 * expm1Taylor(m - shiftOf(m) * LN2_F64);
}
