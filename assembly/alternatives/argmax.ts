import { bytes } from "../simd";
import { load4 } from "./lanes";
import { largest } from "./largest";

/**
 * index[r] = the first NaN of row r, else its first maximum
 * index[rows] i32, x[rows][ldx]; cols > 0
 * two passes, for a search by comparisons alone is slower; nothing is rounded
 */
export function argmax(index: usize, x: usize, rows: i32, cols: i32, ldx: i32): void {
  for (let r = 0; r < rows; r++, x += bytes(ldx), index += 4) {
    const m = f32x4.splat(largest(x, cols, 1));
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
