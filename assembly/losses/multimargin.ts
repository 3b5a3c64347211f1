import { one } from "../math/double";
import { bytes } from "../simd";
import { addBoth } from "./pair";
import { entries, entry, factorOf, isAt, put, putBoth, rowAt, weightOf } from "./row";

/**
 * loss = w[t]/cols sum over c != t of max(0, z[c])^p, z[c] = margin - x[t] + x[c], p = 1 or 2, t = targets[row];
 * dx[c] = w[t]/cols s[c] scale dloss, s = 1 or 2 z[c] for z[c] > 0, else 0; dx[t] = minus the sum of the others;
 * returns the sum of the losses
 * loss, targets, dloss[rows]; dx, x as in row.ts; weight[cols]; loss, dx, weight, dloss may be 0; dx may be x
 * Float64, rounded once; sums ascend: 0.5 ULP and 2^-20.
 */
export function multiMargin(
  loss: usize, dx: usize, x: usize, targets: usize, weight: usize, dloss: usize, rows: i32, cols: i32, inner: i32,
  p: i32, margin: f64, scale: f64,
): f64 {
  let sum: f64 = 0;
  for (let r = 0; r < rows; r++) {
    const row = rowAt(x, r, cols, inner), to = rowAt(dx, r, cols, inner), t = load<i32>(targets + bytes(r));
    const xt = entry(row, t, inner), w = weightOf(weight, t) / <f64>cols, k = factorOf(scale, dloss, r) * w;
    let l: f64 = 0, slopes: f64 = 0;
    for (let c = 0; c < cols; c += 2) {
      const z = f64x2.add(f64x2.splat(margin - xt), entries(row, cols, inner, c));
      // a NaN is not <= 0 and stays
      const out = v128.or(isAt(c, t), isAt(c, cols)), off = v128.or(f64x2.le(z, f64x2.splat(0)), out);
      const h = v128.andnot(z, off);
      const sign = v128.andnot(v128.bitselect(one(), z, f64x2.eq(z, z)), off), s = p == 2 ? f64x2.add(h, h) : sign;
      l = addBoth(l, p == 2 ? f64x2.mul(h, h) : h);
      slopes = addBoth(slopes, s);
      if (dx) putBoth(to, cols, inner, c, f64x2.mul(f64x2.splat(k), s));
    }
    if (dx) put(to, t, inner, -(k * slopes));
    l *= w;
    if (loss) store<f32>(loss + bytes(r), <f32>l);
    sum += l;
  }
  return sum;
}
