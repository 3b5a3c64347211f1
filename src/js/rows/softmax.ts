import { SHORT_ROW } from "../../coefficients.js";
import type { Views } from "../memory.js";
import { shortRow } from "./columns.js";
import { expSum, expTop } from "./expsum.js";
import { place, topOf } from "./maximum.js";
import { scaleExps } from "./scale.js";

export function softmax(
  m: Views, y: number, x: number, rows: number, cols: number, ldy: number, ldx: number, beta: number, _scratch: number,
): void {
  const F = m.f32;
  for (let r = 0, to = y >>> 2, from = x >>> 2; r < rows; r++, to += ldy, from += ldx) {
    if (cols < SHORT_ROW) {
      shortRow(F, to, from, cols, beta);
      continue;
    }
    const top = topOf(F, from, cols, beta);
    const at = to + place;
    const e = expTop(top, beta);
    const total = expSum(F, to, from, cols, top, place, beta) + e;
    scaleExps(F, to, to, cols, 1 / total);
    F[at] = e / total;
  }
}

export function softmaxBackward(
  m: Views, dx: number, dy: number, y: number, rows: number, cols: number, lddx: number, lddy: number, ldy: number,
  beta: number,
): void {
  const F = m.f32;
  for (let r = 0; r < rows; r++) {
    const to = (dx >>> 2) + r * lddx;
    const d = (dy >>> 2) + r * lddy;
    const p = (y >>> 2) + r * ldy;
    const mean = weightedMean(F, d, p, cols);
    for (let i = 0; i < cols; i++) F[to + i] = (F[d + i] - mean) * F[p + i] * beta;
  }
}

/** sum(dy y) / sum(y); what is added to a lane behind the end is +0 */
function weightedMean(F: Float32Array, dy: number, y: number, n: number): number {
  const s = [0, 0, 0, 0];
  const d = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    s[i & 3] += F[y + i];
    d[i & 3] += F[dy + i] * F[y + i];
  }
  return (d[0] + d[2] + (d[1] + d[3])) / (s[0] + s[2] + (s[1] + s[3]));
}
