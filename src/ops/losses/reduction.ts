import * as check from "../../check.js";
import type { Heap } from "../../memory/heap.js";
import { type Floats, floats, type ResultOf, Tensor, type TensorLike } from "../../memory/tensor.js";

export const REDUCTIONS = ["none", "mean", "sum"] as const;
/** What becomes of the losses: each of them, their mean, or their sum. */
export type Reduction = (typeof REDUCTIONS)[number];

/** An array with "none", else a number. */
export type LossOf<R extends string> = R extends "none" ? Float32Array : number;

/** The loss of a call, and the gradient under its name: undefined with `gradient: false`. */
export type LossResult<R extends string, Name extends string, X, G extends boolean> = {
  /** The mean, the sum, or with reduction `"none"` one loss a row (or element). */
  loss: LossOf<R>;
} & Record<Name, G extends true ? ResultOf<X> : undefined>;

/** What a mean over nothing is: NaN, as in PyTorch, or 0. The gradient of ignored rows is 0 in both. */
export type EmptyReduction = "nan" | "zero";

/** How losses are reduced. */
export interface ReductionOptions {
  /** "none": a loss for each element or row. Default "mean". */
  reduction?: Reduction;
  /** The gradient of what follows with respect to the loss: a number, or one for each loss with "none". Default 1. */
  dLoss?: number | TensorLike;
  /** What a mean over nothing is. Default "nan". */
  emptyReduction?: EmptyReduction;
}

/** `reduction` and `emptyReduction`, checked. */
export function reductionOf<R extends string>(
  { reduction, emptyReduction }: { reduction?: R | "mean"; emptyReduction?: EmptyReduction },
  choices: readonly R[],
): R | "mean" {
  if (emptyReduction !== undefined) check.oneOf("emptyReduction", emptyReduction, ["nan", "zero"]);
  return reduction === undefined ? "mean" : check.oneOf<R | "mean">("reduction", reduction, choices);
}

/** `dLoss`, checked: one number, or one for each of `losses`. */
export function upstreamOf(
  heap: Heap,
  dLoss: number | TensorLike | undefined,
  none: boolean,
  losses: number,
): number | Floats {
  if (dLoss === undefined || typeof dLoss === "number") return dLoss ?? 1;
  const values = floats(heap, "dLoss", dLoss, none ? losses : 1);
  return none ? values : values instanceof Tensor ? values.data[0] : values[0];
}

/** What a mean over index targets divides by: the sum of the weights of those that are not ignored, ascending. */
export function targetWeight(targets: Int32Array, weight: Floats | undefined, ignoreIndex?: number): number {
  const w = weight instanceof Tensor ? weight.data : weight;
  let sum = 0;
  for (let i = 0; i < targets.length; i++) if (targets[i] !== ignoreIndex) sum += w ? w[targets[i]] : 1;
  return sum;
}
