import type { Arity } from "./arity.js";

/** Embedding, clipping, optimisers. */
export interface TrainKernels {
  /** y[i] = table[ids[i]]. y [n][dim], table [*][dim], ids [n] i32. */
  embedding(y: number, table: number, ids: number, n: number, dim: number): void;
  /** dtable[ids[i]] += dy[i], i = n - 1 down to 0. */
  embeddingBackward(dtable: number, dy: number, ids: number, n: number, dim: number): void;
  /** sum x[i]^2 in float64: sixteen lanes by i mod 16, ascending; folded l + (l + 8), + 4, + 2, + 1. */
  sumSquares(x: number, n: number): number;
  /** g' = g + weightDecay p; v = momentum v + g'; p = p - lr v. p, g, v [n]. Elementwise. */
  sgd(p: number, g: number, v: number, n: number, lr: number, momentum: number, weightDecay: number): void;
  /**
   * p' = keep p; g' = g + weightDecay p'; m = beta1 m + alpha1 g'; v = beta2 v + alpha2 (g' g');
   * p = p' - stepSize (m / (sqrt(v) correction + eps)). p, g, m, v [n]. Elementwise.
   */
  adam(
    p: number, g: number, m: number, v: number, n: number, stepSize: number, correction: number, beta1: number,
    alpha1: number, beta2: number, alpha2: number, eps: number, weightDecay: number, keep: number,
  ): void;
}

export const TRAIN: Arity<TrainKernels> = {
  embedding: 5, embeddingBackward: 5, sumSquares: 2, sgd: 7, adam: 14,
};
