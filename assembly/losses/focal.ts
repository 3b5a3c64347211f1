// Focal loss (Lin et al. 2017, arXiv 1708.02002) over the classes of softmax, and over single elements.
import { logOnePlus } from "../math/log1p";
import { bytes } from "../simd";
import { clearRow, entry, exps, factorOf, othersOf, put, rowAt, topOf, weightOf } from "./row";
import { exp64, powUnit } from "./scalar";

/**
 * loss = w[t] u^gamma ce, p = softmax(x)[t], u = 1 - p, ce = -log p, t = targets[row];
 * dx = A q for the other classes, dx[t] = -A u, q = softmax(x), A = w[t] u^gamma (gamma p ce/u + 1) scale dloss;
 * returns the sum of the losses
 * loss, targets, dloss[rows]; dx, x as in row.ts; weight[cols]; loss, dx, weight, dloss may be 0; dx may be x
 * Float64, ce = (m - x[t]) + L, L = log1p(others) as in row.ts, u from the others where t is the largest; sums ascend.
 * Error 0.5 ULP and 2^-18 max(1, gamma). Ignored rows: loss 0, gradient 0.
 */
export function focal(
  loss: usize, dx: usize, x: usize, targets: usize, weight: usize, dloss: usize, rows: i32, cols: i32, inner: i32,
  gamma: f64, ignoreIndex: i32, scale: f64,
): f64 {
  let sum: f64 = 0;
  for (let r = 0; r < rows; r++) {
    const row = rowAt(x, r, cols, inner), to = rowAt(dx, r, cols, inner), t = load<i32>(targets + bytes(r));
    let l: f64 = 0;
    if (t == ignoreIndex) {
      if (dx) clearRow(to, cols, inner);
    } else {
      const top = topOf(row, cols, inner), m = entry(row, top, inner), rest = othersOf(row, cols, inner, top);
      const total = 1 + rest, z = entry(row, t, inner) - m, e = exp64(z), p = e / total;
      const u = (t == top ? rest : total - e) / total, ce = logOnePlus(rest) - z;
      const power = weightOf(weight, t) * powUnit(u, gamma);
      l = power == 0 ? 0 : power * ce;
      // p ce / u tends to 0 for p = 0 and to 1 for u = 0
      const A = factorOf(scale, dloss, r) * power * (gamma * (p == 0 ? 0 : u == 0 ? 1 : p * (ce / u)) + 1);
      for (let c = 0; dx != 0 && c < cols; c += 2) {
        const g = f64x2.mul(f64x2.splat(A), f64x2.div(exps(row, cols, inner, c, m), f64x2.splat(total)));
        put(to, c, inner, c == t ? -(A * u) : f64x2.extract_lane(g, 0));
        if (c + 1 < cols) put(to, c + 1, inner, c + 1 == t ? -(A * u) : f64x2.extract_lane(g, 1));
      }
    }
    if (loss) store<f32>(loss + bytes(r), <f32>l);
    sum += l;
  }
  return sum;
}

/**
 * loss = a u^gamma ce, dx = a u^gamma ((b - c) + gamma (ce/u) p q (1 - 2y)) scale dloss, p = sigmoid(x), q = 1 - p,
 * b = p (1 - y), c = q y, u = b + c, ce = binary cross-entropy, a = alpha y + (1 - alpha)(1 - y), 1 for alpha < 0;
 * returns the sum of the losses
 * loss, dx, x, y, dloss[n]; loss, dx, dloss may be 0; dx may be x or y
 * Float64, rounded once: 0.5 ULP and 2^-18 max(1, gamma) for y of 0 and 1. The sum ascends.
 */
export function sigmoidFocal(
  loss: usize, dx: usize, x: usize, y: usize, dloss: usize, n: i32, alpha: f64, gamma: f64, scale: f64,
): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) {
    const v = entry(x, i, 1), t = entry(y, i, 1), magnitude = Math.abs(v), e = exp64(-magnitude), L = logOnePlus(e);
    const near = 1 / (1 + e), far = e * near, p = v < 0 ? far : near, q = v < 0 ? near : far;
    const b = p * (1 - t), c = q * t, u = b + c;
    // as in bceWithLogits
    const ce = (1 - t) * ((v + magnitude) * 0.5 + L) + t * (Math.max(-v, 0) + L);
    const power = (alpha < 0 ? 1 : alpha * t + (1 - alpha) * (1 - t)) * powUnit(u, gamma);
    const l = power * ce;
    if (loss) put(loss, i, 1, l);
    if (dx) {
      const pq = p * q, ratio = pq == 0 ? 0 : u == 0 ? 1 : pq * (ce / u);
      put(dx, i, 1, factorOf(scale, dloss, i) * (power * (b - c + gamma * ratio * (1 - 2 * t))));
    }
    sum += l;
  }
  return sum;
}
