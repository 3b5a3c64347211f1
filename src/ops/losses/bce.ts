import { ELEMENT_LOSSES } from "../../backend/parts.js";
import * as check from "../../check.js";
import type { Heap } from "../../memory/heap.js";
import { heapOf, type Softcell } from "../../memory/softcell.js";
import { exact, type Floats, floats, sameLastAxes, type TensorLike } from "../../memory/tensor.js";
import { elements } from "./elements.js";
import { LOSS_KEYS, type LossKernel, type LossOptions, loss } from "./loss.js";
import type { LossResult, Reduction } from "./reduction.js";

/** Options of bceWithLogits(). */
export interface BceWithLogitsOptions<X = TensorLike> extends LossOptions<X> {
  /** A weight for each element, repeated over the leading axes: as many as the trailing axes that it has, have. */
  weight?: TensorLike;
  /** A weight for what is positive, repeated likewise: one for each class. */
  posWeight?: TensorLike;
}

const KEYS = /* @__PURE__ */ LOSS_KEYS.concat("weight", "posWeight");

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
 * RangeError for a wrong size or option and for weights whose length is not that of trailing axes.
 *
 * @example
 * bceWithLogits(sc, [2, -1], [1, 1]); // { loss: 0.7201, dlogits: [-0.0596, -0.3655] }
 */
export function bceWithLogits<X extends TensorLike, R extends Reduction = "mean", G extends boolean = true>(
  sc: Softcell,
  logits: X,
  targets: TensorLike,
  options?: BceWithLogitsOptions<X> & { reduction?: R; gradient?: G },
): LossResult<R, "dlogits", X, G> {
  const heap = heapOf(sc, ELEMENT_LOSSES);
  const read = check.options("options", options, KEYS);
  const call = elements(heap, "logits", logits, "targets", targets, read);
  call.weight = repeated(heap, "weight", read.weight, call.shape);
  call.posWeight = repeated(heap, "posWeight", read.posWeight, call.shape);
  const lost = loss(heap, call, bceOf);
  return { loss: lost.loss, dlogits: lost.gradient } as LossResult<R, "dlogits", X, G>;
}

/** A weight of length 1, or the product of trailing sizes; of an array without a shape any part of its length. */
function repeated(
  heap: Heap,
  name: string,
  given: TensorLike | undefined,
  shape: readonly number[],
): Floats | undefined {
  if (given === undefined) return undefined;
  const weight = exact(heap, floats(heap, name, given));
  const n = weight.length;
  let fits = n === 1;
  for (let axis = shape.length - 1, size = 1; axis >= 0; axis--) {
    size *= shape[axis];
    fits ||= n === size;
  }
  const flat = shape.length === 1 && n > 0 && shape[0] % n === 0;
  if (!fits && !flat) {
    throw new RangeError(`"${name}" expected the size of trailing axes of [${shape}], got ${n} elements`);
  }
  sameLastAxes(name, weight, shape);
  return weight;
}
