import { bytes } from "../simd";
import { load4 } from "./lanes";

/** The largest entry, NaN where there is one. pmax skips NaN, and is several times faster than max, which does not. */
function largest(x: usize, n: i32): f32 {
  const end = x + bytes(n & ~3);
  let a = f32x4.splat(-Infinity), nan = f32x4.splat(0);
  for (; x < end; x += 16) {
    const v = v128.load(x);
    a = f32x4.pmax(a, v);
    nan = v128.or(nan, f32x4.ne(v, v));
  }
  const low = max(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1));
  let m = max(low, max(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)));
  for (const rest = end + bytes(n & 3); x < rest; x += 4) m = max(m, load<f32>(x));
  return v128.any_true(nan) ? NaN : m;
}

/**
 * index[r] = the first NaN of row r, else its first maximum
 * index[rows] i32, x[rows][ldx]; cols > 0
 * two passes, for a search by comparisons alone is slower; nothing is rounded
 */
export function argmax(index: usize, x: usize, rows: i32, cols: i32, ldx: i32): void {
  for (let r = 0; r < rows; r++, x += bytes(ldx), index += 4) {
    const m = f32x4.splat(largest(x, cols));
    for (let i = 0; i < cols; i += 4) {
      const v = load4(x + bytes(i), cols - i);
      // if there is a NaN nothing equals m, else nothing is NaN
      const found = i32x4.bitmask(v128.or(f32x4.eq(v, m), f32x4.ne(v, v)));
      if (!found) continue;
      store<i32>(index, i + ctz(found));
      break;
    }
  }
}
