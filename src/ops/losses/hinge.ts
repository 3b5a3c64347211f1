import { ELEMENT_LOSSES } from "../../backend/parts.js";
import * as check from "../../check.js";
import type { Heap } from "../../memory/heap.js";
import { heapOf, type Softcell } from "../../memory/softcell.js";
import { exact, type Floats, floats, type TensorLike } from "../../memory/tensor.js";
import { dataOf, elements, refuse } from "./elements.js";
import { LOSS_KEYS, type LossKernel, type LossOptions, type Lost, loss } from "./loss.js";
import type { LossResult, Reduction } from "./reduction.js";

/** Options of hinge() and squaredHinge(). */
export interface HingeOptions<X = TensorLike> extends LossOptions<X> {
  /** By how much y x has to be above 0. Default 1. */
  margin?: number;
}

const KEYS = /* @__PURE__ */ LOSS_KEYS.concat("margin");

const hingeOf: LossKernel = ({ kernels }, { loss, dx, x, y, dLoss }, { losses, margin, squared }, scale) =>
  kernels.hinge(loss, dx, x, y, dLoss, losses, margin, squared, scale);

/**
 * max(0, margin - y x) of each element, y in {-1, 1}: the loss of a support vector machine (Cortes and Vapnik 1995). The
 * slope at 0 is 0. Throws TypeError for a wrong kind, and RangeError for a wrong size or option or another y, with its
 * place.
 *
 * @example
 * hinge(sc, [0.5, -2], [1, -1]); // { loss: 0.25, dx: [-0.5, 0] }
 */
export function hinge<X extends TensorLike, R extends Reduction = "mean", G extends boolean = true>(
  sc: Softcell,
  x: X,
  y: TensorLike,
  options?: HingeOptions<X> & { reduction?: R; gradient?: G },
): LossResult<R, "dx", X, G> {
  const lost = lossOf(heapOf(sc, ELEMENT_LOSSES), x, y, options, 0);
  return { loss: lost.loss, dx: lost.gradient } as LossResult<R, "dx", X, G>;
}

/**
 * max(0, margin - y x)^2 of each element, y in {-1, 1}. Throws as hinge.
 *
 * @example
 * squaredHinge(sc, [0.5, -2], [1, -1]); // { loss: 0.125, dx: [-0.5, 0] }
 */
export function squaredHinge<X extends TensorLike, R extends Reduction = "mean", G extends boolean = true>(
  sc: Softcell,
  x: X,
  y: TensorLike,
  options?: HingeOptions<X> & { reduction?: R; gradient?: G },
): LossResult<R, "dx", X, G> {
  const lost = lossOf(heapOf(sc, ELEMENT_LOSSES), x, y, options, 1);
  return { loss: lost.loss, dx: lost.gradient } as LossResult<R, "dx", X, G>;
}

function lossOf(heap: Heap, x: TensorLike, y: TensorLike, options: HingeOptions | undefined, squared: number): Lost {
  const read = check.options("options", options, KEYS);
  const call = elements(heap, "x", x, "y", exact(heap, floats(heap, "y", y)), read);
  const { margin = 1 } = read;
  check.number("margin", margin, 0, Number.MAX_VALUE);
  signs("y", call.y as Floats);
  call.margin = margin;
  call.squared = squared;
  return loss(heap, call, hingeOf);
}

/** Throws RangeError for the first value that is not 1 or -1. */
function signs(name: string, values: Floats): void {
  const data = dataOf(values);
  for (let i = 0; i < data.length; i++) if (Math.abs(data[i]) !== 1) refuse(name, "1 or -1", data, i);
}
