// What the losses of rows are made of. The rows of x [outer][cols][inner] run along the middle axis, r over outer and
// inner; everything is float64, sums ascend.
import { bytes } from "../simd";
import { exp64 } from "./scalar";

/** The first entry of row r; the others are `inner` apart. */
@inline
export function rowAt(x: usize, r: i32, cols: i32, inner: i32): usize {
  return x + bytes(r / inner * cols * inner + r % inner);
}

/** Entry c of a row. */
@inline
export function entry(row: usize, c: i32, inner: i32): f64 {
  return load<f32>(row + bytes(c * inner));
}

@inline
export function put(row: usize, c: i32, inner: i32, value: f64): void {
  store<f32>(row + bytes(c * inner), <f32>value);
}

/** 1 where there are no weights. */
@inline
export function weightOf(weight: usize, c: i32): f64 {
  return weight ? <f64>load<f32>(weight + bytes(c)) : 1;
}

/** What the gradient of row r is multiplied by. */
@inline
export function factorOf(scale: f64, dloss: usize, r: i32): f64 {
  return dloss ? scale * <f64>load<f32>(dloss + bytes(r)) : scale;
}

export function clearRow(row: usize, cols: i32, inner: i32): void {
  for (let c = 0; c < cols; c++) put(row, c, inner, 0);
}

/** The first of the largest entries; a NaN is passed over. */
export function topOf(row: usize, cols: i32, inner: i32): i32 {
  let top = 0, m: f64 = -Infinity;
  for (let c = 0; c < cols; c++) {
    const v = entry(row, c, inner);
    if (v > m) {
      m = v;
      top = c;
    }
  }
  return top;
}

/** The sum of exp(x - m) without the entry m at `top`, so exact however small it is; NaN where m is infinite. */
export function othersOf(row: usize, cols: i32, inner: i32, top: i32): f64 {
  const m = entry(row, top, inner);
  let sum: f64 = m - m;
  for (let c = 0; c < cols; c++) if (c != top) sum += exp64(entry(row, c, inner) - m);
  return sum;
}
