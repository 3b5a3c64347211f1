import { expBlock, expShifted, inRange, shiftOf } from "./expblock.js";
import { addSum, clearSum, sumOf } from "./sum.js";

/** Columns of a block. A multiple of 32, see addSum. */
export const BLOCK = 2048;
/** One block of exp where the caller does not keep them. */
export const EXPS = new Float32Array(BLOCK);
export const BIAS_64 = 127 + 64;

/** exp of the entry that the last expSum took out of the sum. */
export let topExp = 0;

/**
 * E[e + i] = 2^(bias - 127) exp(beta x - s); returns their sum but for entry `top` (-1: all), whose exp goes to topExp.
 * e < 0 does not keep the exp.
 */
export function expSum(
  F: Float32Array, e: number, x: number, n: number, m: number, beta: number, bias: number, top: number,
): number {
  const exact = beta === 1 && inRange(m);
  const N = exact ? shiftOf(m) : 0;
  const E = e < 0 ? EXPS : F;
  clearSum();
  for (let c = 0; c < n; c += BLOCK) {
    const k = Math.min(BLOCK, n - c);
    const to = e < 0 ? 0 : e + c;
    if (exact) expBlock(E, to, F, x + c, k, N, bias);
    else expShifted(E, to, F, x + c, k, m, beta, bias);
    if (top >= c && top < c + k) {
      const entry = to + top - c;
      topExp = E[entry];
      E[entry] = 0;
      addSum(E, to, k);
      E[entry] = topExp;
    } else addSum(E, to, k);
  }
  return sumOf();
}

