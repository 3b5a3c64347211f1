import { layerNorm, layerNormBackward } from "../layers/layernorm.js";
import type { Views } from "../memory.js";

export function standardNormalize(
  m: Views, y: number, x: number, rows: number, cols: number, ldy: number, ldx: number, eps: number,
): void {
  layerNorm(m, y, x, 0, 0, rows, cols, ldy, ldx, eps);
}

export function standardNormalizeBackward(
  m: Views, dx: number, dy: number, x: number, rows: number, cols: number, lddx: number, lddy: number, ldx: number,
  eps: number,
): void {
  layerNormBackward(m, 0, 0, dx, dy, x, 0, rows, cols, lddx, lddy, ldx, eps);
}
