// The one order in which a row is summed: columns in groups of 32. In a group each lane l = column mod 4 is two trees in
// float32, (e0+e4)+(e8+e12) and (e16+e20)+(e24+e28), which add up in float64 lanes S and T. Every 2,048 columns (a block),
// and at the end, T is added to S and starts from 0; the columns behind the last whole group go into S one by one before
// that. The row is (S0+S2) + (S1+S3). So 131,072 columns are as exact as ten.
import { bytes, high64, loadTail, low64 } from "../simd";
import { SUM } from "./scratch";

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

/** [16 columns] => [lane sums] */
@inline
function tree(e: usize): v128 {
  return f32x4.add(f32x4.add(v128.load(e), v128.load(e, 16)), f32x4.add(v128.load(e, 32), v128.load(e, 48)));
}

/** SUM += e[0..n), n <= BLOCK. Only the last call of a row may have an n that is not BLOCK. */
export function addSum(scratch: usize, e: usize, n: i32): void {
  const wide = e + bytes(n & ~31), quads = e + bytes(n & ~3), tail = n & 3;
  let s0 = v128.load(scratch + SUM), s2 = v128.load(scratch + SUM, 16), t0 = f64x2.splat(0), t2 = t0;
  for (; e < wide; e += 128) {
    const s = tree(e), t = tree(e + 64);
    s0 = f64x2.add(s0, low64(s)), s2 = f64x2.add(s2, high64(s));
    t0 = f64x2.add(t0, low64(t)), t2 = f64x2.add(t2, high64(t));
  }
  for (; e < quads; e += 16) {
    const v = v128.load(e);
    s0 = f64x2.add(s0, low64(v)), s2 = f64x2.add(s2, high64(v));
  }
  if (tail) {
    const v = loadTail(e, tail);
    s0 = f64x2.add(s0, low64(v)), s2 = f64x2.add(s2, high64(v));
  }
  v128.store(scratch + SUM, f64x2.add(s0, t0));
  v128.store(scratch + SUM, f64x2.add(s2, t2), 16);
}
