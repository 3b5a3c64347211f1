import { TWO_64 } from "../../coefficients.js";
import type { Views } from "../memory.js";
import { fround } from "../simd.js";
import { expTop } from "./expsum.js";
import { logOfSum } from "./logsumexp.js";
import { place, topOf } from "./maximum.js";
import { scaleRow } from "./scale.js";
import { sumOf } from "./sum.js";

/** Weights are indices into the float32 view, 0 for none. */
function weightOf(F: Float32Array, weight: number, c: number): number {
  return weight ? F[weight + c] : 1;
}

function totalWeight(F: Float32Array, weight: number, cols: number): number {
  if (!weight) return cols;
  let sum = 0;
  for (let c = 0; c < cols; c++) sum += F[weight + c];
  return sum;
}

/** sum w[c] (max - x[c]) in float64, four lanes. */
function weightedGap(F: Float32Array, x: number, weight: number, n: number, max: number): number {
  const s = [0, 0, 0, 0];
  const quads = n & ~3;
  for (let c = 0; c < quads; c++) s[c & 3] += weightOf(F, weight, c) * (max - F[x + c]);
  let s0 = s[0] + s[2];
  let s1 = s[1] + s[3];
  for (let c = quads; c < n; c++) {
    const gap = weightOf(F, weight, c) * (max - F[x + c]);
    if (c - quads === 1) s1 += gap;
    else s0 += gap;
  }
  return s0 + s1;
}

export function crossEntropy(
  m: Views, loss: number, dlogits: number, logits: number, targets: number, weight: number, dloss: number, rows: number,
  cols: number, lddlogits: number, ldlogits: number, ignoreIndex: number, labelSmoothing: number, zLoss: number,
  scale: number, sum: number, _scratch: number,
): number {
  const F = m.f32;
  const w = weight >>> 2;
  const all = labelSmoothing ? totalWeight(F, w, cols) : 0;
  for (let r = 0; r < rows; r++) {
    const target = m.i32[(targets >>> 2) + r];
    const dx = dlogits ? (dlogits >>> 2) + r * lddlogits : -1;
    let row = 0;
    if (target === ignoreIndex) {
      if (dlogits) F.fill(0, dx, dx + cols);
    } else {
      const g = dloss ? scale * F[(dloss >>> 2) + r] : scale;
      const x = (logits >>> 2) + r * ldlogits;
      row = crossEntropyRow(F, dx, x, target, w, cols, labelSmoothing, all, zLoss, g);
    }
    if (loss) F[(loss >>> 2) + r] = row;
    sum += row;
  }
  return sum;
}

/** Loss of one row; dx = g * its gradient, dx < 0 for none. */
function crossEntropyRow(
  F: Float32Array, dx: number, x: number, target: number, weight: number, n: number, labelSmoothing: number, all: number,
  zLoss: number, g: number,
): number {
  const max = topOf(F, x, n, 1);
  const top = place;
  const smoothing = labelSmoothing / n;
  const wt = weightOf(F, weight, target);
  const hit = (1 - labelSmoothing) * wt;
  const xt = F[x + target];
  const gap = labelSmoothing ? weightedGap(F, x, weight, n, max) : 0;
  const t = expTop(max, 1, TWO_64);
  const L = logOfSum(F, dx, x, n, max, top, 1, t);
  const lse = max + L;
  let loss = hit * (max - xt + L);
  if (labelSmoothing) loss += smoothing * (gap + all * L);
  if (zLoss) loss += wt * zLoss * (lse * lse);
  if (dx >= 0) {
    const others = sumOf();
    const total = others + t;
    const amount = hit + smoothing * all;
    const z = zLoss ? 2 * zLoss * wt * lse : 0;
    const k = amount + z;
    const w = smoothing * wt;
    const p = F[dx + target] / total;
    const factor = fround((g * k) / total);
    if (labelSmoothing) {
      const s = fround(g * smoothing);
      for (let i = 0; i < n; i++) F[dx + i] = fround(F[dx + i] * factor) - fround(weightOf(F, weight, i) * s);
    } else {
      scaleRow(F, dx, dx, n, factor);
    }
    F[dx + top] = g * (k * (t / total) - smoothing * weightOf(F, weight, top));
    const d = target === top ? amount - w - hit - amount * (others / total) + z * (t / total) : k * p - w - hit;
    F[dx + target] = g * d;
  }
  return loss;
}

export function crossEntropyProbabilities(
  m: Views, loss: number, dlogits: number, logits: number, targets: number, weight: number, dloss: number, rows: number,
  cols: number, lddlogits: number, ldlogits: number, ldtargets: number, labelSmoothing: number, zLoss: number,
  scale: number, sum: number, _scratch: number,
): number {
  const F = m.f32;
  for (let r = 0; r < rows; r++) {
    const dx = dlogits ? (dlogits >>> 2) + r * lddlogits : -1;
    const g = dloss ? scale * F[(dloss >>> 2) + r] : scale;
    const x = (logits >>> 2) + r * ldlogits;
    const y = (targets >>> 2) + r * ldtargets;
    const row = probabilityRow(F, dx, x, y, weight >>> 2, cols, labelSmoothing, zLoss, g);
    if (loss) F[(loss >>> 2) + r] = row;
    sum += row;
  }
  return sum;
}

/** Loss of one row; dx = g * its gradient, dx < 0 for none. */
function probabilityRow(
  F: Float32Array, dx: number, x: number, y: number, weight: number, n: number, labelSmoothing: number, zLoss: number,
  g: number,
): number {
  const max = topOf(F, x, n, 1);
  const top = place;
  const keep = 1 - labelSmoothing;
  const smoothing = labelSmoothing / n;
  let gap = 0;
  let others = 0;
  for (let c = 0; c < n; c++) {
    const q = weightOf(F, weight, c) * (keep * F[y + c] + smoothing);
    if (q !== 0) gap += q * (max - F[x + c]);
    if (c !== top) others += q;
  }
  const amount = others + weightOf(F, weight, top) * (keep * F[y + top] + smoothing);
  const t = expTop(max, 1, TWO_64);
  const L = logOfSum(F, dx, x, n, max, top, 1, t);
  const lse = max + L;
  if (dx >= 0) {
    const rest = sumOf();
    const total = rest + t;
    const z = zLoss ? 2 * zLoss * lse : 0;
    const k = (amount + z) / total;
    for (let c = 0; c < n; c++) {
      const q = weightOf(F, weight, c) * (keep * F[y + c] + smoothing);
      F[dx + c] = g * (F[dx + c] * k - q);
    }
    F[dx + top] = g * (others - amount * (rest / total) + z * (t / total));
  }
  return gap + amount * L + (zLoss ? zLoss * (lse * lse) : 0);
}
