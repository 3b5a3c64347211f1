// The exp of a whole row and their sum: what softmax, log-softmax, log-sum-exp and cross-entropy share.
import { bytes } from "../simd";
import { expm1Taylor } from "../math/double";
import { LN2_F64 } from "../../src/coefficients";
import { finishBlock, inRange, reduceBlock, reduceShifted, shiftOf } from "./expblock";
import { BLOCK, EXPS } from "./scratch";
import { addSum, clearSum, sumOf } from "./sum";

export const BIAS: f32 = 127;
/** The bias of the family of log-sum-exp: 2^64 keeps the small entries of very confident rows. */
export const BIAS_64: f32 = 127 + 64;

/**
 * e[i] = 2^(bias - 127) exp(beta x[i] - s) with s near beta m, m the x whose beta x is largest, but e[top] = 0 (top = -1:
 * none); returns their sum. e may be x; e = 0 does not keep the exp.
 * For beta = 1 and m in range s is a multiple of ln 2, which is exact; else (x - m) beta is reduced in float64.
 */
export function expSum(
  scratch: usize, e: usize, x: usize, n: i32, m: f32, top: i32, beta: f64, bias: f32,
): f64 {
  const exact = beta == 1 && inRange(m), N: f32 = exact ? shiftOf(m) : 0;
  clearSum(scratch);
  for (let c = 0; c < n; c += BLOCK) {
    const k = min(BLOCK, n - c), from = x + bytes(c), to = e ? e + bytes(c) : scratch + EXPS;
    if (exact) reduceBlock(scratch, to, from, k, N, bias);
    else reduceShifted(scratch, to, from, k, m, beta, bias);
    if (<u32>(top - c) < <u32>k) store<f32>(to + bytes(top - c), 0); // so the power of two of this exp is 0
    finishBlock(scratch, to, k);
    addSum(scratch, to, k);
  }
  return sumOf(scratch);
}

/** unit exp(beta m - s), s as in expSum, in float64; NaN where m is infinite. */
export function expTop(m: f32, beta: f64, unit: f64): f64 {
  if (beta != 1 || !inRange(m)) return m - m == 0 ? unit : NaN;
  const r = <f64>m - <f64>shiftOf(m) * LN2_F64;
  return unit + unit * f64x2.extract_lane(expm1Taylor(f64x2.splat(r)), 0);
}
