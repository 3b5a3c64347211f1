import { ROW_LOSSES } from "../../backend/parts.js";
import * as check from "../../check.js";
import { heapOf, type Softcell } from "../../memory/softcell.js";
import type { Integers, TensorLike } from "../../memory/tensor.js";
import type { Rows } from "../rows.js";
import { NLL_KEYS, type NllOptions, ofTargets } from "./classes.js";
import { type LossKernel, loss } from "./loss.js";
import type { LossResult, Reduction } from "./reduction.js";

const nllOf: LossKernel = ({ kernels }, { loss, dx, x, targets, weight, dLoss }, call, scale) => {
  const { rows, cols, inner } = call.rows as Rows;
  return kernels.nll(loss, dx, x, targets, weight, dLoss, rows, cols, inner, call.ignoreIndex, scale);
};

/**
 * Negative log-likelihood of log-probabilities (N, C, d...) or (C) at class indices (N, d...): -weight[t] logProbs[t],
 * torch.nn.functional.nll_loss. A mean divides by the sum of the weights of the targets that are not ignored; rows with
 * ignoreIndex have loss 0 and gradient 0. Throws TypeError for a wrong kind, and RangeError for a wrong size or option or
 * a target outside [0, C), with its place and value.
 *
 * @example
 * const logProbs = logSoftmax(sc, [2, 0, -1]);
 * nll(sc, logProbs, 0); // { loss: 0.1698, dlogProbs: [-1, 0, 0] }
 */
export function nll<X extends TensorLike, R extends Reduction = "mean", G extends boolean = true>(
  sc: Softcell,
  logProbs: X,
  targets: Integers,
  options?: NllOptions<X> & { reduction?: R; gradient?: G },
): LossResult<R, "dlogProbs", X, G> {
  const heap = heapOf(sc, ROW_LOSSES);
  const read = check.options("options", options, NLL_KEYS);
  const lost = loss(heap, ofTargets(heap, "logProbs", logProbs, targets, read, true), nllOf);
  return { loss: lost.loss, dlogProbs: lost.gradient } as LossResult<R, "dlogProbs", X, G>;
}
