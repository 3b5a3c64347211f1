// The one order in which a row is summed: columns in groups of 32, the last padded with +0. In a group each lane
// l = column mod 4 is a tree in float32, ((e0+e4)+(e8+e12)) + ((e16+e20)+(e24+e28)); the groups add up in four
// float64 lanes, and the row is (S0+S2) + (S1+S3). So 131,072 columns are as exact as ten.
import { bytes, high64, loadTail, low64 } from "../simd";
import { REST, SUM } from "./scratch";

@inline
export function clearSum(scratch: usize): void {
  v128.store(scratch + SUM, f64x2.splat(0));
  v128.store(scratch + SUM, f64x2.splat(0), 16);
}

@inline
export function sumOf(scratch: usize): f64 {
  const s = f64x2.add(v128.load(scratch + SUM), v128.load(scratch + SUM, 16));
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}

/** [32 columns] => [lane sums] */
@inline
function tree(e: usize): v128 {
  const a = f32x4.add(f32x4.add(v128.load(e), v128.load(e, 16)), f32x4.add(v128.load(e, 32), v128.load(e, 48)));
  const b = f32x4.add(f32x4.add(v128.load(e, 64), v128.load(e, 80)), f32x4.add(v128.load(e, 96), v128.load(e, 112)));
  return f32x4.add(a, b);
}

/** SUM += e[0..n). Only the last call of a row may have an n that is not a multiple of 32. */
export function addSum(scratch: usize, e: usize, n: i32): void {
  const wide = e + bytes(n & ~31);
  let low = v128.load(scratch + SUM), high = v128.load(scratch + SUM, 16);
  for (; e < wide; e += 128) {
    const t = tree(e);
    low = f64x2.add(low, low64(t));
    high = f64x2.add(high, high64(t));
  }
  if (n & 31) {
    const t = restTree(scratch + REST, e, n & 31);
    low = f64x2.add(low, low64(t));
    high = f64x2.add(high, high64(t));
  }
  v128.store(scratch + SUM, low);
  v128.store(scratch + SUM, high, 16);
}

/** The tree of the last n < 32 columns, padded at `rest`. */
function restTree(rest: usize, e: usize, n: i32): v128 {
  const quads = bytes(n & ~3), tail = n & 3;
  const zero = f32x4.splat(0);
  for (let i: usize = 0; i < 128; i += 16) v128.store(rest + i, zero);
  for (let i: usize = 0; i < quads; i += 16) v128.store(rest + i, v128.load(e + i));
  if (tail) v128.store(rest + quads, loadTail(e + quads, tail));
  return tree(rest);
}
