import { logOnePlus } from "../math/log1p";
import { bytes } from "../simd";
import { entry, factorOf, othersOf, put, rowAt, topOf } from "./row";
import { exp64 } from "./scalar";

/** The sum of exp(x - m) (m - x); an exp of 0 counts for 0. */
function weightedGaps(row: usize, cols: i32, inner: i32, m: f64): f64 {
  let sum: f64 = 0;
  for (let c = 0; c < cols; c++) {
    const z = entry(row, c, inner) - m, e = exp64(z);
    if (e != 0) sum -= e * z;
  }
  return sum;
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
    for (let c = 0; dx != 0 && c < cols; c++) {
      const z = entry(row, c, inner) - m, p = exp64(z) / total;
      put(to, c, inner, factor * (p == 0 ? 0 : p * (-z - G)));
    }
    if (loss) store<f32>(loss + bytes(r), <f32>l);
    sum += l;
  }
  return sum;
}
