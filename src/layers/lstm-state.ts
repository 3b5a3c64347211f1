// States h and c between users and kernels.
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, Tensor, type TensorLike } from "../memory/tensor.js";

/** Checks a state [units, batch, n] where it is given; an axis of 1 may be left out of a tensor. */
export function checkState(
  heap: Heap,
  name: string,
  value: TensorLike | undefined,
  [units, B, n]: readonly [number, number, number],
): Floats | undefined {
  if (value === undefined) return undefined;
  const short = value instanceof Tensor && value.shape.length === 2;
  return floats(heap, name, value, short && units === 1 ? [B, n] : short && B === 1 ? [units, n] : [units, B, n]);
}

/** What begins so many elements behind the beginning of a state; 0 for none. */
export const part = (pointer: number, elements: number): number => pointer && pointer + 4 * elements;
