import { logOnePlus } from "../math/log1p.js";
import type { Views } from "../memory.js";
import { factorOf, othersOf, rowAt, topOf } from "./row.js";
import { exp64 } from "./scalar.js";

/** The sum of exp(x - max) (max - x); an exp of 0 counts for 0. */
function weightedGaps(F: Float32Array, row: number, cols: number, inner: number, max: number): number {
  let sum = 0;
  for (let c = 0; c < cols; c++) {
    const z = F[row + c * inner] - max;
    const e = exp64(z);
    if (e !== 0) sum -= e * z;
  }
  return sum;
}

export function entropy(
  m: Views, loss: number, dx: number, x: number, dloss: number, rows: number, cols: number, inner: number,
  scale: number,
): number {
  const F = m.f32;
  let sum = 0;
  for (let r = 0; r < rows; r++) {
    const row = rowAt(x >>> 2, r, cols, inner);
    const to = rowAt(dx >>> 2, r, cols, inner);
    const factor = factorOf(F, scale, dloss, r);
    const top = topOf(F, row, cols, inner);
    const max = F[row + top * inner];
    const rest = othersOf(F, row, cols, inner, top);
    const total = 1 + rest;
    const G = weightedGaps(F, row, cols, inner, max) / total;
    const l = logOnePlus(rest) + G;
    for (let c = 0; dx !== 0 && c < cols; c++) {
      const z = F[row + c * inner] - max;
      const p = exp64(z) / total;
      F[to + c * inner] = factor * (p === 0 ? 0 : p * (-z - G));
    }
    if (loss) F[(loss >>> 2) + r] = l;
    sum += l;
  }
  return sum;
}
