// Kullback-Leibler divergence from logits: KL(p || q), q = softmax(x), p given as probabilities or as logits.
import { expOfMinus, logOf } from "../math/calls";
import { one } from "../math/double";
import { logOnePlus } from "../math/log1p";
import { bytes } from "../simd";
import { addBoth } from "./pair";
import { entries, entry, factorOf, isAt, othersOf, putBoth, rowAt, topOf } from "./row";

/** log(p) of float32 p, NaN for negative ones. */
@inline
function logOrNaN(p: v128): v128 {
  const zero = f64x2.splat(0), finite = f64x2.lt(p, f64x2.splat(Infinity));
  const log = v128.bitselect(logOf(f64x2.sub(p, one()), p), p, v128.and(f64x2.gt(p, zero), finite));
  return v128.or(log, f64x2.lt(p, zero)); // all bits: NaN
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
    const vm = f64x2.splat(m), mY2 = f64x2.splat(mY), mass2 = f64x2.splat(mass);
    let l: f64 = 0;
    for (let c = 0; c < cols; c += 2) {
      const z = f64x2.sub(entries(row, cols, inner, c), vm), v = entries(other, cols, inner, c), isTop = isAt(c, top);
      const e = v128.bitselect(f64x2.splat(rest), expOfMinus(z), isTop);
      const q = f64x2.mul(mass2, f64x2.div(e, f64x2.splat(total)));
      let p = v, log: v128;
      if (ofLogits) {
        const zY = f64x2.sub(v, mY2);
        p = f64x2.div(expOfMinus(zY), f64x2.splat(totalY));
        log = f64x2.sub(zY, f64x2.splat(LY));
      } else log = logOrNaN(v);
      const gap = f64x2.mul(p, f64x2.sub(log, f64x2.sub(z, f64x2.splat(L))));
      const none = v128.or(f64x2.eq(p, f64x2.splat(0)), isAt(c, cols));
      l = addBoth(l, v128.andnot(gap, none));
      if (!dx) continue;
      // mass - p, without cancellation where p is the largest of logits
      const left = v128.bitselect(f64x2.splat(restY / totalY), f64x2.sub(mass2, p), isAt(c, topY));
      const d = v128.bitselect(f64x2.sub(left, q), f64x2.sub(q, p), isTop);
      putBoth(to, cols, inner, c, f64x2.mul(f64x2.splat(factor), d));
    }
    if (loss) store<f32>(loss + bytes(r), <f32>l);
    sum += l;
  }
  return sum;
}
