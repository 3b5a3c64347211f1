// What the losses of rows are made of. The rows of x [outer][cols][inner] run along the middle axis, r over outer and
// inner; everything is float64, sums ascend.
import { LANES_64 } from "../constants";
import { expOfMinus } from "../math/calls";
import { firstOf, shortMaximum } from "../rows/maximum";
import { bytes, low64 } from "../simd";
import { addBoth } from "./pair";

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
  if (inner == 1) memory.fill(row, 0, bytes(cols));
  else for (let c = 0; c < cols; c++) put(row, c, inner, 0);
}

/** The entries c and c + 1 as f64 lanes; one past the end is -Infinity. */
@inline
export function entries(row: usize, cols: i32, inner: i32, c: i32): v128 {
  if (inner == 1 && c + 1 < cols) return low64(v128.load64_zero(row + bytes(c)));
  return f64x2.replace_lane(f64x2.splat(entry(row, c, inner)), 1, c + 1 < cols ? entry(row, c + 1, inner) : -Infinity);
}

/** The lanes to c and c + 1, nothing past the end. */
@inline
export function putBoth(row: usize, cols: i32, inner: i32, c: i32, v: v128): void {
  if (inner == 1 && c + 1 < cols) v128.store_lane<i64>(row + bytes(c), f32x4.demote_f64x2_zero(v), 0);
  else {
    put(row, c, inner, f64x2.extract_lane(v, 0));
    if (c + 1 < cols) put(row, c + 1, inner, f64x2.extract_lane(v, 1));
  }
}

/** The lane of c or c + 1 that is `place`. */
@inline
export function isAt(c: i32, place: i32): v128 {
  return i64x2.eq(i64x2.splat(place - c), v128.load(LANES_64));
}

/** The first of the largest entries; a NaN is passed over. */
export function topOf(row: usize, cols: i32, inner: i32): i32 {
  if (inner == 1) {
    const m = shortMaximum(row, cols);
    return m == -Infinity ? 0 : firstOf(row, cols, m);
  }
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

/** exp(x - m) of the entries c and c + 1; one past the end is 0. */
@inline
export function exps(row: usize, cols: i32, inner: i32, c: i32, m: f64): v128 {
  return expOfMinus(f64x2.sub(entries(row, cols, inner, c), f64x2.splat(m)));
}

/** The sum of exp(x - m) without the entry m at `top`, so exact however small it is; NaN where m is infinite. */
export function othersOf(row: usize, cols: i32, inner: i32, top: i32): f64 {
  const m = entry(row, top, inner);
  let sum: f64 = m - m;
  for (let c = 0; c < cols; c += 2) sum = addBoth(sum, v128.andnot(exps(row, cols, inner, c, m), isAt(c, top)));
  return sum;
}
