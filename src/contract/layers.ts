import type { Arity } from "./arity.js";

/** Dropout and layer normalization. */
export interface LayerKernels {
  /**
   * y = x scale where hash(key + i 0x9e3779b9) >= drop, as unsigned numbers of 32 bits, else +0; forward and backward.
   * hash(z): z ^= z >>> 16; z *= 0x21f0aaad; z ^= z >>> 15; z *= 0x735a2d97; z ^= z >>> 15. y, x [n]. Aliasing: y, x.
   */
  dropout(y: number, x: number, n: number, key: number, drop: number, scale: number): void;
  /**
   * y = (x - mean) k w + b, mean = Sum x / cols, k = 1 / sqrt(Sum (x - mean)^2 / cols + eps), 0 where that root is of 0;
   * float64, rounded once; Sum as in alternatives.ts. y [rows][ldy], x [rows][ldx], weight, bias [cols], 0 for none.
   * Aliasing: y, x.
   */
  layerNorm(
    y: number, x: number, weight: number, bias: number, rows: number, cols: number, ldy: number, ldx: number, eps: number,
  ): void;
  /**
   * d = dy w: dx = ((d - m) - (x - mean) c) k, m = Sum d / cols, c = Sum (d - m)(x - mean) / cols (k k), in float64, rounded
   * once. dweight and dbias (0: none) start from what is there, rows - 1 down to 0: dweight += dy ((x - mean) k), the term and
   * the sum in float64, rounded at each row; dbias as by columnSums. dweight, dbias, weight (or 0) [cols], dx [rows][lddx],
   * dy [rows][lddy], x [rows][ldx]. Aliasing: dx, dy or dx, x.
   */
  layerNormBackward(
    dweight: number, dbias: number, dx: number, dy: number, x: number, weight: number, rows: number, cols: number,
    lddx: number, lddy: number, ldx: number, eps: number,
  ): void;
}

export const LAYERS: Arity<LayerKernels> = { dropout: 6, layerNorm: 9, layerNormBackward: 12 };
