import { ELEMENT_LOSSES } from "../../backend/parts.js";
import { heapOf, type Softcell } from "../../memory/softcell.js";
import type { TensorLike } from "../../memory/tensor.js";
import { elements } from "./elements.js";
import { LOSS_KEYS, type LossKernel, type LossOptions, loss } from "./loss.js";
import type { LossResult, Reduction } from "./reduction.js";
import { repeated } from "./weights.js";

/** Options of bceWithLogits(). */
export interface BceWithLogitsOptions<X = TensorLike> extends LossOptions<X> {
  /** The shape of arrays whose weights are repeated; a tensor has one. Default: one axis. */
  shape?: readonly number[];
  /**
   * A weight for each element, repeated as PyTorch broadcasts it: one number, an array as long as the last axis or the
   * last axes, or a tensor of a shape such as [rows, 1].
   */
  weight?: TensorLike;
  /** A weight for what is positive, repeated likewise: one for each class. */
  posWeight?: TensorLike;
}

const KEYS = /* @__PURE__ */ LOSS_KEYS.concat("shape", "weight", "posWeight");

const bceOf: LossKernel = (
  { kernels },
  { loss, dx, x, y, weight, posWeight, dLoss },
  { losses, weight: w, posWeight: p },
  scale,
) => kernels.bceWithLogits(loss, dx, x, y, weight, w?.length ?? 0, posWeight, p?.length ?? 0, dLoss, losses, scale);

/**
 * Binary cross-entropy of logits against targets in [0, 1], from log(1 + exp(-|x|)), never from probabilities: weight ((1 -
 * y) log(1 + exp(x)) + posWeight y log(1 + exp(-x))), torch.nn.functional.binary_cross_entropy_with_logits. Infinite logits
 * as there: -Infinity has loss NaN. A mean divides by the number of elements. Throws TypeError for a wrong kind, and
 * RangeError for a wrong size or option and for weights that do not fit the shape, or fit no axis because there is none.
 *
 * @example
 * bceWithLogits(sc, [2, -1], [1, 1]); // { loss: 0.7201, dlogits: [-0.0596, -0.3655] }
 * const weight = tensor(sc, [2, 1], [1, 0.5]); // one for each row
 * bceWithLogits(sc, [2, -1, 0, 3], [1, 0, 1, 1], { shape: [2, 2], weight }).loss; // 0.2028
 */
export function bceWithLogits<X extends TensorLike, R extends Reduction = "mean", G extends boolean = true>(
  sc: Softcell,
  logits: X,
  targets: TensorLike,
  options: BceWithLogitsOptions<X> & { reduction?: R; gradient?: G } = {},
): LossResult<R, "dlogits", X, G> {
  const heap = heapOf(sc, ELEMENT_LOSSES);
  const call = elements(heap, "logits", logits, "targets", targets, options, KEYS);
  call.weight = repeated(heap, "weight", options.weight, call.shape);
  call.posWeight = repeated(heap, "posWeight", options.posWeight, call.shape);
  const lost = loss(heap, call, bceOf);
  return { loss: lost.loss, dlogits: lost.gradient } as LossResult<R, "dlogits", X, G>;
}
