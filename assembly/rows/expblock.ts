// exp of a block of a row, shifted by a multiple of ln 2: no x - max is ever rounded. Worst error of an exp 1.00 ULP.
import { bytes, constant, loadTail, madd, storeTail } from "../simd";
import { expm1Poly, power, remainder, scaled } from "../math/exp";
import * as C from "../constants";
import { REMAINDERS } from "./scratch";
import { LN2, LOG2E, ROUND, SHIFT_MAX, SHIFT_MIN } from "../../src/coefficients";

/** Where the shift by N ln 2 is exact; NaN and infinities are outside. */
@inline
export function inRange(m: f32): bool {
  return m <= <f32>SHIFT_MAX && m >= <f32>SHIFT_MIN;
}

/** N = round(m / ln 2). */
@inline
export function shiftOf(m: f32): f32 {
  return m * <f32>LOG2E + <f32>ROUND - <f32>ROUND;
}

/** [x] => [r] at k, [2^n] at e; x = n ln 2 + r */
@inline
function reduce(k: usize, e: usize, x: usize, low: v128, exponent: v128, log2e: v128, hi: v128, lo: v128): void {
  const z = f32x4.pmax(v128.load(x), low), t = scaled(z, exponent, log2e);
  v128.store(k, remainder(z, t, exponent, hi, lo));
  v128.store(e, power(t));
}

/** [2^n] at e, [r] at k => [2^n exp(r)] at e */
@inline
function finish(e: usize, k: usize, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128): void {
  const v = expm1Poly(v128.load(k), c2, c3, c4, c5, c6), s = v128.load(e);
  v128.store(e, madd(v, s, s));
}

@inline
function exp1(x: v128, low: v128, exponent: v128): v128 {
  const z = f32x4.pmax(x, low), t = scaled(z, exponent), s = power(t);
  return madd(expm1Poly(remainder(z, t, exponent)), s, s);
}

/**
 * e[i] = 2^(bias - 127) exp(x[i] - N ln 2), n <= BLOCK; e may be x.
 * x <= (N - bias) ln 2 gives an exact 0 at full speed: there the biased exponent is 0.
 * Two short loops of four vectors: the stores between them keep the compilers from undoing the interleaving, and
 * each loop has few enough live registers (1.8 against 1.4 elements a nanosecond in one loop).
 */
export function expBlock(scratch: usize, e: usize, x: usize, n: i32, N: f32, bias: f32): void {
  const low = f32x4.splat((N - bias) * <f32>LN2), exponent = f32x4.splat(<f32>ROUND + bias - N);
  const log2e = constant(C.LOG2E), hi = constant(C.LN2_HI), lo = constant(C.LN2_LO);
  const c2 = constant(C.EXP_C2), c3 = constant(C.EXP_C3), c4 = constant(C.EXP_C4), c5 = constant(C.EXP_C5);
  const c6 = constant(C.EXP_C6);
  const d = e - x, wide = x + bytes(n & ~15), quads = x + bytes(n & ~3), tail = n & 3;
  let k = scratch + REMAINDERS;
  for (; x < wide; x += 64, k += 64) {
    reduce(k, x + d, x, low, exponent, log2e, hi, lo);
    reduce(k + 16, x + d + 16, x + 16, low, exponent, log2e, hi, lo);
    reduce(k + 32, x + d + 32, x + 32, low, exponent, log2e, hi, lo);
    reduce(k + 48, x + d + 48, x + 48, low, exponent, log2e, hi, lo);
  }
  const reduced = x + d;
  for (k = scratch + REMAINDERS; e < reduced; e += 64, k += 64) {
    finish(e, k, c2, c3, c4, c5, c6);
    finish(e + 16, k + 16, c2, c3, c4, c5, c6);
    finish(e + 32, k + 32, c2, c3, c4, c5, c6);
    finish(e + 48, k + 48, c2, c3, c4, c5, c6);
  }
  for (; x < quads; x += 16) v128.store(x + d, exp1(v128.load(x), low, exponent));
  if (tail) storeTail(x + d, exp1(loadTail(x, tail), low, exponent), tail);
}
