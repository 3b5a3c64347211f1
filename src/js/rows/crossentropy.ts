import { TWO_64 } from "../../coefficients.js";
import { MEAN, NONE } from "../../contract.js";
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

function targetWeight(m: Views, targets: number, weight: number, rows: number, ignoreIndex: number): number {
  let sum = 0;
  for (let r = 0; r < rows; r++) {
    const target = m.i32[targets + r];
    if (target !== ignoreIndex) sum += weightOf(m.f32, weight, target);
  }
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
  cols: number, lddlogits: number, ldlogits: number, ignoreIndex: number, labelSmoothing: number, reduction: number,
  _scratch: number,
): void {
  const F = m.f32;
  const w = weight >>> 2;
  const all = labelSmoothing ? totalWeight(F, w, cols) : 0;
  const smoothing = labelSmoothing / cols;
  const norm = reduction === MEAN ? targetWeight(m, targets >>> 2, w, rows, ignoreIndex) : 1;
  let sum = 0;
  for (let r = 0; r < rows; r++) {
    const target = m.i32[(targets >>> 2) + r];
    const dx = dlogits ? (dlogits >>> 2) + r * lddlogits : -1;
    let row = 0;
    if (target === ignoreIndex) {
      if (dlogits) F.fill(0, dx, dx + cols);
    } else {
      const upstream = dloss ? F[(dloss >>> 2) + (reduction === NONE ? r : 0)] : 1;
      const x = (logits >>> 2) + r * ldlogits;
      row = crossEntropyRow(F, dx, x, target, w, cols, labelSmoothing, smoothing, all, upstream / norm);
    }
    if (reduction === NONE) F[(loss >>> 2) + r] = row;
    else sum += row;
  }
  if (reduction !== NONE) F[loss >>> 2] = sum / norm;
}

/** Loss of one row; dx = g * its gradient, dx < 0 for none. */
function crossEntropyRow(
  F: Float32Array, dx: number, x: number, target: number, weight: number, n: number, labelSmoothing: number,
  smoothing: number, all: number, g: number,
): number {
  const max = topOf(F, x, n, 1);
  const top = place;
  const hit = (1 - labelSmoothing) * weightOf(F, weight, target);
  const gap = labelSmoothing ? weightedGap(F, x, weight, n, max) : 0;
  const xt = F[x + target];
  const t = expTop(max, 1, TWO_64);
  const L = logOfSum(F, dx, x, n, max, top, 1, t);
  let loss = hit * (max - xt + L);
  if (labelSmoothing) loss += smoothing * (gap + all * L);
  if (dx >= 0) {
    const others = sumOf();
    const total = others + t;
    const amount = hit + smoothing * all;
    const p = F[dx + target] / total;
    const w = smoothing * weightOf(F, weight, target);
    const k = fround((g * amount) / total);
    if (labelSmoothing) {
      const s = fround(g * smoothing);
      for (let i = 0; i < n; i++) F[dx + i] = fround(F[dx + i] * k) - fround(weightOf(F, weight, i) * s);
    } else {
      scaleRow(F, dx, dx, n, k);
    }
    F[dx + top] = g * (amount * (t / total) - smoothing * weightOf(F, weight, top));
    const d = target === top ? amount - w - hit - amount * (others / total) : amount * p - w - hit;
    F[dx + target] = g * d;
  }
  return loss;
}
