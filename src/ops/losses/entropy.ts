import { ROW_LOSSES } from "../../backend/parts.js";
import * as check from "../../check.js";
import { heapOf, type Softcell } from "../../memory/softcell.js";
import { floats, type TensorLike } from "../../memory/tensor.js";
import type { Rows } from "../rows.js";
import { CLASS_KEYS, type ClassOptions, classRows, LAST, rowLoss } from "./classes.js";
import { type LossKernel, type LossOptions, loss } from "./loss.js";
import { type LossResult, REDUCTIONS, type Reduction, reductionOf } from "./reduction.js";

/** Options of entropy(). */
export interface EntropyOptions<X = TensorLike> extends LossOptions<X>, ClassOptions {
  /** The axis of the classes. Default -1. */
  axis?: number;
}

const entropyOf: LossKernel = ({ kernels }, { loss, dx, x, dLoss }, call, scale) => {
  const { rows, cols, inner } = call.rows as Rows;
  return kernels.entropy(loss, dx, x, dLoss, rows, cols, inner, scale);
};

/**
 * Entropy -sum p log p of p = softmax(logits) for each row, torch.distributions.Categorical(logits).entropy(), and its
 * gradient; no term of it is negative, so that nothing cancels where it is next to 0. A p of 0 counts for 0. The classes
 * are along the last axis, or `axis`. Throws TypeError for a wrong kind, and RangeError for a wrong size or option.
 *
 * @example
 * entropy(sc, [0, 0]).loss; // 0.6931
 */
export function entropy<X extends TensorLike, R extends Reduction = "mean", G extends boolean = true>(
  sc: Softcell,
  logits: X,
  options?: EntropyOptions<X> & { reduction?: R; gradient?: G },
): LossResult<R, "dlogits", X, G> {
  const heap = heapOf(sc, ROW_LOSSES);
  const read = check.options("options", options, CLASS_KEYS);
  const x = floats(heap, "logits", logits);
  const m = classRows("logits", x, read, LAST);
  const lost = loss(heap, rowLoss(x, undefined, m, reductionOf(read, REDUCTIONS), read), entropyOf);
  return { loss: lost.loss, dlogits: lost.gradient } as LossResult<R, "dlogits", X, G>;
}
