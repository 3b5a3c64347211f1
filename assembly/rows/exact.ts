// exp(beta (x - m)) of a row and their sum in float64: for results that are the difference of nearly equal numbers.
import { fold } from "../alternatives/lanes";
import { expOfMinus2 } from "../math/double";
import { bytes, low64 } from "../simd";
import { BLOCK, REMAINDERS } from "./scratch";

/** Where exactExps() puts them. */
@inline
export function exactAt(scratch: usize, i: i32): usize {
  return scratch + REMAINDERS + (<usize>i << 3);
}

/** exp(beta (x[i] - m)) float64 for n <= BLOCK elements, then 0 up to a multiple of four; m the x whose beta x is largest. */
export function exactExps(scratch: usize, x: usize, n: i32, m: f64, beta: f64): void {
  const vm = f64x2.splat(m), vb = f64x2.splat(beta);
  for (let i = 0; i < n; i += 2, x += 8) {
    const v = low64(i + 1 < n ? v128.load64_zero(x) : v128.load32_zero(x));
    v128.store(exactAt(scratch, i), expOfMinus2(f64x2.mul(f64x2.sub(v, vm), vb)));
  }
  for (let i = n; i & 3; i++) store<f64>(exactAt(scratch, i), 0);
}

/**
 * The sum of exp(beta (x - m)) without x[top] = m: four lanes by column mod 4, ascending, (S0+S2) + (S1+S3); NaN where m is
 * infinite. A row of at most BLOCK columns leaves the exp in the scratch, 0 at top.
 */
export function exactOthers(scratch: usize, x: usize, n: i32, m: f64, top: i32, beta: f64): f64 {
  let low = f64x2.splat(0), high = low;
  for (let c = 0; c < n; c += BLOCK) {
    const k = min(BLOCK, n - c);
    exactExps(scratch, x + bytes(c), k, m, beta);
    if (<u32>(top - c) < <u32>k) store<f64>(exactAt(scratch, top - c), 0);
    for (let e = exactAt(scratch, 0), end = exactAt(scratch, k); e < end; e += 32) {
      low = f64x2.add(low, v128.load(e)), high = f64x2.add(high, v128.load(e, 16));
    }
  }
  return m - m + fold(low, high);
}
