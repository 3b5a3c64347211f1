// softmax over the last axis, forward and backward.
import { bytes, loadTail, storeTail } from "../simd";
import { expSum } from "./expsum";
import { topValue } from "./maximum";
import { scale } from "./scale";
import { BLOCK, EXPS } from "./scratch";
import { addSum, clearSum, sumOf } from "./sum";

/**
 * y = exp(beta x) / sum exp(beta x), row by row
 * y[rows][ldy], x[rows][ldx]; y may be x with ldy = ldx
 * maximum (order-free), exp in place, sum as in sum.ts, then times 1 / sum rounded once
 * Error up to 4.5 ULP on the rows of the tests, 5.9 on the worst row found.
 * A probability below 2^-126 may be flushed to 0.
 */
export function softmax(
  y: usize, x: usize, rows: i32, cols: i32, ldy: i32, ldx: i32, beta: f32, scratch: usize,
): void {
  for (let r = 0; r < rows; r++, y += bytes(ldy), x += bytes(ldx)) {
    const sum = expSum(scratch, y, x, cols, topValue(x, cols, beta), beta, 127, -1);
    scale(y, y, cols, <f32>(1 / sum));
  }
}

/**
 * dx = beta y (dy - sum(dy y)), y = softmax(beta x)
 * dx[rows][lddx], dy[rows][lddy], y[rows][ldy]; dx may be dy or y with the same leading dimension
 * sum as in sum.ts over the rounded products; then ((dy - sum) y) beta, each rounded
 */
export function softmaxBackward(
  dx: usize, dy: usize, y: usize, rows: i32, cols: i32, lddx: i32, lddy: i32, ldy: i32, beta: f32, scratch: usize,
): void {
  for (let r = 0; r < rows; r++, dx += bytes(lddx), dy += bytes(lddy), y += bytes(ldy)) {
    clearSum(scratch);
    for (let c = 0; c < cols; c += BLOCK) {
      const n = min(BLOCK, cols - c);
      multiply(scratch + EXPS, dy + bytes(c), y + bytes(c), n);
      addSum(scratch, scratch + EXPS, n);
    }
    backwardRow(dx, dy, y, cols, <f32>sumOf(scratch), beta);
  }
}

/** z[i] = a[i] b[i] */
function multiply(z: usize, a: usize, b: usize, n: i32): void {
  const quads = bytes(n & ~3), tail = n & 3;
  let i: usize = 0;
  for (; i < quads; i += 16) v128.store(z + i, f32x4.mul(v128.load(a + i), v128.load(b + i)));
  if (tail) storeTail(z + i, f32x4.mul(loadTail(a + i, tail), loadTail(b + i, tail)), tail);
}

@inline
function backward4(dy: v128, y: v128, sum: v128, beta: v128): v128 {
  return f32x4.mul(f32x4.mul(f32x4.sub(dy, sum), y), beta);
}

function backwardRow(dx: usize, dy: usize, y: usize, n: i32, sum: f32, beta: f32): void {
  const s = f32x4.splat(sum), b = f32x4.splat(beta), quads = bytes(n & ~3), tail = n & 3;
  let i: usize = 0;
  for (; i < quads; i += 16) v128.store(dx + i, backward4(v128.load(dy + i), v128.load(y + i), s, b));
  if (tail) storeTail(dx + i, backward4(loadTail(dy + i, tail), loadTail(y + i, tail), s, b), tail);
}
