import { expOfMinus } from "../math/calls";
import { logOnePlus } from "../math/log1p";
import { bytes } from "../simd";
import { addBoth } from "./pair";
import { entries, entry, factorOf, isAt, putBoth, rowAt, topOf } from "./row";

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
    const top = topOf(row, cols, inner), m = entry(row, top, inner), vm = f64x2.splat(m);
    let rest = m - m, gaps: f64 = 0; // as othersOf, and the sum of exp(x - m) (m - x)
    for (let c = 0; c < cols; c += 2) {
      const z = f64x2.sub(entries(row, cols, inner, c), vm), e = expOfMinus(z);
      rest = addBoth(rest, v128.andnot(e, isAt(c, top)));
      gaps = addBoth(gaps, v128.andnot(f64x2.mul(e, f64x2.neg(z)), f64x2.eq(e, f64x2.splat(0))));
    }
    const total = 1 + rest, G = gaps / total, l = logOnePlus(rest) + G, vG = f64x2.splat(G);
    for (let c = 0; dx != 0 && c < cols; c += 2) {
      const z = f64x2.sub(entries(row, cols, inner, c), vm), p = f64x2.div(expOfMinus(z), f64x2.splat(total));
      const slope = v128.andnot(f64x2.mul(p, f64x2.sub(f64x2.neg(z), vG)), f64x2.eq(p, f64x2.splat(0)));
      putBoth(to, cols, inner, c, f64x2.mul(f64x2.splat(factor), slope));
    }
    if (loss) store<f32>(loss + bytes(r), <f32>l);
    sum += l;
  }
  return sum;
}
