import * as check from "../../check.js";
import type { Heap } from "../../memory/heap.js";
import { type Floats, floats, Tensor, type TensorLike } from "../../memory/tensor.js";
import { onAxis, type Rows } from "../rows.js";

/** A weight for each class: so many elements; a tensor has them along the axis of the classes. */
export function classWeight(heap: Heap, given: TensorLike | undefined, m: Rows): Floats | undefined {
  if (given === undefined) return undefined;
  const weight = floats(heap, "weight", given, m.cols);
  onAxis("weight", weight, m.cols, m.shape.length - m.axis, "one for each class; dLoss takes one for each row");
  return weight;
}

/**
 * A weight that is repeated, as PyTorch broadcasts it: of one element, of trailing axes, which kernels repeat, or a tensor
 * with 1 for axes along which it is repeated, which is spread over all elements.
 */
export function repeated(
  heap: Heap,
  name: string,
  given: TensorLike | undefined,
  shape: readonly number[],
): Floats | undefined {
  if (given === undefined) return undefined;
  const weight = floats(heap, name, given);
  const axes = weight instanceof Tensor && weight.shape.length > 1 ? weight.shape : undefined;
  const own = axes?.slice(axes.findIndex((size) => size !== 1)) ?? [];
  if (weight.length === 1) return weight;
  // what has one axis is taken by its length
  if (!axes || shape.length === 1) {
    for (let axis = shape.length - 1, n = 1; axis >= 0; axis--) {
      n *= shape[axis];
      if (n === weight.length) return weight;
    }
  } else if (own.length <= shape.length) {
    const behind = shape.slice(shape.length - own.length);
    if (own.every((size, i) => size === behind[i])) return weight;
    if (own.every((size, i) => size === 1 || size === behind[i])) return spread(axes, weight as Tensor, shape);
  }
  const got = axes ? `shape [${axes}]` : `${weight.length} elements`;
  const remedy =
    shape.length === 1
      ? "say what the axes are by { shape }"
      : `for one a row pass tensor(sc, [${shape.slice(0, -1)},1], ${name})`;
  throw new RangeError(`"${name}" expected the size of trailing axes of [${shape}], got ${got}: ${remedy}`);
}

function spread(own: readonly number[], { data }: Tensor, shape: readonly number[]): Float32Array {
  const axes = shape.length;
  const steps: number[] = Array(axes).fill(0);
  for (let axis = own.length - 1, step = 1; axis >= 0; step *= own[axis--]) {
    if (own[axis] > 1) steps[axis + axes - own.length] = step;
  }
  return Float32Array.from({ length: check.product(shape) }, (_, i) => {
    let at = 0;
    for (let axis = axes - 1, rest = i; axis >= 0; axis--) {
      at += (rest % shape[axis]) * steps[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return data[at];
  });
}
