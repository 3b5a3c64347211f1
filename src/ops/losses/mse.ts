import { ELEMENT_LOSSES } from "../../backend/parts.js";
import * as check from "../../check.js";
import { heapOf, type Softcell } from "../../memory/softcell.js";
import type { TensorLike } from "../../memory/tensor.js";
import { elements } from "./elements.js";
import { LOSS_KEYS, type LossKernel, type LossOptions, loss } from "./loss.js";
import type { LossResult, Reduction } from "./reduction.js";

const mseOf: LossKernel = ({ kernels }, { loss, dx, x, y, dLoss }, { losses }, scale) =>
  kernels.mse(loss, dx, x, y, dLoss, losses, scale);

/**
 * Squared error (x - target)^2 of each element, torch.nn.functional.mse_loss. Throws TypeError for a wrong kind, and
 * RangeError for a wrong option or arrays of two lengths.
 *
 * @example
 * mse(sc, [1, 3], [1, 1]); // { loss: 2, dx: [0, 2] }
 */
export function mse<X extends TensorLike, R extends Reduction = "mean", G extends boolean = true>(
  sc: Softcell,
  x: X,
  target: TensorLike,
  options?: LossOptions<X> & { reduction?: R; gradient?: G },
): LossResult<R, "dx", X, G> {
  const heap = heapOf(sc, ELEMENT_LOSSES);
  const read = check.options("options", options, LOSS_KEYS);
  const lost = loss(heap, elements(heap, "x", x, "target", target, read), mseOf);
  return { loss: lost.loss, dx: lost.gradient } as LossResult<R, "dx", X, G>;
}
