// softmax of the columns of a matrix of few rows: a column in a lane, four side by side. So are rows of few elements,
// once they are transposed: alone each would leave the lanes empty, and wait for its maximum and its sum.
import { bytes, constant, demote, high64, loadTail, low64, storeTail } from "../simd";
import { remainder, scaled } from "../math/exp";
import * as C from "../constants";
import { BIAS } from "./expsum";
import { finish, reduce, remainder64, scaled64 } from "./expblock";
import { from } from "./scale";
import { COLUMNS, EXPS, REMAINDERS } from "./scratch";
import { transpose } from "./transpose";
import { CLAMP, FLUSH_HIGH, FLUSH_LOW, LN2, LN2_F64, LOG2E, ROUND, ROUND_F64, SHIFT_MAX, SHIFT_MIN } from "../../src/coefficients";

/** topOf() of four columns. */
@inline
function topsOf(x: usize, rows: i32, next: usize, beta: f64): v128 {
  const sign = f32x4.splat(beta < 0 ? -0.0 : 0.0);
  let m = f32x4.splat(-Infinity);
  for (let r = 0; r < rows; r++, x += next) m = f32x4.pmax(m, v128.xor(v128.load(x), sign));
  return f32x4.add(v128.xor(m, sign), f32x4.splat(0));
}

/** reduceBlock() and reduceShifted() of four columns, each by its own shift. */
function reduceColumns(k: usize, y: usize, x: usize, rows: i32, nextY: usize, next: usize, beta: f64): void {
  const m = topsOf(x, rows, next, beta);
  const ranged = v128.and(f32x4.le(m, f32x4.splat(<f32>SHIFT_MAX)), f32x4.ge(m, f32x4.splat(<f32>SHIFT_MIN)));
  const exact = beta == 1 ? ranged : i32x4.splat(0);
  const round = f32x4.splat(<f32>ROUND), N = f32x4.sub(f32x4.add(f32x4.mul(m, f32x4.splat(<f32>LOG2E)), round), round);
  const low = f32x4.mul(f32x4.sub(N, f32x4.splat(BIAS - <f32>CLAMP)), f32x4.splat(<f32>LN2));
  const exponent = f32x4.sub(f32x4.splat(<f32>ROUND + BIAS), N);
  const log2e = constant(C.LOG2E), hi = constant(C.LN2_HI), lo = constant(C.LN2_LO);
  if (i32x4.all_true(exact)) {
    for (let r = 0; r < rows; r++, x += next, y += nextY, k += 16) reduce(k, y, x, low, exponent, log2e, hi, lo);
    return;
  }
  const m0 = low64(m), m1 = high64(m), b = f64x2.splat(beta), low2 = f64x2.splat((CLAMP - <f64>BIAS) * LN2_F64);
  const exponent2 = f64x2.splat(<f64>ROUND_F64 + BIAS);
  for (let r = 0; r < rows; r++, x += next, y += nextY, k += 16) {
    const v = v128.load(x), z = f32x4.pmax(v, low), t = scaled(z, exponent, log2e);
    const z0 = f64x2.pmax(f64x2.mul(f64x2.sub(low64(v), m0), b), low2), t0 = scaled64(z0, exponent2);
    const z1 = f64x2.pmax(f64x2.mul(f64x2.sub(high64(v), m1), b), low2), t1 = scaled64(z1, exponent2);
    const rest = demote(remainder64(z0, t0, exponent2), remainder64(z1, t1, exponent2));
    v128.store(k, v128.bitselect(remainder(z, t, exponent, hi, lo), rest, exact));
    v128.store(y, v128.bitselect(t, i32x4.shuffle(t0, t1, 0, 2, 4, 6), exact));
  }
}

/** The row sum of sum.ts of four columns: S0..S3 take turns, in whichever of them the last row is. */
function sums(e: usize, rows: i32, next: usize): v128 {
  let a = f64x2.splat(0), b = a, c = a, d = a, a2 = a, b2 = a, c2 = a, d2 = a;
  for (let r = 0; r < rows; r++, e += next) {
    const v = v128.load(e), s = f64x2.add(a, low64(v)), t = f64x2.add(a2, high64(v));
    a = b, b = c, c = d, d = s;
    a2 = b2, b2 = c2, c2 = d2, d2 = t;
  }
  return demote(f64x2.add(f64x2.add(a, c), f64x2.add(b, d)), f64x2.add(f64x2.add(a2, c2), f64x2.add(b2, d2)));
}

function fourColumns(
  scratch: usize, y: usize, x: usize, rows: i32, nextY: usize, next: usize, beta: f64,
): void {
  const k = scratch + REMAINDERS;
  reduceColumns(k, y, x, rows, nextY, next, beta);
  finishColumns(y, k, rows, nextY);
  const total = sums(y, rows, nextY), high = f32x4.mul(total, f32x4.splat(<f32>FLUSH_HIGH));
  const least = f32x4.mul(high, f32x4.splat(<f32>FLUSH_LOW));
  for (let r = 0; r < rows; r++, y += nextY) v128.store(y, f32x4.div(from(v128.load(y), least), total));
}

/** finishBlock() of four columns. */
@inline
function finishColumns(e: usize, k: usize, rows: i32, next: usize): void {
  const c2 = constant(C.EXP_C2), c3 = constant(C.EXP_C3), c4 = constant(C.EXP_C4), c5 = constant(C.EXP_C5);
  const c6 = constant(C.EXP_C6);
  for (let r = 0; r < rows; r++, e += next, k += 16) finish(e, k, c2, c3, c4, c5, c6);
}

/**
 * y = softmax(beta x) of each column, rows < SHORT_ROW
 * y[rows][ldy], x[rows][ldx]; y may be x with ldy = ldx
 * The bits of softmax of the transposed matrix.
 */
export function softmaxColumns(
  y: usize, x: usize, rows: i32, cols: i32, ldy: i32, ldx: i32, beta: f64, scratch: usize,
): void {
  const nextY = bytes(ldy), next = bytes(ldx), tile = scratch + COLUMNS, rest = cols & 3;
  for (const quads = x + bytes(cols & ~3); x < quads; x += 16, y += 16) {
    fourColumns(scratch, y, x, rows, nextY, next, beta);
  }
  if (!rest) return;
  for (let r = 0; r < rows; r++) v128.store(tile + (r << 4), loadTail(x + next * r, rest));
  fourColumns(scratch, tile, tile, rows, 16, 16, beta);
  for (let r = 0; r < rows; r++) storeTail(y + nextY * r, v128.load(tile + (r << 4)), rest);
}

/** Rows of fewer than SHORT_ROW elements that are transposed at a time. */
const TILE: i32 = 16;

/** softmax of rows of fewer than SHORT_ROW elements by softmaxColumns(), rows a multiple of 4. */
export function softmaxShort(
  y: usize, x: usize, rows: i32, cols: i32, ldy: i32, ldx: i32, beta: f64, scratch: usize,
): void {
  const tile = scratch + EXPS;
  for (let r = 0; r < rows; r += TILE, y += bytes(ldy * TILE), x += bytes(ldx * TILE)) {
    const n = min(TILE, rows - r);
    transpose(tile, x, n, cols, TILE, ldx);
    softmaxColumns(tile, tile, cols, n, TILE, TILE, beta, scratch);
    transpose(y, tile, cols, n, ldy, TILE);
  }
}
