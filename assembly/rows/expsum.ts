// The exp of a whole row and their sum: what softmax, log-softmax, log-sum-exp and cross-entropy share.
import { bytes } from "../simd";
import { expm1Taylor } from "../math/double";
import { LEAST_SUM, LN2_F64, TWO_80 } from "../../src/coefficients";
import { finishBlock, inRange, reduceBlock, reduceShifted, shiftOf } from "./expblock";
import { BLOCK, EXPS } from "./scratch";
import { addSum, clearSum, sumOf } from "./sum";

/** Exps of rows are scaled by 2^80: that keeps the small entries of very confident rows. */
export const BIAS: f32 = 127 + 80;

/**
 * e[i] = 2^80 exp(beta x[i] - s) with s near beta m, m the x whose beta x is largest, but e[top] = 0 (top = -1: none);
 * returns their sum, 0 where all are below 2^-149 of the largest. What is below LEAST_EXP stands for 0. e may be x; e = 0
 * does not keep the exp.
 * For beta = 1 and m in range s is a multiple of ln 2, which is exact; else (x - m) beta is reduced in float64.
 */
export function expSum(
  scratch: usize, e: usize, x: usize, n: i32, m: f32, top: i32, beta: f64,
): f64 {
  const exact = beta == 1 && inRange(m), N: f32 = exact ? shiftOf(m) : 0;
  clearSum(scratch);
  for (let c = 0; c < n; c += BLOCK) {
    const k = min(BLOCK, n - c), from = x + bytes(c), to = e ? e + bytes(c) : scratch + EXPS;
    if (exact) reduceBlock(scratch, to, from, k, N, BIAS);
    else reduceShifted(scratch, to, from, k, m, beta, BIAS);
    if (<u32>(top - c) < <u32>k) store<f32>(to + bytes(top - c), 0); // so the power of two of this exp is 0
    finishBlock(scratch, to, k);
    addSum(scratch, to, k);
  }
  const sum = sumOf(scratch);
  return sum < LEAST_SUM ? 0 : sum;
}

/** 2^80 exp(beta m - s), s as in expSum, in float64; NaN where m is infinite. */
export function expTop(m: f32, beta: f64): f64 {
  if (beta != 1 || !inRange(m)) return m - m == 0 ? TWO_80 : NaN;
  const r = <f64>m - <f64>shiftOf(m) * LN2_F64;
  return TWO_80 + TWO_80 * f64x2.extract_lane(expm1Taylor(f64x2.splat(r)), 0);
}
