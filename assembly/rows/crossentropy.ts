// Cross-entropy of logits against class indices or probabilities: loss and gradient in one pass, from log-sum-exp, never
// from probabilities. The bound is one of the loss and of its gradient.
// Bound of crossEntropy: <= 3.5 ULP; of hard rows <= 4 ULP
import { fold, load4, onlyHigh, onlyLow, store4 } from "../alternatives/lanes";
import { LANES_32 } from "../constants";
import { isAt } from "../losses/row";
import { logOnePlus } from "../math/log1p";
import { bytes, high64, low64 } from "../simd";
import { exactAt, exactExps, exactOthers } from "./exact";
import { expSum, expTop } from "./expsum";
import { placeOf, topOf } from "./maximum";
import { clear, scaleExps } from "./scale";
import { BLOCK } from "./scratch";

@inline
function weightOf(weight: usize, c: i32): f64 {
  return weight ? <f64>load<f32>(weight + bytes(c)) : 1;
}

/**
 * loss = w[t] ((1 - a) (lse - x[t]) + z lse^2) + a/C sum w[c] (lse - x[c]) for each row, a = labelSmoothing, t = targets[row]
 * dlogits = scale dloss * gradient of that loss; 0 in ignored rows, whatever their logits are
 * returns sum + the losses
 *
 * loss[rows] or 0 for none; dlogits[rows][lddlogits] or 0 for none; logits[rows][ldlogits]; targets[rows] i32 in [0, cols) or
 * ignoreIndex; weight[cols] or 0; dloss[rows] or 0 for 1; dlogits may be logits with the same leading dimension
 * L as in logsumexp.ts, lse - x[c] = (m - x[c]) + L; rows are summed in ascending order in float64
 * The gradient of a dominating target is -others / total, not p - 1. With smoothing or z a row is exactRow().
 */
export function crossEntropy(
  loss: usize, dlogits: usize, logits: usize, targets: usize, weight: usize, dloss: usize, rows: i32, cols: i32,
  lddlogits: i32, ldlogits: i32, ignoreIndex: i32, labelSmoothing: f64, zLoss: f64, scale: f64, sum: f64, scratch: usize,
): f64 {
  for (let r = 0; r < rows; r++, logits += bytes(ldlogits), dlogits += dlogits ? bytes(lddlogits) : 0) {
    const target = load<i32>(targets + bytes(r));
    let row: f64 = 0;
    if (target == ignoreIndex) {
      if (dlogits) clear(dlogits, cols);
    } else {
      const g = dloss ? scale * <f64>load<f32>(dloss + bytes(r)) : scale, w = weightOf(weight, target);
      row = labelSmoothing || zLoss
        ? exactRow(scratch, dlogits, logits, 0, target, weight, cols, labelSmoothing, zLoss * w, g)
        : plainRow(scratch, dlogits, logits, target, w, cols, g);
    }
    if (loss) store<f32>(loss + bytes(r), <f32>row);
    sum += row;
  }
  return sum;
}

/** w (lse - x[target]); dx = g * its gradient. */
function plainRow(scratch: usize, dx: usize, x: usize, target: i32, w: f64, n: i32, g: f64): f64 {
  const m = topOf(scratch, x, n, 1), top = placeOf(scratch, x, n, 1, m), gap = <f64>m - <f64>load<f32>(x + bytes(target));
  const t = expTop(m, 1), others = expSum(scratch, dx, x, n, m, top, 1), L = logOnePlus(others / t);
  if (dx) {
    const total = others + t, at = dx + bytes(target), p = <f64>load<f32>(at) / total;
    scaleExps(dx, dx, n, g * w / total);
    store<f32>(dx + bytes(top), <f32>(g * (w * (t / total))));
    store<f32>(at, <f32>(g * (target == top ? 0 - w * (others / total) : w * p - w)));
  }
  return w * (gap + L);
}

/**
 * loss = sum q[c] (lse - x[c]) + z lse^2 for each row, q[c] = w[c] ((1 - a) y[c] + a/C), a = labelSmoothing, y = targets
 * dlogits = scale dloss * gradient of that loss
 * returns sum + the losses
 *
 * As crossEntropy, but targets[rows][ldtargets] float32; a q of 0 counts for nothing, whatever x is
 */
export function crossEntropyProbabilities(
  loss: usize, dlogits: usize, logits: usize, targets: usize, weight: usize, dloss: usize, rows: i32, cols: i32,
  lddlogits: i32, ldlogits: i32, ldtargets: i32, labelSmoothing: f64, zLoss: f64, scale: f64, sum: f64, scratch: usize,
): f64 {
  for (let r = 0; r < rows; r++, logits += bytes(ldlogits), dlogits += dlogits ? bytes(lddlogits) : 0) {
    const g = dloss ? scale * <f64>load<f32>(dloss + bytes(r)) : scale;
    const row = exactRow(scratch, dlogits, logits, targets, -1, weight, cols, labelSmoothing, zLoss, g);
    if (loss) store<f32>(loss + bytes(r), <f32>row);
    sum += row;
    targets += bytes(ldtargets);
  }
  return sum;
}

