// exp of a block of a row in two loops: range reduction, by a multiple of ln 2 so that no x - max is ever rounded, and the
// polynomial. Worst error of an exp 1.00 ULP.
import { bytes, constant, demote, high64, loadTail, low64, madd, storeTail } from "../simd";
import { expm1Poly, power, remainder, scaled } from "../math/exp";
import * as C from "../constants";
import { REMAINDERS } from "./scratch";
import {
  CLAMP, LN2, LN2_F64, LN2_HI_F64, LN2_LO_F64, LOG2E, LOG2E_F64, ROUND, ROUND_F64, SHIFT_MAX, SHIFT_MIN,
} from "../../src/coefficients";

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

/** Where x is clamped. */
@inline
export function lowest(N: f32, bias: f32): f32 {
  return (N - bias + <f32>CLAMP) * <f32>LN2;
}

/** [x] => [r] at k, [t] at e, whose low bits are n */
@inline
export function reduce(k: usize, e: usize, x: usize, low: v128, exponent: v128, log2e: v128, hi: v128, lo: v128): void {
  const z = f32x4.pmax(v128.load(x), low), t = scaled(z, exponent, log2e);
  v128.store(k, remainder(z, t, exponent, hi, lo));
  v128.store(e, t);
}

/** [t] at e, [r] at k => [2^n exp(r)] at e */
@inline
export function finish(e: usize, k: usize, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128): void {
  const v = expm1Poly(v128.load(k), c2, c3, c4, c5, c6), s = power(v128.load(e));
  v128.store(e, madd(v, s, s));
}

/**
 * e[i] = t and the remainder r for each x[i] = n ln 2 + r, x reduced by N ln 2, n <= BLOCK elements; e may be x.
 * x is clamped at (N - bias + CLAMP) ln 2, which gives what stands for 0: no denormal number ever arises.
 * Four vectors at a time: the stores keep the compilers from undoing the interleaving, and with finishBlock in a loop of
 * its own each has few enough live registers (1.8 against 1.4 elements a nanosecond in one loop). Powers of two are left
 * to that loop: shifts share units with additions, and it has the more products (6 % faster so on Zen 5).
 */
export function reduceBlock(scratch: usize, e: usize, x: usize, n: i32, N: f32, bias: f32): void {
  const low = f32x4.splat(lowest(N, bias)), exponent = f32x4.splat(<f32>ROUND + bias - N);
  const log2e = constant(C.LOG2E), hi = constant(C.LN2_HI), lo = constant(C.LN2_LO);
  const d = e - x, wide = x + bytes(n & ~15), quads = x + bytes(n & ~3), tail = n & 3;
  let k = scratch + REMAINDERS;
  for (; x < wide; x += 64, k += 64) {
    reduce(k, x + d, x, low, exponent, log2e, hi, lo);
    reduce(k + 16, x + d + 16, x + 16, low, exponent, log2e, hi, lo);
    reduce(k + 32, x + d + 32, x + 32, low, exponent, log2e, hi, lo);
    reduce(k + 48, x + d + 48, x + 48, low, exponent, log2e, hi, lo);
  }
  for (; x < quads; x += 16, k += 16) reduce(k, x + d, x, low, exponent, log2e, hi, lo);
  if (tail) {
    const z = f32x4.pmax(loadTail(x, tail), low), t = scaled(z, exponent, log2e);
    v128.store(k, remainder(z, t, exponent, hi, lo));
    storeTail(x + d, t, tail);
  }
}

/** reduceBlock for (x[i] - m) beta <= 0 in float64: as exact, where a shift by a multiple of ln 2 is not. */
export function reduceShifted(scratch: usize, e: usize, x: usize, n: i32, m: f64, beta: f64, bias: f64): void {
  const vm = f64x2.splat(m), vb = f64x2.splat(beta), low = f64x2.splat((CLAMP - bias) * LN2_F64);
  const exponent = f64x2.splat(<f64>ROUND_F64 + bias);
  for (let i = 0, k = scratch + REMAINDERS; i < n; i += 4, x += 16, e += 16, k += 16) {
    const left = n - i, v = left < 4 ? loadTail(x, left) : v128.load(x);
    const z0 = f64x2.pmax(f64x2.mul(f64x2.sub(low64(v), vm), vb), low);
    const z1 = f64x2.pmax(f64x2.mul(f64x2.sub(high64(v), vm), vb), low);
    const t0 = scaled64(z0, exponent), t1 = scaled64(z1, exponent);
    v128.store(k, demote(remainder64(z0, t0, exponent), remainder64(z1, t1, exponent)));
    const t = i32x4.shuffle(t0, t1, 0, 2, 4, 6);
    if (left < 4) storeTail(e, t, left);
    else v128.store(e, t);
  }
}

@inline
export function scaled64(z: v128, exponent: v128): v128 {
  return f64x2.add(f64x2.mul(z, f64x2.splat(LOG2E_F64)), exponent);
}

@inline
export function remainder64(z: v128, t: v128, exponent: v128): v128 {
  const n = f64x2.sub(t, exponent), r = f64x2.sub(z, f64x2.mul(n, f64x2.splat(LN2_HI_F64)));
  return f64x2.sub(r, f64x2.mul(n, f64x2.splat(LN2_LO_F64)));
}

/** e[i] = 2^n exp(r) from what reduceBlock or reduceShifted left. */
export function finishBlock(scratch: usize, e: usize, n: i32): void {
  const c2 = constant(C.EXP_C2), c3 = constant(C.EXP_C3), c4 = constant(C.EXP_C4), c5 = constant(C.EXP_C5);
  const c6 = constant(C.EXP_C6), wide = e + bytes(n & ~15), quads = e + bytes(n & ~3), tail = n & 3;
  let k = scratch + REMAINDERS;
  for (; e < wide; e += 64, k += 64) {
    finish(e, k, c2, c3, c4, c5, c6);
    finish(e + 16, k + 16, c2, c3, c4, c5, c6);
    finish(e + 32, k + 32, c2, c3, c4, c5, c6);
    finish(e + 48, k + 48, c2, c3, c4, c5, c6);
  }
  for (; e < quads; e += 16, k += 16) finish(e, k, c2, c3, c4, c5, c6);
  if (tail) {
    const v = expm1Poly(v128.load(k), c2, c3, c4, c5, c6), s = power(loadTail(e, tail));
    storeTail(e, madd(v, s, s), tail);
  }
}
