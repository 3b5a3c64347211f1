// Rows by four columns, most in float64, the last ones through the same code: what lies behind the end reads as 0.
import { demote, loadTail, storeTail } from "../simd";

/** The next four of `left` > 0 columns. */
@inline
export function load4(p: usize, left: i32): v128 {
  return left < 4 ? loadTail(p, left) : v128.load(p);
}

@inline
export function store4(p: usize, low: v128, high: v128, left: i32): void {
  put4(p, demote(low, high), left);
}

@inline
export function put4(p: usize, v: v128, left: i32): void {
  if (left < 4) storeTail(p, v, left);
  else v128.store(p, v);
}

/** Lanes 0 and 1 of the next four, +0 behind the end. */
@inline
export function onlyLow(v: v128, left: i32): v128 {
  return left < 2 ? v128.and(v, i64x2.replace_lane(i64x2.splat(0), 0, -1)) : v;
}

/** Lanes 2 and 3. */
@inline
export function onlyHigh(v: v128, left: i32): v128 {
  return left < 4 ? v128.and(v, i64x2.replace_lane(i64x2.splat(0), 0, left == 3 ? -1 : 0)) : v;
}

/** (S0+S2) + (S1+S3) */
@inline
export function fold(low: v128, high: v128): f64 {
  const s = f64x2.add(low, high);
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}
