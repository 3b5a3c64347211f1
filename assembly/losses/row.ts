// What the losses of rows are made of. The rows of x [outer][cols][inner] run along the middle axis, r over outer and
// inner; everything is float64, sums ascend.
import { expOfMinus2 } from "../math/double";
import { bytes } from "../simd";

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

/** exp(x - m) of the entries c and c + 1, two at a time for speed; one past the end is 0. */
export function exps(row: usize, cols: i32, inner: i32, c: i32, m: f64): v128 {
  const a = entry(row, c, inner), b: f64 = c + 1 < cols ? entry(row, c + 1, inner) : -Infinity;
  return expOfMinus2(f64x2.sub(f64x2.replace_lane(f64x2.splat(a), 1, b), f64x2.splat(m)));
}

/** The sum of exp(x - m) without the entry m at `top`, so exact however small it is; NaN where m is infinite. */
export function othersOf(row: usize, cols: i32, inner: i32, top: i32): f64 {
  const m = entry(row, top, inner);
  let sum: f64 = m - m;
  for (let c = 0; c < cols; c += 2) {
    const e = exps(row, cols, inner, c, m);
    if (c != top) sum += f64x2.extract_lane(e, 0);
    if (c + 1 != top) sum += f64x2.extract_lane(e, 1);
  }
  return sum;
}
