import { bytes } from "../simd";
import { load4 } from "./lanes";

/** The largest entry, NaN where there is one; n > 0. */
function largest(x: usize, n: i32): f32 {
  let m = load<f32>(x), i = 0;
  if (n > 3) {
    let a = v128.load(x);
    for (i = 4; i + 4 <= n; i += 4) a = f32x4.max(a, v128.load(x + bytes(i)));
    const low = max(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1));
    m = max(low, max(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)));
  }
  for (; i < n; i++) m = max(m, load<f32>(x + bytes(i)));
  return m;
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
