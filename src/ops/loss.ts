import * as check from "../check.js";
import { place, total } from "../memory/block.js";
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
  /** Pointers, 0 for none; returns the sum of the losses. */
  kernel(at: LossPointers, scale: number): number;
}

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
export function loss(heap: Heap, call: LossCall): Lost {
  const { x, losses, none, options } = call;
  const wanted = options.gradient === undefined || check.boolean("gradient", options.gradient);
  const n = x.length;
  const { out } = options;
  if (out !== undefined) floats(heap, "out", out, n);
  if (out !== undefined && out !== x) sameAxes("out", out, call.shape);
  const reduce = reducer(heap, options, none, losses, call.divisor);

  // a view on our memory is detached if the memory grows: its length is read and it is located before
  const inputs = [...call.others, reduce.dLoss];
  const [from, to] = [pointerOf(heap, x), out === undefined ? -1 : pointerOf(heap, out)];
  const pointers = inputs.map((input) => (input === undefined ? -1 : pointerOf(heap, input)));
  refuseOverlap(to, n, from, n);
  // not even the same array: some of these are read again for later rows
  inputs.forEach((input, i) => {
    if (input !== undefined) refuseOverlap(to, n, pointers[i], input.length, true);
  });
  const targets = call.targets && heap.stable(call.targets);
  const sizes: Record<string, number> = {
    x: n,
    spare: call.spare ?? 0,
    loss: none ? losses : 0,
    targets: targets?.length ?? 0,
  };
  inputs.forEach((input, i) => {
    sizes[`input${i}`] = input !== undefined && pointers[i] < 0 ? input.length : 0;
  });
  const at = place(heap.scratch(4 * total(sizes)), sizes);
  const owned = wanted && out === undefined && x instanceof Tensor ? new Tensor(heap, call.shape) : out;

  // a foreign array is worked on in place in the scratch
  const dx = owned instanceof Tensor ? owned.pointer : to >= 0 ? to : at.x;
  if (targets) heap.i32.set(targets, at.targets >>> 2);
  const located = inputs.map((input, i) =>
    input === undefined ? 0 : locate(heap, input, pointers[i], at[`input${i}`]),
  );
  const sum = call.kernel(
    {
      loss: none ? at.loss : 0,
      dx: wanted ? dx : 0,
      x: locate(heap, x, from, at.x),
      dLoss: located[located.length - 1],
      targets: at.targets,
      others: located,
      spare: at.spare,
    },
    reduce.scale,
  );
  const value = none ? heap.f32.slice(at.loss >>> 2, (at.loss >>> 2) + losses) : reduce.loss(sum);
  if (!wanted) return { loss: value, gradient: undefined };
  const gradient = owned ?? new Float32Array(n);
  if (dx === at.x) (gradient as Float32Array).set(heap.f32.subarray(dx >>> 2, (dx >>> 2) + n));
  return { loss: value, gradient };
}
