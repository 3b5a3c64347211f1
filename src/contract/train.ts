import type { Arity } from "./arity.js";

/** Embedding, clipping, optimisers. */
export interface TrainKernels {
  /** y[i] = table[ids[i]]. y [n][dim], table [*][dim], ids [n] i32. */
  embedding(y: number, table: number, ids: number, n: number, dim: number): void;
  /** dtable[ids[i]] += dy[i], i = n - 1 down to 0, but for ids[i] = paddingIdx. */
  embeddingBackward(dtable: number, dy: number, ids: number, n: number, dim: number, paddingIdx: number): void;
  /** sum x[i]^2 in float64: sixteen lanes by i mod 16, ascending; folded l + (l + 8), + 4, + 2, + 1. */
  sumSquares(x: number, n: number): number;
  /**
   * g' = g + weightDecay p; v = momentum v + alpha g'; p = p - lr d, d = g' + momentum v with nesterov = 1, else v.
   * p, g, v [n]. Elementwise.
   */
  sgd(
    p: number, g: number, v: number, n: number, lr: number, momentum: number, alpha: number, nesterov: number,
    weightDecay: number,
  ): void;
  /**
   * p' = keep p; g' = g + weightDecay p'; m = beta1 m + alpha1 g'; v = beta2 v + alpha2 (g' g'); with top (0: none)
   * top = max(top, v) stands for v; p = p' - stepSize (m / (sqrt(v) correction + eps)). p, g, m, v, top [n]. Elementwise.
   */
  adam(
    p: number, g: number, m: number, v: number, top: number, n: number, stepSize: number, correction: number,
    beta1: number, alpha1: number, beta2: number, alpha2: number, eps: number, weightDecay: number, keep: number,
  ): void;
  /**
   * g' = g + weightDecay p; v = alpha v + beta (g' g'); with a (0: not centered) a = alpha a + beta g'; d = g' / (sqrt(s + inside) + eps),
   * s = v, centered max(v - a a, 0); with b (0: none) b = momentum b + d stands for d; p = p - lr d. p, g, v, a, b [n].
   * Elementwise.
   */
  rmsprop(
    p: number, g: number, v: number, a: number, b: number, n: number, lr: number, alpha: number, beta: number,
    inside: number, eps: number, momentum: number, weightDecay: number,
  ): void;
}

export const TRAIN: Arity<TrainKernels> = {
  embedding: 5, embeddingBackward: 6, sumSquares: 2, sgd: 9, adam: 15, rmsprop: 13,
};
