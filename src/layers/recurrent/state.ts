// The states that a unit carries from step to step, between users and kernels.
import { round4 } from "../../contract/round.js";
import type { Heap } from "../../memory/heap.js";
import { type Floats, floats, Tensor, type TensorLike } from "../../memory/tensor.js";

/** One of the states of a unit: [batch][width] for users. */
export interface State {
  /** The name of its array, and with 0 or N behind it that of users. */
  readonly name: string;
  readonly width: number;
  /** From one row to the next, as the kernels keep it: padded with 0. */
  readonly row: number;
}

export const stateOf = (name: string, width: number): State => ({ name, width, row: round4(width) });

/** Elements of the state of B sequences, as the kernels keep it. */
export const stateSize = ({ row }: State, B: number): number => B * row;

/** to, as the kernels keep it, = from, 0 for zeros. */
export function putState(heap: Heap, { width, row }: State, to: number, from: number, B: number): void {
  heap.kernels.copySteps(to, from, 0, 1, B, width, row, 0, row, 0, width, 0);
}

/** to = from, as the kernels keep it. */
export function takeState(heap: Heap, { width, row }: State, to: number, from: number, B: number): void {
  heap.kernels.copySteps(to, from, 0, 1, B, width, width, 0, width, 0, row, 0);
}

/** What begins so many elements behind the beginning of an array; 0 for none. */
export const part = (pointer: number, elements: number): number => pointer && pointer + 4 * elements;

/** Checks the state [units, batch, width] of users where it is given; an axis of 1 may be left out of a tensor. */
export function givenState(
  heap: Heap,
  name: string,
  value: TensorLike | undefined,
  [units, B, width]: readonly [number, number, number],
): Floats | undefined {
  if (value === undefined) return undefined;
  const short = value instanceof Tensor && value.shape.length === 2;
  return floats(
    heap,
    name,
    value,
    short && units === 1 ? [B, width] : short && B === 1 ? [units, width] : [units, B, width],
  );
}
