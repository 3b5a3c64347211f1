import { ROW_LOSSES } from "../../backend/parts.js";
import * as check from "../../check.js";
import { heapOf, type Softcell } from "../../memory/softcell.js";
import type { Integers, TensorLike } from "../../memory/tensor.js";
import type { Rows } from "../rows.js";
import { NLL_KEYS, type NllOptions, ofTargets } from "./classes.js";
import { type LossKernel, loss } from "./loss.js";
import type { LossResult, Reduction } from "./reduction.js";

/** Options of focal(). */
export interface FocalOptions<X = TensorLike> extends NllOptions<X> {
  /** How much less well classified rows count. Default 2. */
  gamma?: number;
}

const KEYS = /* @__PURE__ */ NLL_KEYS.concat("gamma");

const focalOf: LossKernel = ({ kernels }, { loss, dx, x, targets, weight, dLoss }, call, scale) => {
  const { rows, cols, inner } = call.rows as Rows;
  return kernels.focal(loss, dx, x, targets, weight, dLoss, rows, cols, inner, call.gamma, call.ignoreIndex, scale);
};

/**
 * Focal loss -weight[t] (1 - p)^gamma log p, p = softmax(logits)[t], for each row of logits (N, C, d...) or (C): Lin et al.
 * 2017, arXiv 1708.02002, with the weights as alpha. 1 - p is the sum of the others, also where p is next to 1. A mean
 * divides as that of nll does. gamma 0 is cross-entropy. Throws as nll.
 *
 * @example
 * focal(sc, [2, 0, -1], 0, { gamma: 2 }).loss; // 0.0041
 */
export function focal<X extends TensorLike, R extends Reduction = "mean", G extends boolean = true>(
  sc: Softcell,
  logits: X,
  targets: Integers,
  options?: FocalOptions<X> & { reduction?: R; gradient?: G },
): LossResult<R, "dlogits", X, G> {
  const heap = heapOf(sc, ROW_LOSSES);
  const read = check.options("options", options, KEYS);
  const { gamma = 2 } = read;
  check.number("gamma", gamma, 0, Number.MAX_VALUE);
  const call = ofTargets(heap, "logits", logits, targets, read, true);
  call.gamma = gamma;
  const lost = loss(heap, call, focalOf);
  return { loss: lost.loss, dlogits: lost.gradient } as LossResult<R, "dlogits", X, G>;
}
