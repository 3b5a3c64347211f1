import { logOnePlus } from "../math/log1p.js";
import type { Views } from "../memory.js";
import { EXACT, exactExps, exactOthers } from "./exact.js";
import { BLOCK, expSum, expTop } from "./expsum.js";
import { place, topOf } from "./maximum.js";
import { scaleExps } from "./scale.js";

/** Weights are indices into the float32 view, 0 for none. */
function weightOf(F: Float32Array, weight: number, c: number): number {
  return weight ? F[weight + c] : 1;
}

export function crossEntropy(
  m: Views, loss: number, dlogits: number, logits: number, targets: number, weight: number, dloss: number, rows: number,
  cols: number, lddlogits: number, ldlogits: number, ignoreIndex: number, labelSmoothing: number, zLoss: number,
  scale: number, sum: number, _scratch: number,
): number {
  const F = m.f32;
  for (let r = 0; r < rows; r++) {
    const target = m.i32[(targets >>> 2) + r];
    const dx = dlogits ? (dlogits >>> 2) + r * lddlogits : -1;
    let row = 0;
    if (target === ignoreIndex) {
      if (dlogits) F.fill(0, dx, dx + cols);
    } else {
      const g = dloss ? scale * F[(dloss >>> 2) + r] : scale;
      const x = (logits >>> 2) + r * ldlogits;
      const w = weightOf(F, weight >>> 2, target);
      row =
        labelSmoothing || zLoss
          ? exactRow(F, dx, x, 0, target, weight >>> 2, cols, labelSmoothing, zLoss * w, g)
          : plainRow(F, dx, x, target, w, cols, g);
    }
    if (loss) F[(loss >>> 2) + r] = row;
    sum += row;
  }
  return sum;
}

/** w (lse - x[target]); dx = g * its gradient, dx < 0 for none. */
function plainRow(
  F: Float32Array, dx: number, x: number, target: number, w: number, n: number, g: number,
): number {
  const max = topOf(F, x, n, 1);
  const top = place;
  const gap = max - F[x + target];
  const t = expTop(max, 1);
  const others = expSum(F, dx, x, n, max, top, 1);
  const L = logOnePlus(others / t);
  if (dx >= 0) {
    const total = others + t;
    const p = F[dx + target] / total;
    scaleExps(F, dx, dx, n, (g * w) / total);
    F[dx + top] = g * (w * (t / total));
    F[dx + target] = g * (target === top ? 0 - w * (others / total) : w * p - w);
  }
  return w * (gap + L);
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
    const row = exactRow(F, dx, x, y, -1, weight >>> 2, cols, labelSmoothing, zLoss, g);
    if (loss) F[(loss >>> 2) + r] = row;
    sum += row;
  }
  return sum;
}

/** Loss of one row; dx = g * its gradient, dx < 0 for none; y = 0: 1 at `target`, else 0. */
function exactRow(
  F: Float32Array, dx: number, x: number, y: number, target: number, weight: number, n: number, labelSmoothing: number,
  zLoss: number, g: number,
): number {
  const max = topOf(F, x, n, 1);
  const top = place;
  const keep = 1 - labelSmoothing;
  const smoothing = labelSmoothing / n;
  const share = (c: number): number => {
    const t = y ? F[y + c] : c === target ? 1 : 0;
    return weightOf(F, weight, c) * (keep * t + smoothing);
  };
  const gaps = [0, 0, 0, 0];
  const sums = [0, 0, 0, 0];
  for (let c = 0; c < n; c++) {
    const q = share(c);
    if (q !== 0) gaps[c & 3] += q * (max - F[x + c]);
    if (c !== top) sums[c & 3] += q;
  }
  const rest = exactOthers(F, x, n, max, top, 1);
  const total = 1 + rest;
  const L = logOnePlus(rest);
  const lse = max + L;
  const others = sums[0] + sums[2] + (sums[1] + sums[3]);
  const amount = others + share(top);
  if (dx >= 0) {
    const z = zLoss ? 2 * zLoss * lse : 0;
    const k = (amount + z) / total;
    for (let c = 0; c < n; c++) {
      if (n > BLOCK && c % BLOCK === 0) exactExps(F, x + c, Math.min(BLOCK, n - c), max, 1);
      F[dx + c] = g * (EXACT[c % BLOCK] * k - share(c));
    }
    F[dx + top] = g * (others - amount * (rest / total) + z / total);
  }
  return gaps[0] + gaps[2] + (gaps[1] + gaps[3]) + amount * L + (zLoss ? zLoss * (lse * lse) : 0);
}
