// Focal loss (Lin et al. 2017, arXiv 1708.02002) over the classes of softmax, and over single elements.
import { expOfMinus, logOf } from "../math/calls";
import { one } from "../math/double";
import { logOnePlus } from "../math/log1p";
import { bytes, load2 } from "../simd";
import { addBoth, emit2 } from "./pair";
import { clearRow, entry, exps, factorOf, othersOf, put, putBoth, rowAt, topOf, weightOf } from "./row";
import { powUnit } from "./scalar";

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
      const total = 1 + rest, z = entry(row, t, inner) - m;
      const e = f64x2.extract_lane(expOfMinus(f64x2.splat(z)), 0), p = e / total;
      const u = (t == top ? rest : total - e) / total, ce = logOnePlus(rest) - z;
      const power = weightOf(weight, t) * f64x2.extract_lane(powUnit(f64x2.splat(u), gamma), 0);
      l = power == 0 ? 0 : power * ce;
      // p ce / u tends to 0 for p = 0 and to 1 for u = 0
      const A = factorOf(scale, dloss, r) * power * (gamma * (p == 0 ? 0 : u == 0 ? 1 : p * (ce / u)) + 1);
      for (let c = 0; dx != 0 && c < cols; c += 2) {
        const q = f64x2.div(exps(row, cols, inner, c, m), f64x2.splat(total));
        putBoth(to, cols, inner, c, f64x2.mul(f64x2.splat(A), q));
      }
      if (dx) put(to, t, inner, -(A * u));
    }
    if (loss) store<f32>(loss + bytes(r), <f32>l);
    sum += l;
  }
  return sum;
}

/** Two elements, see sigmoidFocal. */
@inline
function two(
  loss: usize, dx: usize, x: usize, y: usize, dloss: usize, i: i32, alpha: f64, gamma: f64, scale: v128, tail: bool,
): v128 {
  const v = load2(x, i, tail), t = load2(y, i, tail), a = f64x2.abs(v), e = expOfMinus(v), zero = f64x2.splat(0);
  const e1 = f64x2.add(one(), e), L = logOf(e, e1), near = f64x2.div(one(), e1), far = f64x2.mul(e, near);
  const negative = f64x2.lt(v, zero), p = v128.bitselect(far, near, negative), q = v128.bitselect(near, far, negative);
  const rest = f64x2.sub(one(), t), b = f64x2.mul(p, rest), c = f64x2.mul(q, t), u = f64x2.add(b, c);
  // as in bceWithLogits
  const up = f64x2.add(f64x2.mul(f64x2.add(v, a), f64x2.splat(0.5)), L);
  const down = f64x2.add(f64x2.max(f64x2.neg(v), zero), L), ce = f64x2.add(f64x2.mul(rest, up), f64x2.mul(t, down));
  const weights = f64x2.add(f64x2.mul(f64x2.splat(alpha), t), f64x2.mul(f64x2.splat(1 - alpha), rest));
  const power = f64x2.mul(alpha < 0 ? one() : weights, powUnit(u, gamma)), pq = f64x2.mul(p, q);
  const limit = v128.bitselect(one(), f64x2.mul(pq, f64x2.div(ce, u)), f64x2.eq(u, zero));
  const ratio = f64x2.mul(f64x2.splat(gamma), v128.andnot(limit, f64x2.eq(pq, zero)));
  const slope = f64x2.add(f64x2.sub(b, c), f64x2.mul(ratio, f64x2.sub(one(), f64x2.add(t, t))));
  return emit2(loss, dx, dloss, i, f64x2.mul(power, ce), f64x2.mul(power, slope), scale, tail);
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
  const s = f64x2.splat(scale);
  let sum: f64 = 0;
  for (let i = 0; i < n; i += 2) sum = addBoth(sum, two(loss, dx, x, y, dloss, i, alpha, gamma, s, i + 1 == n));
  return sum;
}