/** The y of four columns of which `left` are in the row: targets, or 1 at the place `target` where there are none. */
@inline
function targets4(y: usize, left: i32, target: i32): v128 {
  if (y) return load4(y, left);
  return v128.and(f32x4.splat(1), i32x4.eq(i32x4.splat(target), v128.load(LANES_32)));
}

@inline
function weights4(weight: usize, left: i32): v128 {
  return weight ? load4(weight, left) : f32x4.splat(1);
}

/** q of two columns. */
@inline
function share(y: v128, w: v128, keep: v128, smoothing: v128): v128 {
  return f64x2.mul(w, f64x2.add(f64x2.mul(keep, y), smoothing));
}

/**
 * sum q[c] (lse - x[c]) + z lse^2; dx = g * its gradient; y = 0: 1 at `target`, else 0
 * All in float64, since p total(q) - q is the difference of numbers that are nearly equal when a model has learned, and
 * lse may cancel: error 0.5 ULP, and 2^-45 of p total(q) + q. Sums in four lanes by column mod 4, (S0+S2) + (S1+S3).
 */
function exactRow(
  scratch: usize, dx: usize, x: usize, y: usize, target: i32, weight: usize, n: i32, labelSmoothing: f64, zLoss: f64,
  g: f64,
): f64 {
  const m: f64 = topOf(scratch, x, n, 1), top = placeOf(scratch, x, n, 1, <f32>m), vm = f64x2.splat(m);
  const keep = f64x2.splat(1 - labelSmoothing), smoothing = f64x2.splat(labelSmoothing / <f64>n), none = f64x2.splat(0);
  let gap0 = none, gap1 = none, sum0 = none, sum1 = none, topShare: f64 = 0;
  for (let c = 0; c < n; c += 4) {
    const left = n - c, v = load4(x + bytes(c), left), w = weights4(weight ? weight + bytes(c) : 0, left);
    const t = targets4(y ? y + bytes(c) : 0, left, target - c);
    const q0 = onlyLow(share(low64(t), low64(w), keep, smoothing), left);
    const q1 = onlyHigh(share(high64(t), high64(w), keep, smoothing), left);
    gap0 = f64x2.add(gap0, v128.andnot(f64x2.mul(q0, f64x2.sub(vm, low64(v))), f64x2.eq(q0, none)));
    gap1 = f64x2.add(gap1, v128.andnot(f64x2.mul(q1, f64x2.sub(vm, high64(v))), f64x2.eq(q1, none)));
    sum0 = f64x2.add(sum0, v128.andnot(q0, isAt(c, top))), sum1 = f64x2.add(sum1, v128.andnot(q1, isAt(c + 2, top)));
    if (<u32>(top - c) < 4) topShare = fold(v128.and(q0, isAt(c, top)), v128.and(q1, isAt(c + 2, top)));
  }
  const rest = exactOthers(scratch, x, n, m, top, 1), total = 1 + rest, L = logOnePlus(rest), lse = m + L;
  const others = fold(sum0, sum1), amount = others + topShare;
  if (dx) {
    const z: f64 = zLoss ? 2 * zLoss * lse : 0, k = f64x2.splat((amount + z) / total), factor = f64x2.splat(g);
    for (let c = 0; c < n; c += 4) {
      const left = n - c;
      if (n > BLOCK && c % BLOCK == 0) exactExps(scratch, x + bytes(c), min(BLOCK, left), m, 1);
      const w = weights4(weight ? weight + bytes(c) : 0, left), t = targets4(y ? y + bytes(c) : 0, left, target - c);
      const e = exactAt(scratch, c % BLOCK), p0 = f64x2.mul(v128.load(e), k), p1 = f64x2.mul(v128.load(e, 16), k);
      const d0 = f64x2.sub(p0, share(low64(t), low64(w), keep, smoothing));
      const d1 = f64x2.sub(p1, share(high64(t), high64(w), keep, smoothing));
      store4(dx + bytes(c), f64x2.mul(factor, d0), f64x2.mul(factor, d1), left);
    }
    store<f32>(dx + bytes(top), <f32>(g * ((others - amount * (rest / total)) + z / total)));
  }
  return (fold(gap0, gap1) + amount * L) + (zLoss ? zLoss * (lse * lse) : 0);
}
