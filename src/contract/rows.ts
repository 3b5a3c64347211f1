export { SHORT_ROW } from "../coefficients.js";

import type { Arity } from "./arity.js";

/**
 * Rows are summed in one order: columns in groups of 32; in a group each lane l = column mod 4 is two trees in float32,
 * (e0+e4)+(e8+e12) and (e16+e20)+(e24+e28), which add up in float64 lanes S and T; every 2,048 columns, and at the end, T is
 * added to S and starts from +0, and the columns behind the last whole group go into S one by one before that. The row is
 * (S0+S2) + (S1+S3). "Row sum" below.
 *
 * beta is float64, and so is the factor of addMask.
 *
 * exp in rows: with m the entry whose beta x is largest, e = exp(beta x - s) by one polynomial (src/coefficients.ts). For
 * beta = 1 and SHIFT_MIN <= m <= SHIFT_MAX, s = round(m / ln 2) ln 2, and x is reduced directly; else s = beta m, and
 * (x - m) beta is reduced in float64, its remainder rounded once. e is scaled by 2^80; where x is below
 * (s / ln 2 - 80 - 127 + CLAMP) ln 2 it stands there, and an e below LEAST_EXP (src/coefficients.ts) stands for 0.
 * t is e of the first entry equal to m, in float64; others is the row sum of the e with a 0 in its place, but 0 below LEAST_SUM.
 * Products of the e and a factor f are 0 where e is not above the larger of LEAST_EXP and FLUSH / |f|.
 *
 * L of a row = log1p(others / t) in float64.
 */
export interface RowKernels {
  /**
   * y = e (1 / (others + t)), the reciprocal rounded once from float64, and t / (others + t) for the top; y = e / row sum
   * of e, the sum rounded once, for fewer than 32 columns, 0 where e is not above (sum FLUSH_HIGH) FLUSH_LOW. y [rows][ldy], x [rows][ldx]. Aliasing: y, x.
   */
  softmax(
    y: number, x: number, rows: number, cols: number, ldy: number, ldx: number, beta: number, scratch: number,
  ): void;
  /** softmax of each column, rows < 32, with the bits of softmax of the transpose. y [rows][ldy], x [rows][ldx]. Aliasing: y, x. */
  softmaxColumns(
    y: number, x: number, rows: number, cols: number, ldy: number, ldx: number, beta: number, scratch: number,
  ): void;
  /**
   * dx = ((dy - m) y) beta in float64, m = sum(dy y) / sum(y), both sums in float64 in four lanes by column mod 4,
   * ascending, (S0+S2) + (S1+S3). dx [rows][lddx], dy [rows][lddy], y [rows][ldy]. Aliasing: dx, dy or dx, y.
   */
  softmaxBackward(
    dx: number, dy: number, y: number, rows: number, cols: number, lddx: number, lddy: number, ldy: number,
    beta: number,
  ): void;
  /**
   * y = (x - K) - k for beta = 1, K = m + L and k = (m - K) + L in float64, rounded; else (x - m) beta - L in float64. y [rows][ldy], x [rows][ldx]. Aliasing: y, x.
   */
  logSoftmax(
    y: number, x: number, rows: number, cols: number, ldy: number, ldx: number, beta: number, scratch: number,
  ): void;
  /**
   * dx = (dy - exp(y) (row sum of dy)) beta in float64, exp(y) infinite above 64, scaled by 2^32.
   * dx [rows][lddx], dy [rows][lddy], y [rows][ldy]. Aliasing: dx, dy or dx, y.
   */
  logSoftmaxBackward(
    dx: number, dy: number, y: number, rows: number, cols: number, lddx: number, lddy: number, ldy: number,
    beta: number, scratch: number,
  ): void;
  /**
   * lse = beta m + L in float64; beta m where that is infinite and no entry is NaN. Rows of fewer than 32 columns have
   * the others in float64, four lanes by column mod 4, (S0+S2) + (S1+S3), and t = 1. lse [rows], x [rows][ldx].
   */
  logSumExp(lse: number, x: number, rows: number, cols: number, ldx: number, beta: number, scratch: number): void;
  /**
   * dx = e ((dlse beta) / (others + t)), as scale has it, and (dlse beta) (t / (others + t)) for the top; 0 where beta m
   * is -Infinity.
   * dx [rows][lddx], dlse [rows], x [rows][ldx]. Aliasing: dx, x.
   */
  logSumExpBackward(
    dx: number, dlse: number, x: number, rows: number, cols: number, lddx: number, ldx: number, beta: number,
    scratch: number,
  ): void;
  /** y = the transpose of x. y [cols][ldy], x [rows][ldx]. */
  transpose(y: number, x: number, rows: number, cols: number, ldy: number, ldx: number): void;
  /**
   * y = x factor + mask in float64, but `fill` where the mask is -Infinity. y, x [n][cols], mask [cols]. Aliasing: y, x.
   */
  addMask(y: number, x: number, mask: number, n: number, cols: number, factor: number, fill: number): void;
}

export const ROWS: Arity<RowKernels> = {
  softmax: 8, softmaxColumns: 8, softmaxBackward: 9, logSoftmax: 8, logSoftmaxBackward: 10, logSumExp: 7, logSumExpBackward: 9,
  transpose: 6, addMask: 7,
};

/** Bytes of scratch for a kernel of rows. */
export const ROW_SCRATCH = 48 + 2 * 8192;
