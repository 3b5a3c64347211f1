// Rows from the columns of another axis, and back.
import { bytes, transpose4 } from "../simd";

/** The 4 x 4 elements at x, transposed at y. */
@inline
function block(y: usize, x: usize, nextY: usize, next: usize): void {
  transpose4(y, nextY, v128.load(x), v128.load(x + next), v128.load(x + next * 2), v128.load(x + next * 3));
}

/**
 * y = the transpose of x
 * y[cols][ldy], x[rows][ldx]; no aliasing; moves only
 * The longer side is the outer loop: so a strip of 16 rows or columns is read and written by whole lines of the cache.
 */
export function transpose(y: usize, x: usize, rows: i32, cols: i32, ldy: i32, ldx: i32): void {
  const next = bytes(ldx), nextY = bytes(ldy), high = rows & ~3, wide = cols & ~3;
  if (high > wide) {
    for (let r = 0; r < high; r += 4) {
      for (let c = 0; c < wide; c += 4) block(y + nextY * c + bytes(r), x + next * r + bytes(c), nextY, next);
    }
  } else {
    for (let c = 0; c < wide; c += 4) {
      for (let r = 0; r < high; r += 4) block(y + nextY * c + bytes(r), x + next * r + bytes(c), nextY, next);
    }
  }
  transposeEach(y, x, 0, high, wide, cols, nextY, next);
  transposeEach(y, x, high, rows, 0, cols, nextY, next);
}

/** The rows r..rows of the columns c..cols, one element at a time. */
function transposeEach(y: usize, x: usize, r: i32, rows: i32, c: i32, cols: i32, nextY: usize, next: usize): void {
  for (; r < rows; r++) {
    const from = x + next * r;
    let to = y + nextY * c + bytes(r);
    for (let i = c; i < cols; i++, to += nextY) store<f32>(to, load<f32>(from + bytes(i)));
  }
}
