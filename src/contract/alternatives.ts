import type { Arity } from "./arity.js";

/**
 * What is asked for next to softmax. Everything in float64, rounded once; sums over columns in four float64 lanes by
 * column mod 4, ascending, (S0+S2) + (S1+S3). "Sum" below. beta, eps and the coefficients are float64.
 */
export interface AlternativeKernels {
  /**
   * y = (x - mean) k, mean = Sum x / cols, k = 1 / sqrt(Sum (x - mean)^2 / cols + eps), 0 where that root is of 0.
   * y [rows][ldy], x [rows][ldx]. Aliasing: y, x.
   */
  standardNormalize(
    y: number, x: number, rows: number, cols: number, ldy: number, ldx: number, eps: number,
  ): void;
  /**
   * dx = ((dy - m) - (x - mean) c) k, m = Sum dy / cols, c = Sum (dy - m)(x - mean) / cols (k k).
   * dx [rows][lddx], dy [rows][lddy], x [rows][ldx]. Aliasing: dx, dy or dx, x.
   */
  standardNormalizeBackward(
    dx: number, dy: number, x: number, rows: number, cols: number, lddx: number, lddy: number, ldx: number,
    eps: number,
  ): void;
  /**
   * y = f(z) (1 / Sum f(z)), f(z) = c0 + z (c1 + z c2), z = x beta; NaN where the sum is infinite.
   * y [rows][ldy], x [rows][ldx]. Aliasing: y, x.
   */
  quadraticSoftmax(
    y: number, x: number, rows: number, cols: number, ldy: number, ldx: number, beta: number, c0: number, c1: number,
    c2: number,
  ): void;
  /**
   * dx = (dy - m) (c1 + z (2 c2)) k, m = Sum dy f(z) / Sum f(z), k = beta / Sum f(z).
   * dx [rows][lddx], dy [rows][lddy], x [rows][ldx]. Aliasing: dx, dy or dx, x.
   */
  quadraticSoftmaxBackward(
    dx: number, dy: number, x: number, rows: number, cols: number, lddx: number, lddy: number, ldx: number,
    beta: number, c0: number, c1: number, c2: number,
  ): void;
  /**
   * y = max(d - t, 0), d = (x - m) beta, m the entry whose beta x is largest, t such that a row sums to 1: from t = -1
   * on t = (Sum of the d above t - 1) / (number of them), until that number no longer falls.
   * y [rows][ldy], x [rows][ldx]. Aliasing: y, x.
   */
  sparsemax(y: number, x: number, rows: number, cols: number, ldy: number, ldx: number, beta: number): void;
  /**
   * dx = (dy - m) beta where y > 0, else 0; m = (Sum of the dy where y > 0) / (number of them), NaN where y has NaN.
   * dx [rows][lddx], dy [rows][lddy], y [rows][ldy]. Aliasing: dx, dy or dx, y.
   */
  sparsemaxBackward(
    dx: number, dy: number, y: number, rows: number, cols: number, lddx: number, lddy: number, ldy: number,
    beta: number,
  ): void;
  /** index [rows] i32 of the first NaN of each row, else of its first maximum. x [rows][ldx]. cols > 0. */
  argmax(index: number, x: number, rows: number, cols: number, ldx: number): void;
  /** y = x - log(-log(u)), 0 < u < 1. y, x, u [n]. Aliasing: y, x. Elementwise. */
  addGumbel(y: number, x: number, u: number, n: number): void;
  /**
   * w = exp((x - m) / temperature), 0 where that quotient is below EXP_MIN_F64 (src/coefficients.ts). w [n] float64, a
   * multiple of 8; x [n], none above m.
   */
  expWeights(w: number, x: number, n: number, m: number, temperature: number): void;
}

export const ALTERNATIVES: Arity<AlternativeKernels> = {
  standardNormalize: 7, standardNormalizeBackward: 9, quadraticSoftmax: 10, quadraticSoftmaxBackward: 12,
  sparsemax: 7, sparsemaxBackward: 9, argmax: 5, addGumbel: 4, expWeights: 5,
};
