import * as check from "../check.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, locate, pointerOf, sameLastAxes, Tensor } from "../memory/tensor.js";
import { type Rows, refuseOverlap } from "./rows.js";

/** Numbers to be added, or which elements take part (1) and which do not (0). */
export type MaskLike = Floats | Uint8Array;

/** A checked mask: what addMask() of src/contract/rows.ts takes, and the beta that is left for the rows. */
export interface Mask {
  values: Floats;
  /** Of the values: a view is detached if the memory grows. */
  length: number;
  /** Where the values are, -1 if they have to be copied. */
  pointer: number;
  factor: number;
  fill: number;
  beta: number;
}

/**
 * Checks a mask against rows: it has the shape of x, or of its last axes, for which it is repeated. A boolean mask
 * leaves the temperature to the kernel, which is more exact; an additive one is added to x / temperature, rounded to
 * float32.
 */
export function maskOf(heap: Heap, mask: MaskLike | undefined, m: Rows, out: Floats | undefined): Mask | undefined {
  if (mask === undefined) return undefined;
  const boolean = mask instanceof Uint8Array;
  if (!boolean && !(mask instanceof Float32Array || mask instanceof Tensor)) {
    throw new TypeError(`"mask" expected Uint8Array, Float32Array or Tensor, got ${check.show(mask)}`);
  }
  if (!boolean) floats(heap, "mask", mask);
  checkLength(mask.length, m.shape);
  if (!boolean) sameLastAxes("mask", mask, m.shape);
  const values = boolean ? Float32Array.from(mask, keeps) : mask;
  const pointer = pointerOf(heap, values);
  const { length } = values;
  if (out !== undefined) refuseOverlap(pointerOf(heap, floats(heap, "out", out)), out.length, pointer, length, true);
  const placed = { values, length, pointer };
  if (!boolean || m.beta === 0) return { ...placed, factor: m.beta, fill: Number.NEGATIVE_INFINITY, beta: 1 };
  const fill = m.beta < 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return { ...placed, factor: 1, fill, beta: m.beta };
}

function keeps(value: number, i: number): number {
  if (value > 1) throw new RangeError(`"mask" expected 0 or 1, got ${value} at ${i}`);
  return value ? 0 : Number.NEGATIVE_INFINITY;
}

function checkLength(length: number, shape: readonly number[]): void {
  const fitting = shape.map((_, i) => check.product(shape.slice(i)));
  if (!fitting.includes(length)) {
    throw new RangeError(`"mask" expected ${fitting.join(" or ")} elements for shape [${shape}], got ${length}`);
  }
}

/** Bytes that putMasked() needs at `place`. */
export function maskBytes(mask: Mask | undefined): number {
  return mask && mask.pointer < 0 ? 4 * mask.length : 0;
}

/** y = x with the mask, n elements. */
export function putMasked(heap: Heap, mask: Mask, y: number, x: number, n: number, place: number): void {
  const cols = mask.length;
  const at = locate(heap, mask.values, mask.pointer, place);
  heap.kernels.addMask(y, x, at, cols === 0 ? 0 : n / cols, cols, mask.factor, mask.fill);
}
