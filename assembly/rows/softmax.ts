// softmax over the last axis, forward and backward. A probability below 2^-126 is flushed to 0. The gradient's bound is
// in ULP of the largest of |y dy|, y sum |dy y| and |dx|: half of one, and 2^-30 a column in float64.
// Bound of softmax: <= 4 ULP
// Bound of softmaxBackward: <= 0.501 ULP
import { LANES_32 } from "../constants";
import { bytes, demote, high64, loadTail, low64, madd, storeTail } from "../simd";
import { expm1Poly, power, remainder, scaled } from "../math/exp";
import { FLUSH_HIGH, FLUSH_LOW, ROUND, SHORT_ROW } from "../../src/coefficients";
import { softmaxShort } from "./columns";
import { inRange, lowest, shiftOf } from "./expblock";
import { BIAS, expSum, expTop } from "./expsum";
import { placeOf, topOf } from "./maximum";
import { from, scaleExps } from "./scale";

/**
 * y = exp(beta x) / sum exp(beta x), row by row
 * y[rows][ldy], x[rows][ldx]; y may be x with ldy = ldx
 * exp in place. From 32 columns on: total = row sum of the others + the largest, which so is in no float32 sum; times
 * 1 / total rounded once, the largest divided by it. Fewer columns: divided by their sum, four rows at a time by
 * columns.ts. Either way 1 stays 1.
 */
export function softmax(
  y: usize, x: usize, rows: i32, cols: i32, ldy: i32, ldx: i32, beta: f64, scratch: usize,
): void {
  let r = 0;
  if (cols < SHORT_ROW) {
    r = rows & ~3;
    softmaxShort(y, x, r, cols, ldy, ldx, beta, scratch);
    y += bytes(ldy * r), x += bytes(ldx * r);
  }
  for (; r < rows; r++, y += bytes(ldy), x += bytes(ldx)) {
    const m = topOf(scratch, x, cols, beta);
    if (cols < SHORT_ROW) {
      const exact = beta == 1 && cols <= 16 && inRange(m);
      divide(y, cols, <f32>(exact ? shortExps(y, x, cols, m) : expSum(scratch, y, x, cols, m, -1, beta)));
      continue;
    }
    const top = placeOf(scratch, x, cols, beta, m), e = expTop(m, beta);
    const total = expSum(scratch, y, x, cols, m, top, beta) + e;
    scaleExps(y, y, cols, 1 / total);
    store<f32>(y + bytes(top), <f32>(e / total));
  }
}

/** expSum of at most 16 elements with an exact shift: in registers, since calls cost as much as four vectors. */
function shortExps(y: usize, x: usize, n: i32, m: f32): f64 {
  const N = shiftOf(m), low = f32x4.splat(lowest(N, BIAS)), exponent = f32x4.splat(<f32>ROUND + BIAS - N);
  let s0 = f64x2.splat(0), s2 = s0;
  for (let left = n; left > 0; left -= 4, x += 16, y += 16) {
    const z = f32x4.pmax(left < 4 ? loadTail(x, left) : v128.load(x), low), t = scaled(z, exponent), s = power(t);
    let e = expm1Poly(remainder(z, t, exponent));
    e = madd(e, s, s);
    if (left < 4) {
      storeTail(y, e, left);
      e = v128.and(e, i32x4.lt_s(v128.load(LANES_32), i32x4.splat(left)));
    } else v128.store(y, e);
    s0 = f64x2.add(s0, low64(e)), s2 = f64x2.add(s2, high64(e));
  }
  s0 = f64x2.add(s0, s2);
  return f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
}

/** y = y / sum, 0 where that is below 2^-126 */
function divide(y: usize, n: i32, sum: f32): void {
  const v = f32x4.splat(sum), least = f32x4.splat(sum * <f32>FLUSH_HIGH * <f32>FLUSH_LOW), quads = y + bytes(n & ~3), tail = n & 3;
  for (; y < quads; y += 16) v128.store(y, f32x4.div(from(v128.load(y), least), v));
  if (tail) storeTail(y, f32x4.div(from(loadTail(y, tail), least), v), tail);
}

/**
 * dx = beta y (dy - sum(dy y) / sum(y)), y = softmax(beta x)
 * dx[rows][lddx], dy[rows][lddy], y[rows][ldy]; dx may be dy or y with the same leading dimension
 * both sums in float64: columns in four lanes, ascending, (S0+S2) + (S1+S3); then in float64, rounded once
 * sum(y) is 1 but for the rounding of y. Without it that rounding would be all that is left of a confident row.
 */
export function softmaxBackward(
  dx: usize, dy: usize, y: usize, rows: i32, cols: i32, lddx: i32, lddy: i32, ldy: i32, beta: f64,
): void {
  for (let r = 0; r < rows; r++, dx += bytes(lddx), dy += bytes(lddy), y += bytes(ldy)) {
    backwardRow(dx, dy, y, cols, weightedMean(dy, y, cols), beta);
  }
}

/** sum(dy y) / sum(y) */
function weightedMean(dy: usize, y: usize, n: i32): f64 {
  const quads = bytes(n & ~3), tail = n & 3;
  let s = f64x2.splat(0), t = s, d = s, e = s; // lanes 0 1 and 2 3 of sum(y), of sum(dy y)
  for (let i: usize = 0; i < quads; i += 16) {
    const p = v128.load(y + i), g = v128.load(dy + i), low = low64(p), high = high64(p);
    s = f64x2.add(s, low), t = f64x2.add(t, high);
    d = f64x2.add(d, f64x2.mul(low64(g), low)), e = f64x2.add(e, f64x2.mul(high64(g), high));
  }
  if (tail) {
    const p = loadTail(y + quads, tail), g = loadTail(dy + quads, tail), low = low64(p), high = high64(p);
    s = f64x2.add(s, low), t = f64x2.add(t, high);
    d = f64x2.add(d, f64x2.mul(low64(g), low)), e = f64x2.add(e, f64x2.mul(high64(g), high));
  }
  s = f64x2.add(s, t), d = f64x2.add(d, e);
  const total = f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
  return (f64x2.extract_lane(d, 0) + f64x2.extract_lane(d, 1)) / total;
}

@inline
function backward2(dy: v128, y: v128, mean: v128, beta: v128): v128 {
  return f64x2.mul(f64x2.mul(f64x2.sub(dy, mean), y), beta);
}

@inline
function backward4(dy: v128, y: v128, mean: v128, beta: v128): v128 {
  return demote(backward2(low64(dy), low64(y), mean, beta), backward2(high64(dy), high64(y), mean, beta));
}

function backwardRow(dx: usize, dy: usize, y: usize, n: i32, mean: f64, beta: f64): void {
  const m = f64x2.splat(mean), b = f64x2.splat(beta), quads = bytes(n & ~3), tail = n & 3;
  let i: usize = 0;
  for (; i < quads; i += 16) v128.store(dx + i, backward4(v128.load(dy + i), v128.load(y + i), m, b));
  if (tail) storeTail(dx + i, backward4(loadTail(dy + i, tail), loadTail(y + i, tail), m, b), tail);
}
