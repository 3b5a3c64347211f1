import { ELEMENT_LOSSES } from "../../backend/parts.js";
import * as check from "../../check.js";
import { heapOf, type Softcell } from "../../memory/softcell.js";
import { exact, type Floats, floats, type TensorLike } from "../../memory/tensor.js";
import { dataOf, elements, refuse } from "./elements.js";
import { LOSS_KEYS, type LossKernel, type LossOptions, loss } from "./loss.js";
import type { LossResult, Reduction } from "./reduction.js";

/** Options of sigmoidFocal(). */
export interface SigmoidFocalOptions<X = TensorLike> extends LossOptions<X> {
  /** The weight of targets 1, 1 - alpha that of targets 0; below 0: none. Default 0.25. */
  alpha?: number;
  /** How much less well classified elements count. Default 2. */
  gamma?: number;
}

const KEYS = /* @__PURE__ */ LOSS_KEYS.concat("alpha", "gamma");

const focalOf: LossKernel = ({ kernels }, { loss, dx, x, y, dLoss }, { losses, alpha, gamma }, scale) =>
  kernels.sigmoidFocal(loss, dx, x, y, dLoss, losses, alpha, gamma, scale);

/**
 * Focal loss of single logits against targets in [0, 1], torchvision.ops.sigmoid_focal_loss: a (1 - p)^gamma times the
 * binary cross-entropy, p the probability of the target, a = alpha for 1 and 1 - alpha for 0, or 1 for alpha < 0. The
 * default reduction is "mean", not torchvision's "none". Throws TypeError for a wrong kind, and RangeError for a wrong size
 * or option or a target outside [0, 1].
 *
 * @example
 * sigmoidFocal(sc, [2, -1], [1, 1]).loss; // 0.088
 */
export function sigmoidFocal<X extends TensorLike, R extends Reduction = "mean", G extends boolean = true>(
  sc: Softcell,
  logits: X,
  targets: TensorLike,
  options?: SigmoidFocalOptions<X> & { reduction?: R; gradient?: G },
): LossResult<R, "dlogits", X, G> {
  const heap = heapOf(sc, ELEMENT_LOSSES);
  const read = check.options("options", options, KEYS);
  const call = elements(heap, "logits", logits, "targets", exact(heap, floats(heap, "targets", targets)), read);
  const { alpha = 0.25, gamma = 2 } = read;
  check.number("alpha", alpha, -Number.MAX_VALUE, 1);
  check.number("gamma", gamma, 0, Number.MAX_VALUE);
  probabilities("targets", call.y as Floats);
  call.alpha = alpha;
  call.gamma = gamma;
  const lost = loss(heap, call, focalOf);
  return { loss: lost.loss, dlogits: lost.gradient } as LossResult<R, "dlogits", X, G>;
}

/** Throws RangeError for the first value outside [0, 1]. A function for each value would take V8 4 ns more for each. */
function probabilities(name: string, values: Floats): void {
  const data = dataOf(values);
  for (let i = 0; i < data.length; i++) {
    if (!(data[i] >= 0 && data[i] <= 1)) refuse(name, "numbers from 0 to 1", data, i);
  }
}
