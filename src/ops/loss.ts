import * as check from "../check.js";
import { padded } from "../memory/block.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, locate, pointerOf, sameAxes, Tensor } from "../memory/tensor.js";
import { type ReductionOptions, reducer } from "./reduction.js";
import { refuseOverlap } from "./rows.js";

/** What every loss takes. */
export interface LossOptions<X> extends ReductionOptions {
  /** false: only the loss. Default true. */
  gradient?: boolean;
  /** Where the gradient goes; may be the array it belongs to. Default: a new tensor or array, as that is. */
  out?: X;
}

export const LOSS_KEYS = ["reduction", "dLoss", "emptyReduction", "gradient", "out"];

/** A loss of x, checked but for what all losses have in common. */
export interface LossCall {
  /** What the gradient belongs to, and its shape. */
  x: Floats;
  shape: readonly number[];
  /** What else the kernel reads, each or undefined. */
  others: readonly (Floats | undefined)[];
  targets?: Int32Array;
  /** Number of losses, and what their sum is divided by; 0 for a mean over nothing. */
  losses: number;
  divisor: number;
  none: boolean;
  options: Omit<LossOptions<Floats>, "reduction">;
  /** Elements of scratch that the kernel needs. */
  spare?: number;
}

/** Works on pointers, 0 for none; returns the sum of the losses. */
export type LossKernel = (at: LossPointers, scale: number) => number;

export interface LossPointers {
  loss: number;
  dx: number;
  x: number;
  dLoss: number;
  targets: number;
  others: readonly number[];
  spare: number;
}

export interface Lost {
  loss: number | Float32Array;
  gradient: Floats | undefined;
}

/** Checks the common options and calls the kernel, wherever the arrays lie: foreign ones go through one scratch. */
export function loss(heap: Heap, call: LossCall, kernel: LossKernel): Lost {
  const { x, losses, none, options } = call;
  const wanted = options.gradient === undefined || check.boolean("gradient", options.gradient);
  const n = x.length;
  const { out } = options;
  if (out !== undefined) floats(heap, "out", out, n);
  if (out !== undefined && out !== x) sameAxes("out", out, call.shape);
  const reduce = reducer(heap, options, none, losses, call.divisor);

  // a view on our memory is detached if the memory grows: its length is read and it is located before
  const from = pointerOf(heap, x);
  const to = out === undefined ? -1 : pointerOf(heap, out);
  refuseOverlap(to, n, from, n);
  const targets = call.targets && heap.stable(call.targets);
  const sizes = [n, call.spare ?? 0, none ? losses : 0, targets ? targets.length : 0];
  const inputs = [...call.others, reduce.dLoss];
  const pointers: number[] = [];
  for (const input of inputs) {
    const pointer = input === undefined ? 0 : pointerOf(heap, input);
    // not even the same array: some of these are read again for later rows
    if (input !== undefined) refuseOverlap(to, n, pointer, input.length, true);
    pointers.push(pointer);
    sizes.push(input !== undefined && pointer < 0 ? input.length : 0);
  }
  const at = inScratch(heap, sizes);
  const owned = wanted && out === undefined && x instanceof Tensor ? new Tensor(heap, call.shape) : out;

  // a foreign array is worked on in place in the scratch
  const dx = owned instanceof Tensor ? owned.pointer : to >= 0 ? to : at[0];
  if (targets) heap.i32.set(targets, at[3] >>> 2);
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i];
    if (input !== undefined) pointers[i] = locate(heap, input, pointers[i], at[4 + i]);
  }
  const sum = kernel(
    {
      loss: none ? at[2] : 0,
      dx: wanted ? dx : 0,
      x: locate(heap, x, from, at[0]),
      dLoss: pointers[pointers.length - 1],
      targets: at[3],
      others: pointers,
      spare: at[1],
    },
    reduce.scale,
  );
  const value = none ? heap.f32.slice(at[2] >>> 2, (at[2] >>> 2) + losses) : reduce.loss(sum);
  if (!wanted) return { loss: value, gradient: undefined };
  const gradient = owned ?? new Float32Array(n);
  if (dx === at[0]) (gradient as Float32Array).set(heap.f32.subarray(dx >>> 2, (dx >>> 2) + n));
  return { loss: value, gradient };
}

/** The pointers of arrays of so many elements, one after the other in the scratch. */
function inScratch(heap: Heap, sizes: readonly number[]): number[] {
  const at: number[] = [];
  let bytes = 0;
  for (const size of sizes) {
    at.push(bytes);
    bytes += padded(size);
  }
  const base = heap.scratch(bytes);
  for (let i = 0; i < at.length; i++) at[i] += base;
  return at;
}
