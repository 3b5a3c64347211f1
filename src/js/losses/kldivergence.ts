import { logOnePlus } from "../math/log1p.js";
import type { Views } from "../memory.js";
import { factorOf, othersOf, rowAt, topOf } from "./row.js";
import { exp64, log64 } from "./scalar.js";

function logOf(p: number): number {
  if (p > 0 && p < Number.POSITIVE_INFINITY) return log64(p);
  return p < 0 ? Number.NaN : p;
}

function massOf(F: Float32Array, row: number, cols: number, inner: number): number {
  let sum = 0;
  for (let c = 0; c < cols; c++) sum += F[row + c * inner];
  return sum;
}

export function klDivergence(
  m: Views, loss: number, dx: number, x: number, y: number, dloss: number, rows: number, cols: number, inner: number,
  ofLogits: number, scale: number,
): number {
  const F = m.f32;
  let sum = 0;
  for (let r = 0; r < rows; r++) {
    const row = rowAt(x >>> 2, r, cols, inner);
    const other = rowAt(y >>> 2, r, cols, inner);
    const to = rowAt(dx >>> 2, r, cols, inner);
    const top = topOf(F, row, cols, inner);
    const max = F[row + top * inner];
    const rest = othersOf(F, row, cols, inner, top);
    const L = logOnePlus(rest);
    const total = 1 + rest;
    const topY = ofLogits ? topOf(F, other, cols, inner) : -1;
    const maxY = ofLogits ? F[other + topY * inner] : 0;
    const restY = ofLogits ? othersOf(F, other, cols, inner, topY) : 0;
    const LY = logOnePlus(restY);
    const totalY = 1 + restY;
    const mass = ofLogits ? 1 : massOf(F, other, cols, inner);
    const factor = factorOf(F, scale, dloss, r);
    let l = 0;
    for (let c = 0; c < cols; c++) {
      const z = F[row + c * inner] - max;
      const v = F[other + c * inner];
      const e = c === top ? rest : exp64(z);
      const p = ofLogits ? exp64(v - maxY) / totalY : v;
      const gap = (ofLogits ? v - maxY - LY : logOf(v)) - (z - L);
      l += p === 0 ? 0 : p * gap;
      const left = c === topY ? restY / totalY : mass - p;
      if (dx) F[to + c * inner] = factor * (c === top ? left - mass * (e / total) : mass * (e / total) - p);
    }
    if (loss) F[(loss >>> 2) + r] = l;
    sum += l;
  }
  return sum;
}
