// The exp of a whole row and their sum: what softmax, log-softmax, log-sum-exp and cross-entropy share.
import { bytes, demote, high64, loadTail, low64, storeTail } from "../simd";
import { expBlock, inRange, shiftOf } from "./expblock";
import { BLOCK, EXPS, TOP } from "./scratch";
import { addSum, clearSum, sumOf } from "./sum";

/** [x] => [(x - m) beta] of four, in float64, rounded once. */
@inline
function shifted(x: v128, m: v128, beta: v128): v128 {
  const low = f64x2.mul(f64x2.sub(low64(x), m), beta), high = f64x2.mul(f64x2.sub(high64(x), m), beta);
  return demote(low, high);
}

/** z[i] = (x[i] - m) beta, z may be x. */
export function shift(z: usize, x: usize, n: i32, m: f64, beta: f64): void {
  const vm = f64x2.splat(m), vb = f64x2.splat(beta), d = z - x, quads = x + bytes(n & ~3), tail = n & 3;
  for (; x < quads; x += 16) v128.store(x + d, shifted(v128.load(x), vm, vb));
  if (tail) storeTail(x + d, shifted(loadTail(x, tail), vm, vb), tail);
}

/**
 * e[i] = 2^(bias - 127) exp(beta x[i] - s) with s near beta m; returns their sum but for entry `top` (-1: all), whose
 * exp goes to scratch + TOP. e may be x; e = 0 does not keep the exp. m is the x whose beta x is largest.
 * For beta = 1 and m in range s is a multiple of ln 2, which is exact; else the row is shifted by m first.
 */
export function expSum(scratch: usize, e: usize, x: usize, n: i32, m: f32, beta: f32, bias: f32, top: i32): f64 {
  const exact = beta == 1 && inRange(m), N: f32 = exact ? shiftOf(m) : 0;
  clearSum(scratch);
  for (let c = 0; c < n; c += BLOCK) {
    const k = min(BLOCK, n - c), from = x + bytes(c), to = e ? e + bytes(c) : scratch + EXPS;
    if (!exact) shift(to, from, k, m, beta);
    expBlock(scratch, to, exact ? from : to, k, N, bias);
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
