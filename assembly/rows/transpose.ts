// Rows from the columns of another axis, and back.
import { bytes, transpose4 } from "../simd";

/**
 * y = the transpose of x
 * y[cols][ldy], x[rows][ldx]; no aliasing; moves only
 */
export function transpose(y: usize, x: usize, rows: i32, cols: i32, ldy: i32, ldx: i32): void {
  const next = bytes(ldx), nextY = bytes(ldy), quads = rows & ~3, wide = cols & ~3;
  for (let r = 0; r < quads; r += 4) {
    let from = x + next * r, to = y + bytes(r);
    for (let c = 0; c < wide; c += 4, from += 16, to += nextY * 4) {
      transpose4(to, nextY, v128.load(from), v128.load(from + next), v128.load(from + next * 2), v128.load(from + next * 3));
    }
  }
  transposeEach(y, x, 0, quads, wide, cols, nextY, next);
  transposeEach(y, x, quads, rows, 0, cols, nextY, next);
}

/** The rows r..rows of the columns c..cols, one element at a time. */
function transposeEach(y: usize, x: usize, r: i32, rows: i32, c: i32, cols: i32, nextY: usize, next: usize): void {
  for (; r < rows; r++) {
    for (let i = c; i < cols; i++) store<f32>(y + nextY * i + bytes(r), load<f32>(x + next * r + bytes(i)));
  }
}
