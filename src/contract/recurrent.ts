import type { Arity } from "./arity.js";

/** What moves the sequences of recurrent layers. */
export interface RecurrentKernels {
  /**
   * y[t][b] = x[order[t][b]][b], padded with 0 to width; 0 where the order (i32 [T][B]; 0: t itself) is negative or x = 0.
   * The rows of y [T][B][width] and x [..][B][cols] lie at t step + b row. added = 1: y += x, where the order is not negative.
   */
  copySteps(
    y: number, x: number, order: number, T: number, B: number, cols: number, width: number, yStep: number,
    yRow: number, xStep: number, xRow: number, added: number,
  ): void;
}

export const RECURRENT: Arity<RecurrentKernels> = { copySteps: 12 };
