import type { Arity } from "./arity.js";

/** Losses and their gradients. */
export interface LossKernels {
  /**
   * Cross-entropy against class indices, loss and gradient. loss [rows] for reduction NONE, else [1]; dlogits [rows]
   * [lddlogits], 0 for no gradient; logits [rows][ldlogits]; targets [rows] i32 in [0, cols) or ignoreIndex; weight
   * [cols] or 0; dloss as loss, 0 for 1. Aliasing: dlogits, logits.
   * A row's loss, in float64: (1 - a) w[t] ((m - x[t]) + L) + a/C (G + W L), a = labelSmoothing, W = sum w ascending,
   * G = sum w[c] (m - x[c]) in four lanes by column mod 4, (S0+S2) + (S1+S3). Rows are summed ascending in float64;
   * MEAN divides by the sum of w[t]. Ignored rows: loss 0, gradient 0.
   */
  crossEntropy(
    loss: number, dlogits: number, logits: number, targets: number, weight: number, dloss: number, rows: number,
    cols: number, lddlogits: number, ldlogits: number, ignoreIndex: number, labelSmoothing: number,
    reduction: number, scratch: number,
  ): void;
}

export const LOSSES: Arity<LossKernels> = {
  crossEntropy: 14,
};

/** Reductions of the losses. */
export const NONE = 0;
export const MEAN = 1;
export const SUM = 2;
