// States h and c between users and kernels: float32, and the float64 behind it of layers that compute in it.
import type { Heap } from "../memory/heap.js";
import type { Given } from "../memory/stage.js";
import { type Floats, floats, Tensor, type TensorLike } from "../memory/tensor.js";

/** Pointers to a float32 state [B][...] and the float64 behind it; 0 for none. */
export type State = Given;

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

export const stateOfTensor = ({ pointer, widePointer }: Tensor): State => ({ pointer, wide: widePointer });

/** What begins so many elements behind the beginning of a state. */
export const part = ({ pointer, wide }: State, elements: number): State => ({
  pointer: pointer && pointer + 4 * elements,
  wide: wide && wide + 8 * elements,
});
