// Kullback-Leibler divergence from logits: KL(p || q), q = softmax(x), p given as probabilities or as logits.
import { expOfMinus2 } from "../math/double";
import { logOnePlus } from "../math/log1p";
import { bytes } from "../simd";
import { entry, factorOf, othersOf, put, rowAt, topOf } from "./row";
import { log64 } from "./scalar";

/** log(p) of a float32 p, NaN for a negative one. */
@inline
function logOf(p: f64): f64 {
  return p > 0 && p < Infinity ? log64(p) : p < 0 ? NaN : p;
}

/** The sum of a row. */
function massOf(row: usize, cols: i32, inner: i32): f64 {
  let sum: f64 = 0;
  for (let c = 0; c < cols; c++) sum += entry(row, c, inner);
  return sum;
}

/**
 * loss = sum of p (log p - log q), dx = (q sum(p) - p) scale dloss for each row, q = softmax(x), p = y, or softmax(y)
 * with ofLogits; a p of 0 counts for 0; returns the sum of the losses
 * loss, dloss[rows]; dx, x, y as in row.ts; loss, dx, dloss may be 0; dx may be x
 * Float64, log q = (x - m) - L, L = log1p(others) as in row.ts; sums ascend. 1 - q of the largest x and 1 - p of the
 * largest y come from the others. Error 0.5 ULP and 2^-45 sum of p (|log p| + |log q|), seen where p is close to q.
 */
export function klDivergence(
  loss: usize, dx: usize, x: usize, y: usize, dloss: usize, rows: i32, cols: i32, inner: i32, ofLogits: i32, scale: f64,
): f64 {
  let sum: f64 = 0;
  for (let r = 0; r < rows; r++) {
    const row = rowAt(x, r, cols, inner), other = rowAt(y, r, cols, inner), to = rowAt(dx, r, cols, inner);
    const top = topOf(row, cols, inner), m = entry(row, top, inner), rest = othersOf(row, cols, inner, top);
    const L = logOnePlus(rest), total = 1 + rest, topY = ofLogits ? topOf(other, cols, inner) : -1;
    const mY = ofLogits ? entry(other, topY, inner) : 0, restY = ofLogits ? othersOf(other, cols, inner, topY) : 0;
    const LY = logOnePlus(restY), totalY = 1 + restY, mass = ofLogits ? 1 : massOf(other, cols, inner);
    const factor = factorOf(scale, dloss, r);
    let l: f64 = 0;
    for (let c = 0; c < cols; c++) {
      const z = entry(row, c, inner) - m, v = entry(other, c, inner);
      const exps = expOfMinus2(f64x2.replace_lane(f64x2.splat(z), 1, v - mY)); // of both at once
      const e = c == top ? rest : f64x2.extract_lane(exps, 0), p = ofLogits ? f64x2.extract_lane(exps, 1) / totalY : v;
      const gap = (ofLogits ? v - mY - LY : logOf(v)) - (z - L);
      l += p == 0 ? 0 : p * gap;
      // mass - p, without cancellation where p is the largest of logits
      const left = c == topY ? restY / totalY : mass - p;
      if (dx) put(to, c, inner, factor * (c == top ? left - mass * (e / total) : mass * (e / total) - p));
    }
    if (loss) store<f32>(loss + bytes(r), <f32>l);
    sum += l;
  }
  return sum;
}
