import type { Arity } from "./arity.js";

/**
 * Losses and their gradients. All but crossEntropy... work in float64, round each result once, and return the sum of the
 * losses, float64: rows ascending, or where said in two lanes by element mod 2, S0 + S1. They write the losses to loss
 * (0: none), one a row or element, and the gradients to dx (0: none), times scale dloss; dloss as loss, 0 for 1.
 *
 * Elements: loss, dx, x, y, dloss [n]. Aliasing: dx, x or dx, y. Rows: the middle axis of dx, x, y [rows / inner][cols]
 * [inner]; loss, targets (i32 in [0, cols), or ignoreIndex) and dloss [rows]; weight [cols] or 0. Aliasing: dx, x. With
 * m the first of the largest entries of a row, others = the sum of exp(x - m) without it, ascending, and
 * L = log1p(others); an exp below exp(-700) is 0. Ignored rows: loss 0, gradient 0.
 */
export interface LossKernels {
  /** (x - y)^2. Two lanes. */
  mse(loss: number, dx: number, x: number, y: number, dloss: number, n: number, scale: number): number;
  /** h = max(0, margin - y x), or its square; the slope at 0 is 0. Two lanes. */
  hinge(
    loss: number, dx: number, x: number, y: number, dloss: number, n: number, margin: number, squared: number,
    scale: number,
  ): number;
  /**
   * w ((1 - y) log(1 + exp(x)) + v y log(1 + exp(-x))), w [weights] and v = posWeight [posWeights] repeated, or 0 for
   * 1; x = -Infinity gives NaN, as in PyTorch. Two lanes.
   */
  bceWithLogits(
    loss: number, dx: number, x: number, y: number, weight: number, weights: number, posWeight: number,
    posWeights: number, dloss: number, n: number, scale: number,
  ): number;
  /**
   * a u^gamma ce, p = sigmoid(x), u = p (1 - y) + (1 - p) y, ce as bceWithLogits, a = alpha y + (1 - alpha)(1 - y), 1
   * for alpha < 0; y in [0, 1], gamma >= 0. Ascending.
   */
  sigmoidFocal(
    loss: number, dx: number, x: number, y: number, dloss: number, n: number, alpha: number, gamma: number,
    scale: number,
  ): number;
  /** -w[t] x[t], t the target. */
  nll(
    loss: number, dx: number, x: number, targets: number, weight: number, dloss: number, rows: number, cols: number,
    inner: number, ignoreIndex: number, scale: number,
  ): number;
  /** w[t]/cols sum over c != t of max(0, margin - x[t] + x[c])^p, p = 1 or 2, ascending; the slope at 0 is 0. */
  multiMargin(
    loss: number, dx: number, x: number, targets: number, weight: number, dloss: number, rows: number, cols: number,
    inner: number, p: number, margin: number, scale: number,
  ): number;
  /**
   * sum of p (log p - log q), ascending, log q = (x - m) - L; p = y, or exp of the same of y with ofLogits = 1. A p of
   * 0 counts for 0.
   */
  klDivergence(
    loss: number, dx: number, x: number, y: number, dloss: number, rows: number, cols: number, inner: number,
    ofLogits: number, scale: number,
  ): number;
  /** L + (sum of exp(x - m) (m - x), ascending) / (1 + others). */
  entropy(
    loss: number, dx: number, x: number, dloss: number, rows: number, cols: number, inner: number, scale: number,
  ): number;
  /** w[t] u^gamma ((m - x[t]) + L), u = 1 - softmax(x)[t]: others / (1 + others) where t is m's. */
  focal(
    loss: number, dx: number, x: number, targets: number, weight: number, dloss: number, rows: number, cols: number,
    inner: number, gamma: number, ignoreIndex: number, scale: number,
  ): number;
  /**
   * Cross-entropy against class indices. loss, dlogits, logits, targets, weight, dloss as for rows above, but logits
   * [rows][ldlogits], dlogits [rows][lddlogits]; returns sum + the losses. L and t as in rows.ts. A row's loss is, in
   * float64, w[t] ((m - x[t]) + L), its gradient e ((g w[t]) / (others + t)) as scale has it, g = scale dloss, in float64
   * for the target and the top. With labelSmoothing or zLoss a row is one of crossEntropyProbabilities with y = 1 at the
   * target, else 0, and zLoss w[t].
   */
  crossEntropy(
    loss: number, dlogits: number, logits: number, targets: number, weight: number, dloss: number, rows: number,
    cols: number, lddlogits: number, ldlogits: number, ignoreIndex: number, labelSmoothing: number, zLoss: number,
    scale: number, sum: number, scratch: number,
  ): number;
  /**
   * The same against probabilities, targets [rows][ldtargets] float32, all in float64: (sum of q (m - x) + Q L) + z (m + L)^2,
   * q = w ((1 - a) y + a/C), a = labelSmoothing, z = zLoss; a q of 0 counts for 0. Sums, and others of L = log1p(others), in
   * four lanes by column mod 4, (S0+S2) + (S1+S3). Q = R + q of the top, R the sum of the other q. The gradient is
   * g (exp(x - m) k - q), k = (Q + 2 z (m + L)) / total, total = 1 + others; for the top
   * g ((R - Q (others / total)) + 2 z (m + L) / total).
   */
  crossEntropyProbabilities(
    loss: number, dlogits: number, logits: number, targets: number, weight: number, dloss: number, rows: number,
    cols: number, lddlogits: number, ldlogits: number, ldtargets: number, labelSmoothing: number, zLoss: number,
    scale: number, sum: number, scratch: number,
  ): number;
}

export const LOSSES: Arity<LossKernels> = {
  mse: 7, hinge: 9, bceWithLogits: 11, sigmoidFocal: 9, nll: 11, multiMargin: 12, klDivergence: 10, entropy: 8,
  focal: 12, crossEntropy: 16, crossEntropyProbabilities: 16,
};
