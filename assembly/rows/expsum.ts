// The exp of a whole row and their sum: what softmax, log-softmax, log-sum-exp and cross-entropy share.
import { bytes } from "../simd";
import { finishBlock, inRange, reduceBlock, reduceShifted, shiftOf } from "./expblock";
import { BLOCK, EXPS, TOP } from "./scratch";
import { addSum, clearSum, sumOf } from "./sum";

/**
 * e[i] = 2^(bias - 127) exp(beta x[i] - s) with s near beta m; returns their sum but for entry `top` (-1: all), whose
 * exp goes to scratch + TOP. e may be x; e = 0 does not keep the exp. m is the x whose beta x is largest.
 * For beta = 1 and m in range s is a multiple of ln 2, which is exact; else (x - m) beta is reduced in float64.
 */
export function expSum(scratch: usize, e: usize, x: usize, n: i32, m: f32, beta: f32, bias: f32, top: i32): f64 {
  const exact = beta == 1 && inRange(m), N: f32 = exact ? shiftOf(m) : 0;
  clearSum(scratch);
  for (let c = 0; c < n; c += BLOCK) {
    const k = min(BLOCK, n - c), from = x + bytes(c), to = e ? e + bytes(c) : scratch + EXPS;
    if (exact) reduceBlock(scratch, to, from, k, N, bias);
    else reduceShifted(scratch, to, from, k, m, beta, bias);
    finishBlock(scratch, to, k);
    if (<u32>(top - c) < <u32>k) {
      const entry = to + bytes(top - c), value = load<f32>(entry);
      store<f32>(scratch + TOP, value);
      store<f32>(entry, 0);
      addSum(scratch, to, k);
      store<f32>(entry, value);
    } else {
      addSum(scratch, to, k);
    }
  }
  return sumOf(scratch);
}

/** The bias of the family of log-sum-exp: 2^64 keeps the small entries of very confident rows. */
export const BIAS_64: f32 = 127 + 64;
