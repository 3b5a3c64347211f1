// y[i] = x[i] * factor and what goes with it.
import { bytes, demote, high64, loadTail, low64, storeTail } from "../simd";
import { FLUSH, LEAST_EXP, MIN_NORMAL } from "../../src/coefficients";

/** y[i] = x[i] * factor, y may be x: the factor rounded to float32; in float64 where it is no normal number there. */
export function scale(y: usize, x: usize, n: i32, factor: f64): void {
  const rounded = <f32>factor, size = Math.abs(rounded);
  if (size >= <f32>MIN_NORMAL && size < Infinity) scaleSingle(y, x, n, rounded);
  else scaleDouble(y, x, n, factor);
}

function scaleSingle(y: usize, x: usize, n: i32, factor: f32): void {
  const v = f32x4.splat(factor), d = y - x, wide = x + bytes(n & ~15), quads = x + bytes(n & ~3), tail = n & 3;
  for (; x < wide; x += 64) {
    const a = f32x4.mul(v128.load(x), v), b = f32x4.mul(v128.load(x, 16), v);
    const c = f32x4.mul(v128.load(x, 32), v), e = f32x4.mul(v128.load(x, 48), v);
    v128.store(x + d, a);
    v128.store(x + d, b, 16);
    v128.store(x + d, c, 32);
    v128.store(x + d, e, 48);
  }
  for (; x < quads; x += 16) v128.store(x + d, f32x4.mul(v128.load(x), v));
  if (tail) storeTail(x + d, f32x4.mul(loadTail(x, tail), v), tail);
}

function scaleDouble(y: usize, x: usize, n: i32, factor: f64): void {
  const v = f64x2.splat(factor), d = y - x, quads = x + bytes(n & ~3), tail = n & 3;
  for (; x < quads; x += 16) v128.store(x + d, product(v128.load(x), v));
  if (tail) storeTail(x + d, product(loadTail(x, tail), v), tail);
}

@inline
function product(x: v128, factor: v128): v128 {
  return demote(f64x2.mul(low64(x), factor), f64x2.mul(high64(x), factor));
}

/**
 * y[i] = e[i] * factor for e >= 0 of expSum(), y may be e: an exact 0 where e stands for 0, or the result would be below
 * 2^-126. So no denormal number arises, which costs 1.8 times the time.
 */
export function scaleExps(y: usize, e: usize, n: i32, factor: f64): void {
  const rounded = <f32>factor, size = Math.abs(rounded);
  const least = <f32>Math.max(LEAST_EXP, FLUSH / Math.abs(factor)), all = f32x4.splat(least);
  const d = y - e, wide = e + bytes(n & ~15), quads = e + bytes(n & ~3), tail = n & 3;
  if (!(size >= <f32>MIN_NORMAL && size < Infinity)) {
    const v = f64x2.splat(factor);
    for (; e < quads; e += 16) v128.store(e + d, product(from(v128.load(e), all), v));
    if (tail) storeTail(e + d, product(from(loadTail(e, tail), all), v), tail);
    return;
  }
  const v = f32x4.splat(rounded);
  for (; e < wide; e += 64) {
    const a = f32x4.mul(from(v128.load(e), all), v), b = f32x4.mul(from(v128.load(e, 16), all), v);
    const c = f32x4.mul(from(v128.load(e, 32), all), v), f = f32x4.mul(from(v128.load(e, 48), all), v);
    v128.store(e + d, a);
    v128.store(e + d, b, 16);
    v128.store(e + d, c, 32);
    v128.store(e + d, f, 48);
  }
  for (; e < quads; e += 16) v128.store(e + d, f32x4.mul(from(v128.load(e), all), v));
  if (tail) storeTail(e + d, f32x4.mul(from(loadTail(e, tail), all), v), tail);
}

/** e >= 0 where it is above `least`, else 0. By their bits: one of numbers is slower. */
@inline
export function from(e: v128, least: v128): v128 {
  return v128.and(e, i32x4.gt_s(e, least));
}

/** y[i] = 0 */
export function clear(y: usize, n: i32): void {
  memory.fill(y, 0, bytes(n));
}
