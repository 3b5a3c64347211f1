import { logOnePlus } from "../math/log1p";
import { bytes } from "../simd";
import { entry, exps, factorOf, othersOf, put, rowAt, topOf } from "./row";

/** e z; an exp of 0 counts for 0. */
@inline
function gap(e: f64, z: f64): f64 {
  return e != 0 ? e * z : 0;
}

/** The sum of exp(x - m) (m - x). */
function weightedGaps(row: usize, cols: i32, inner: i32, m: f64): f64 {
  let sum: f64 = 0;
  for (let c = 0; c < cols; c += 2) {
    const e = exps(row, cols, inner, c, m);
    sum -= gap(f64x2.extract_lane(e, 0), entry(row, c, inner) - m);
    if (c + 1 < cols) sum -= gap(f64x2.extract_lane(e, 1), entry(row, c + 1, inner) - m);
  }
  return sum;
}

/** factor p ((m - x) - G), a p of 0 counts for 0 */
@inline
function slope(p: f64, z: f64, G: f64, factor: f64): f64 {
  return factor * (p == 0 ? 0 : p * (-z - G));
}

/**
 * loss = -sum of p log p = L + G, G = sum of p (m - x), dx = p ((m - x) - G) scale dloss for each row, p = softmax(x),
 * m its largest x; a p of 0 counts for 0; returns the sum of the losses
 * loss, dloss[rows]; dx, x as in row.ts; loss, dx, dloss may be 0; dx may be x
 * Float64, L = log1p(others) as in row.ts; sums ascend. No term of the loss is negative: 0.5 ULP and 2^-20.
 */
export function entropy(
  loss: usize, dx: usize, x: usize, dloss: usize, rows: i32, cols: i32, inner: i32, scale: f64,
): f64 {
  let sum: f64 = 0;
  for (let r = 0; r < rows; r++) {
    const row = rowAt(x, r, cols, inner), to = rowAt(dx, r, cols, inner), factor = factorOf(scale, dloss, r);
    const top = topOf(row, cols, inner), m = entry(row, top, inner), rest = othersOf(row, cols, inner, top);
    const total = 1 + rest, G = weightedGaps(row, cols, inner, m) / total, l = logOnePlus(rest) + G;
    for (let c = 0; dx != 0 && c < cols; c += 2) {
      const p = f64x2.div(exps(row, cols, inner, c, m), f64x2.splat(total)), odd = c + 1 < cols;
      const a = entry(row, c, inner) - m, b: f64 = odd ? entry(row, c + 1, inner) - m : 0;
      put(to, c, inner, slope(f64x2.extract_lane(p, 0), a, G, factor));
      if (odd) put(to, c + 1, inner, slope(f64x2.extract_lane(p, 1), b, G, factor));
    }
    if (loss) store<f32>(loss + bytes(r), <f32>l);
    sum += l;
  }
  return sum;
}
