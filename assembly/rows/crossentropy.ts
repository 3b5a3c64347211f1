// Cross-entropy of logits against class indices or probabilities: loss and gradient in one pass, from log-sum-exp, never
// from probabilities. The bound is one of the loss and of its gradient.
// Bound of crossEntropy: <= 3.5 ULP; of hard rows <= 4 ULP
import { bytes, high64, loadTail, low64, storeTail } from "../simd";
import { TWO_64 } from "../../src/coefficients";
import { expTop } from "./expsum";
import { logOfSum } from "./logsumexp";
import { placeOf, topOf } from "./maximum";
import { clear, scale } from "./scale";
import { sumOf } from "./sum";

@inline
function weightOf(weight: usize, c: i32): f64 {
  return weight ? <f64>load<f32>(weight + bytes(c)) : 1;
}

/** The sum of the weights of all classes, in ascending order. */
function totalWeight(weight: usize, cols: i32): f64 {
  if (!weight) return cols;
  let sum: f64 = 0;
  for (let c = 0; c < cols; c++) sum += weightOf(weight, c);
  return sum;
}

/** sum w[c] (m - x[c]) in float64: columns in four lanes, (S0+S2) + (S1+S3). */
function weightedGap(x: usize, weight: usize, n: i32, m: f32): f64 {
  const vm = f64x2.splat(m), end = x + bytes(n & ~3), tail = n & 3;
  let low = f64x2.splat(0), high = low;
  for (; x < end; x += 16) {
    const v = v128.load(x), w = weight ? v128.load(weight) : f32x4.splat(1);
    low = f64x2.add(low, f64x2.mul(low64(w), f64x2.sub(vm, low64(v))));
    high = f64x2.add(high, f64x2.mul(high64(w), f64x2.sub(vm, high64(v))));
    if (weight) weight += 16;
  }
  const s = f64x2.add(low, high);
  let s0 = f64x2.extract_lane(s, 0), s1 = f64x2.extract_lane(s, 1);
  for (let i = 0; i < tail; i++, x += 4) {
    const gap = weightOf(weight, i) * (<f64>m - <f64>load<f32>(x));
    if (i == 1) s1 += gap;
    else s0 += gap;
  }
  return s0 + s1;
}

/** dx[i] = e[i] k - w[i] s, dx = e */
function smoothed(dx: usize, weight: usize, n: i32, k: f32, s: f32): void {
  const vk = f32x4.splat(k), vs = f32x4.splat(s), end = dx + bytes(n & ~3), tail = n & 3;
  for (; dx < end; dx += 16) {
    const w = weight ? v128.load(weight) : f32x4.splat(1);
    v128.store(dx, f32x4.sub(f32x4.mul(v128.load(dx), vk), f32x4.mul(w, vs)));
    if (weight) weight += 16;
  }
  if (tail) {
    const w = weight ? loadTail(weight, tail) : f32x4.splat(1);
    storeTail(dx, f32x4.sub(f32x4.mul(loadTail(dx, tail), vk), f32x4.mul(w, vs)), tail);
  }
}

/**
 * loss = w[t] ((1 - a) (lse - x[t]) + z lse^2) + a/C sum w[c] (lse - x[c]) for each row, a = labelSmoothing, t = targets[row]
 * dlogits = scale dloss * gradient of that loss; 0 in ignored rows, whatever their logits are
 * returns sum + the losses
 *
 * loss[rows] or 0 for none; dlogits[rows][lddlogits] or 0 for none; logits[rows][ldlogits]; targets[rows] i32 in [0, cols) or
 * ignoreIndex; weight[cols] or 0; dloss[rows] or 0 for 1; dlogits may be logits with the same leading dimension
 * L as in logsumexp.ts, lse - x[c] = (m - x[c]) + L; rows are summed in ascending order in float64
 * The gradient of a dominating target is -others / total, not p - 1.
 */
export function crossEntropy(
  loss: usize, dlogits: usize, logits: usize, targets: usize, weight: usize, dloss: usize, rows: i32, cols: i32,
  lddlogits: i32, ldlogits: i32, ignoreIndex: i32, labelSmoothing: f64, zLoss: f64, scale: f64, sum: f64, scratch: usize,
): f64 {
  const all = labelSmoothing ? totalWeight(weight, cols) : 0;
  for (let r = 0; r < rows; r++, logits += bytes(ldlogits), dlogits += dlogits ? bytes(lddlogits) : 0) {
    const target = load<i32>(targets + bytes(r));
    let row: f64 = 0;
    if (target == ignoreIndex) {
      if (dlogits) clear(dlogits, cols);
    } else {
      const g = dloss ? scale * <f64>load<f32>(dloss + bytes(r)) : scale;
      row = crossEntropyRow(scratch, dlogits, logits, target, weight, cols, labelSmoothing, all, zLoss, g);
    }
    if (loss) store<f32>(loss + bytes(r), <f32>row);
    sum += row;
  }
  return sum;
}

