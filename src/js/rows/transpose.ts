import type { Views } from "../memory.js";

export function transpose(
  m: Views, y: number, x: number, rows: number, cols: number, ldy: number, ldx: number,
): void {
  const F = m.f32;
  for (let r = 0, to = y >>> 2, from = x >>> 2; r < rows; r++, to++, from += ldx) {
    for (let c = 0; c < cols; c++) F[to + c * ldy] = F[from + c];
  }
}
