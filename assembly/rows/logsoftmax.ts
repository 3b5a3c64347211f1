// log-softmax over the last axis, forward and backward. The gradient's bound, for beta = 1, is in ULP of the larger of |dy|
// and exp(y) sum |dy|: 2^-24 of a value is one of them at most. There are 2 in the sum, 2 in exp (2.1 fused), and at the end
// half an ULP of what is twice as large at most.
// Bound of logSoftmax: <= 2.5 ULP; of hard rows <= 4 ULP
// Bound of logSoftmaxBackward: strict <= 5 ULP, relaxed <= 5.1 ULP
import { bytes, demote, high64, loadTail, low64, storeTail } from "../simd";
import { LEAST_EXP } from "../../src/coefficients";
import { finishBlock, reduceBlock } from "./expblock";
import { expTop } from "./expsum";
import { logOfSum } from "./logsumexp";
import { placeOf, topOf } from "./maximum";
import { BLOCK, EXPS } from "./scratch";
import { addSum, clearSum, sumOf } from "./sum";

/**
 * y = beta x - log(sum exp(beta x)), row by row
 * y[rows][ldy], x[rows][ldx]; y may be x with ldy = ldx
 * L as in logsumexp.ts. For beta = 1 (x - K) - k in float32, K + k = m + L; else (x - m) beta - L in float64, rounded once
 */
export function logSoftmax(
  y: usize, x: usize, rows: i32, cols: i32, ldy: i32, ldx: i32, beta: f64, scratch: usize,
): void {
  if (!cols) return;
  for (let r = 0; r < rows; r++, y += bytes(ldy), x += bytes(ldx)) {
    const m = topOf(scratch, x, cols, beta), top = placeOf(scratch, x, cols, beta, m);
    const L = logOfSum(scratch, 0, x, cols, m, top, beta, expTop(m, beta));
    if (beta == 1) {
      const K = <f32>(m + L);
      subtract(y, x, cols, K, <f32>(<f64>m - K + L));
    } else subtractScaled(y, x, cols, m, beta, L);
  }
}

/** 2^-32 */
const SCALE: f64 = 2.3283064365386963e-10;

/** y = (x - K) - k */
function subtract(y: usize, x: usize, n: i32, K: f32, k: f32): void {
  const v = f32x4.splat(K), w = f32x4.splat(k), d = y - x;
  const wide = x + bytes(n & ~15), quads = x + bytes(n & ~3), tail = n & 3;
  for (; x < wide; x += 64) {
    const a = f32x4.sub(f32x4.sub(v128.load(x), v), w), b = f32x4.sub(f32x4.sub(v128.load(x, 16), v), w);
    const c = f32x4.sub(f32x4.sub(v128.load(x, 32), v), w), e = f32x4.sub(f32x4.sub(v128.load(x, 48), v), w);
    v128.store(x + d, a);
    v128.store(x + d, b, 16);
    v128.store(x + d, c, 32);
    v128.store(x + d, e, 48);
  }
  for (; x < quads; x += 16) v128.store(x + d, f32x4.sub(f32x4.sub(v128.load(x), v), w));
  if (tail) storeTail(x + d, f32x4.sub(f32x4.sub(loadTail(x, tail), v), w), tail);
}

/** y = (x - m) beta - L in float64 */
function subtractScaled(y: usize, x: usize, n: i32, m: f64, beta: f64, L: f64): void {
  const vm = f64x2.splat(m), vb = f64x2.splat(beta), vl = f64x2.splat(L);
  const d = y - x, quads = x + bytes(n & ~3), tail = n & 3;
  for (; x < quads; x += 16) v128.store(x + d, scaled4(v128.load(x), vm, vb, vl));
  if (tail) storeTail(x + d, scaled4(loadTail(x, tail), vm, vb, vl), tail);
}

@inline
function scaled4(x: v128, m: v128, beta: v128, L: v128): v128 {
  const low = f64x2.sub(f64x2.mul(f64x2.sub(low64(x), m), beta), L);
  const high = f64x2.sub(f64x2.mul(f64x2.sub(high64(x), m), beta), L);
  return demote(low, high);
}

/**
 * dx = beta (dy - exp(y) sum(dy)), y = logSoftmax(beta x)
 * dx[rows][lddx], dy[rows][lddy], y[rows][ldy]; dx may be dy or y with the same leading dimension
 * sum as in sum.ts, exp in float32, of y above 64 infinite, scaled by 2^32; then in float64, rounded once
 */
export function logSoftmaxBackward(
  dx: usize, dy: usize, y: usize, rows: i32, cols: i32, lddx: i32, lddy: i32, ldy: i32, beta: f64, scratch: usize,
): void {
  for (let r = 0; r < rows; r++, dx += bytes(lddx), dy += bytes(lddy), y += bytes(ldy)) {
    clearSum(scratch);
    addSum(scratch, dy, cols);
    const sum = sumOf(scratch);
    for (let c = 0; c < cols; c += BLOCK) {
      const n = min(BLOCK, cols - c), at = bytes(c);
      reduceBlock(scratch, scratch + EXPS, y + at, n, 0, 127 + 32);
      finishBlock(scratch, scratch + EXPS, n);
      backwardBlock(dx + at, dy + at, y + at, scratch + EXPS, n, sum * SCALE, beta);
    }
  }
}

@inline
function backward2(dy: v128, e: v128, sum: v128, beta: v128): v128 {
  return f64x2.mul(f64x2.sub(dy, f64x2.mul(e, sum)), beta);
}

@inline
function backward4(dy: v128, y: v128, exp: v128, sum: v128, beta: v128): v128 {
  const e = v128.bitselect(f32x4.splat(Infinity), v128.andnot(exp, f32x4.lt(exp, f32x4.splat(<f32>LEAST_EXP))), f32x4.gt(y, f32x4.splat(64)));
  return demote(backward2(low64(dy), low64(e), sum, beta), backward2(high64(dy), high64(e), sum, beta));
}

function backwardBlock(dx: usize, dy: usize, y: usize, e: usize, n: i32, sum: f64, beta: f64): void {
  const s = f64x2.splat(sum), b = f64x2.splat(beta), quads = bytes(n & ~3), tail = n & 3;
  let i: usize = 0;
  for (; i < quads; i += 16) {
    v128.store(dx + i, backward4(v128.load(dy + i), v128.load(y + i), v128.load(e + i), s, b));
  }
  if (tail) storeTail(dx + i, backward4(loadTail(dy + i, tail), loadTail(y + i, tail), loadTail(e + i, tail), s, b), tail);
}