/** Loss of one row; dx = g * its gradient. all = the sum of all weights. */
function crossEntropyRow(
  scratch: usize, dx: usize, x: usize, target: i32, weight: usize, n: i32,
  labelSmoothing: f64, all: f64, zLoss: f64, g: f64,
): f64 {
  const m = topOf(scratch, x, n, 1), top = placeOf(scratch, x, n, 1, m), smoothing = labelSmoothing / <f64>n;
  const wt = weightOf(weight, target), hit = (1 - labelSmoothing) * wt, xt = <f64>load<f32>(x + bytes(target));
  const gap = labelSmoothing ? weightedGap(x, weight, n, m) : 0;
  const t = expTop(m, 1, TWO_64), L = logOfSum(scratch, dx, x, n, m, top, 1, t), lse = <f64>m + L;
  let loss = hit * ((<f64>m - xt) + L);
  if (labelSmoothing) loss += smoothing * (gap + all * L);
  if (zLoss) loss += wt * zLoss * (lse * lse);
  if (dx) {
    const others = sumOf(scratch), total = others + t, amount = hit + smoothing * all;
    const z: f64 = zLoss ? 2 * zLoss * wt * lse : 0, k = amount + z, w = smoothing * wt;
    const at = dx + bytes(target), p = <f64>load<f32>(at) / total;
    if (labelSmoothing) smoothed(dx, weight, n, <f32>(g * k / total), <f32>(g * smoothing));
    else scale(dx, dx, n, <f32>(g * k / total));
    store<f32>(dx + bytes(top), <f32>(g * (k * (t / total) - smoothing * weightOf(weight, top))));
    const d = target == top ? ((amount - w - hit) - amount * (others / total)) + z * (t / total) : k * p - w - hit;
    store<f32>(at, <f32>(g * d));
  }
  return loss;
}

/**
 * loss = sum q[c] (lse - x[c]) + z lse^2 for each row, q[c] = w[c] ((1 - a) y[c] + a/C), a = labelSmoothing, y = targets
 * dlogits = scale dloss * gradient of that loss
 * returns sum + the losses
 *
 * As crossEntropy, but targets[rows][ldtargets] float32; a q of 0 counts for nothing, whatever x is
 * sums over c ascending in float64; the gradient in float64 from exp in float32
 */
export function crossEntropyProbabilities(
  loss: usize, dlogits: usize, logits: usize, targets: usize, weight: usize, dloss: usize, rows: i32, cols: i32,
  lddlogits: i32, ldlogits: i32, ldtargets: i32, labelSmoothing: f64, zLoss: f64, scale: f64, sum: f64, scratch: usize,
): f64 {
  for (let r = 0; r < rows; r++, logits += bytes(ldlogits), dlogits += dlogits ? bytes(lddlogits) : 0) {
    const g = dloss ? scale * <f64>load<f32>(dloss + bytes(r)) : scale;
    const row = probabilityRow(scratch, dlogits, logits, targets, weight, cols, labelSmoothing, zLoss, g);
    if (loss) store<f32>(loss + bytes(r), <f32>row);
    sum += row;
    targets += bytes(ldtargets);
  }
  return sum;
}

/** Loss of one row; dx = g * its gradient. */
function probabilityRow(
  scratch: usize, dx: usize, x: usize, y: usize, weight: usize, n: i32, labelSmoothing: f64, zLoss: f64, g: f64,
): f64 {
  const m = topOf(scratch, x, n, 1), top = placeOf(scratch, x, n, 1, m);
  const keep = 1 - labelSmoothing, smoothing = labelSmoothing / <f64>n;
  let gap: f64 = 0, others: f64 = 0;
  for (let c = 0; c < n; c++) {
    const q = weightOf(weight, c) * (keep * <f64>load<f32>(y + bytes(c)) + smoothing);
    if (q != 0) gap += q * (<f64>m - <f64>load<f32>(x + bytes(c)));
    if (c != top) others += q;
  }
  const amount = others + weightOf(weight, top) * (keep * <f64>load<f32>(y + bytes(top)) + smoothing);
  const t = expTop(m, 1, TWO_64), L = logOfSum(scratch, dx, x, n, m, top, 1, t), lse = <f64>m + L;
  if (dx) {
    const rest = sumOf(scratch), total = rest + t, z: f64 = zLoss ? 2 * zLoss * lse : 0, k = (amount + z) / total;
    for (let c = 0; c < n; c++) {
      const at = dx + bytes(c), q = weightOf(weight, c) * (keep * <f64>load<f32>(y + bytes(c)) + smoothing);
      store<f32>(at, <f32>(g * (<f64>load<f32>(at) * k - q)));
    }
    store<f32>(dx + bytes(top), <f32>(g * ((others - amount * (rest / total)) + z * (t / total))));
  }
  return (gap + amount * L) + (zLoss ? zLoss * (lse * lse) : 0);
}
