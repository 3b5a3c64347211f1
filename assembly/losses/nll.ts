import { bytes } from "../simd";
import { clearRow, entry, factorOf, put, rowAt, weightOf } from "./row";

/**
 * loss = -w[t] x[t], dx[t] = -w[t] scale dloss, 0 elsewhere, for each row, t = targets[row]; returns the sum of losses
 * loss, targets, dloss[rows]; dx, x as in row.ts; weight[cols]; loss, dx, weight, dloss may be 0; dx may be x
 * Float64, rounded once: 0.5 ULP. The sum ascends. Ignored rows: loss 0, gradient 0.
 */
export function nll(
  loss: usize, dx: usize, x: usize, targets: usize, weight: usize, dloss: usize, rows: i32, cols: i32, inner: i32,
  ignoreIndex: i32, scale: f64,
): f64 {
  let sum: f64 = 0;
  if (dx && dx != x) memory.fill(dx, 0, bytes(rows * cols)); // at once: a call for each row costs more than short rows do
  for (let r = 0; r < rows; r++) {
    const t = load<i32>(targets + bytes(r)), ignored = t == ignoreIndex;
    const w: f64 = ignored ? 0 : -weightOf(weight, t), row = rowAt(x, r, cols, inner);
    const l: f64 = ignored ? 0 : w * entry(row, t, inner);
    if (loss) store<f32>(loss + bytes(r), <f32>l);
    if (dx) {
      const to = rowAt(dx, r, cols, inner);
      if (dx == x) clearRow(to, cols, inner);
      if (!ignored) put(to, t, inner, factorOf(scale, dloss, r) * w);
    }
    sum += l;
  }
  return sum;
}
