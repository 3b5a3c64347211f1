// What the losses of single elements share: x and the target have one length, and so have the losses.
import type { Heap } from "../../memory/heap.js";
import { type Floats, floats, Tensor, type TensorLike } from "../../memory/tensor.js";
import { shapeOf } from "../elementwise.js";
import { LossCall, type LossOptions } from "./loss.js";
import { REDUCTIONS, type Reduction, reductionOf } from "./reduction.js";

/** The checked arrays, which have one length, and what is called; of options that have been read. */
export function elements(
  heap: Heap,
  nameX: string,
  xGiven: TensorLike,
  nameY: string,
  yGiven: TensorLike,
  options: LossOptions,
): LossCall {
  const x = floats(heap, nameX, xGiven);
  const y = floats(heap, nameY, yGiven, x);
  const reduction = reductionOf<Reduction>(options, REDUCTIONS);
  return new LossCall(x, y, shapeOf(x), x.length, reduction, options);
}

/** The numbers of an argument. */
export const dataOf = (values: Floats): Float32Array => (values instanceof Tensor ? values.data : values);

export function refuse(name: string, expected: string, data: Float32Array, i: number): never {
  throw new RangeError(`"${name}" expected ${expected}, got ${data[i]} at ${i}`);
}
