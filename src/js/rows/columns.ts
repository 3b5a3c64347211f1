import { FLUSH_HIGH, FLUSH_LOW, SHORT_ROW } from "../../coefficients.js";
import type { Views } from "../memory.js";
import { fround } from "../simd.js";
import { expSum } from "./expsum.js";
import { topOf } from "./maximum.js";

const COLUMN = new Float32Array(SHORT_ROW);

/** y = softmax(beta x) of a row of fewer than SHORT_ROW elements. */
export function shortRow(F: Float32Array, y: number, x: number, n: number, beta: number): void {
  const sum = fround(expSum(F, y, x, n, topOf(F, x, n, beta), -1, beta));
  const least = fround(fround(sum * FLUSH_HIGH) * FLUSH_LOW);
  for (let i = y; i < y + n; i++) F[i] = (F[i] > least ? F[i] : 0) / sum;
}

export function softmaxColumns(
  m: Views, y: number, x: number, rows: number, cols: number, ldy: number, ldx: number, beta: number, _scratch: number,
): void {
  const F = m.f32;
  for (let c = 0, to = y >>> 2, from = x >>> 2; c < cols; c++, to++, from++) {
    for (let r = 0; r < rows; r++) COLUMN[r] = F[from + r * ldx];
    shortRow(COLUMN, 0, 0, rows, beta);
    for (let r = 0; r < rows; r++) F[to + r * ldy] = COLUMN[r];
  }
}
