// The passes of softmax one by one, from the files of the library, each with its data where softmax has it: the maximum
// reads the rows, the others find a row or a block as the pass before has left it.
import { bytes } from "../../../assembly/simd";
import { finishBlock, reduceBlock, shiftOf } from "../../../assembly/rows/expblock";
import { BIAS } from "../../../assembly/rows/expsum";
import { placeOf, topOf } from "../../../assembly/rows/maximum";
import { scaleExps } from "../../../assembly/rows/scale";
import { BLOCK, REMAINDERS } from "../../../assembly/rows/scratch";
import { addSum, clearSum, sumOf } from "../../../assembly/rows/sum";

/** The maximum of each row and its place. x[rows][cols] */
export function topPass(x: usize, rows: i32, cols: i32, scratch: usize): i32 {
  let places = 0;
  for (let r = 0; r < rows; r++, x += bytes(cols)) {
    const m = topOf(scratch, x, cols, 1);
    places += placeOf(scratch, x, cols, 1, m);
  }
  return places;
}

/** The range reduction of one row to each of `rows` rows. y[rows][cols], x[cols] */
export function reducePass(y: usize, x: usize, rows: i32, cols: i32, m: f32, scratch: usize): void {
  const N = shiftOf(m);
  for (let r = 0; r < rows; r++, y += bytes(cols)) {
    for (let c = 0; c < cols; c += BLOCK) {
      reduceBlock(scratch, y + bytes(c), x + bytes(c), min(BLOCK, cols - c), N, BIAS);
    }
  }
}

/** The polynomials of one block of zeros, which stay 0, as often as `rows` rows have blocks. y[min(cols, BLOCK)] */
export function finishPass(y: usize, rows: i32, cols: i32, scratch: usize): void {
  memory.fill(scratch + REMAINDERS, 0, bytes(BLOCK));
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c += BLOCK) finishBlock(scratch, y, min(BLOCK, cols - c));
  }
}

/** The sums of one block as often as `rows` rows have blocks. y[min(cols, BLOCK)] */
export function sumPass(y: usize, rows: i32, cols: i32, scratch: usize): f64 {
  let sum: f64 = 0;
  for (let r = 0; r < rows; r++) {
    clearSum(scratch);
    for (let c = 0; c < cols; c += BLOCK) addSum(scratch, y, min(BLOCK, cols - c));
    sum += sumOf(scratch);
  }
  return sum;
}

/** One row times a factor, `rows` times. y[cols] */
export function scalePass(y: usize, rows: i32, cols: i32, factor: f64): void {
  for (let r = 0; r < rows; r++) scaleExps(y, y, cols, factor);
}
