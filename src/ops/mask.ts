import { kindOf } from "../arrays.js";
import * as check from "../check.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, locate, outOf, pointerOf, sameLastAxes, Tensor } from "../memory/tensor.js";
import { type Rows, refuseOverlap } from "./rows.js";

/** Numbers to be added, or which elements take part (1 or true) and which do not (0 or false). */
export type MaskLike = Tensor | Float32Array | Float64Array | Uint8Array | readonly boolean[];

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
export function maskOf(heap: Heap, mask: MaskLike | undefined, m: Rows, out: unknown): Mask | undefined {
  if (mask === undefined) return undefined;
  const values = valuesOf(heap, mask);
  const { length } = values;
  checkLength(length, m.shape);
  sameLastAxes("mask", values, m.shape);
  const pointer = pointerOf(heap, values);
  const target = outOf(heap, out);
  if (target) refuseOverlap(pointerOf(heap, target), target.length, pointer, length, true);
  const placed = { values, length, pointer };
  if (isAdded(mask) || m.beta === 0) return { ...placed, factor: m.beta, fill: Number.NEGATIVE_INFINITY, beta: 1 };
  const fill = m.beta < 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return { ...placed, factor: 1, fill, beta: m.beta };
}

/** Whether a mask has numbers. An array of JavaScript with numbers could mean both, and is refused by check.bits(). */
const isAdded = (mask: unknown): boolean => mask instanceof Tensor || (kindOf(mask)?.startsWith("Float") ?? false);

function valuesOf(heap: Heap, mask: MaskLike): Floats {
  if (isAdded(mask)) return floats(heap, "mask", mask);
  return Float32Array.from(check.bits("mask", mask), (bit) => (bit ? 0 : Number.NEGATIVE_INFINITY));
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
  const at = locate(heap, mask.values, cols, mask.pointer, place);
  heap.kernels.addMask(y, x, at, cols === 0 ? 0 : n / cols, cols, mask.factor, mask.fill);
}

/** Rows with the beta that a mask leaves for them. */
export function masked(m: Rows, mask: Mask | undefined): Rows {
  return mask ? { ...m, beta: mask.beta } : m;
}
