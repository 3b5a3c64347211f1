import { bytes } from "../simd";
import { entry, factorOf, put, rowAt, weightOf } from "./row";

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
    for (let c = 0; c < cols; c++) {
      if (c == t) continue;
      const z = margin - xt + entry(row, c, inner);
      // a NaN is not <= 0 and stays
      const h = z <= 0 ? 0 : z, s = p == 2 ? h + h : z <= 0 ? 0 : z == z ? 1 : z;
      l += p == 2 ? h * h : h;
      slopes += s;
      if (dx) put(to, c, inner, k * s);
    }
    if (dx) put(to, t, inner, -(k * slopes));
    l *= w;
    if (loss) store<f32>(loss + bytes(r), <f32>l);
    sum += l;
  }
  return sum;
}
