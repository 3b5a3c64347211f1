import * as check from "../../check.js";
import type { Heap } from "../../memory/heap.js";
import { Places } from "../../memory/places.js";
import {
  type Floats,
  outOf,
  pointerOf,
  type ResultOf,
  resultTensor,
  sameAxes,
  type Taken,
  Tensor,
  type TensorLike,
} from "../../memory/tensor.js";
import { copyOut, livingOut, type Rows, refuseOverlap } from "../rows.js";
import { type ReductionOptions, upstreamOf } from "./reduction.js";

/** What every loss takes. */
export interface LossOptions<X = TensorLike> extends ReductionOptions {
  /** false: only the loss. Default true. */
  gradient?: boolean;
  /** Where the gradient goes; may be the array it belongs to. Default: a new tensor or array, as that is. */
  out?: ResultOf<X>;
}

export const LOSS_KEYS = ["reduction", "dLoss", "emptyReduction", "gradient", "out"];

/** A loss of x, checked but for what all losses have in common. By default the mean over all. */
export class LossCall {
  /** What the gradient belongs to, and its shape. */
  readonly x: Floats;
  readonly shape: readonly number[];
  /** What else the kernel reads. */
  readonly y: Floats | undefined;
  weight: Floats | undefined = undefined;
  posWeight: Floats | undefined = undefined;
  targets: Int32Array | undefined = undefined;
  /** Number of losses, and what their sum is divided by; 0 for a mean over nothing. */
  readonly losses: number;
  divisor: number;
  readonly none: boolean;
  readonly options: Omit<LossOptions, "reduction">;
  /** Elements of scratch that the kernel needs. */
  spare = 0;
  rows: Rows | undefined = undefined;
  ignoreIndex = 0;
  /** Numbers of one loss or another. */
  labelSmoothing = 0;
  zLoss = 0;
  alpha = 0;
  gamma = 0;
  margin = 0;
  /** The power of margins. */
  p = 1;
  /** 1: margins are squared. */
  squared = 0;
  /** 1: targets are logits. */
  ofLogits = 0;

  // a class: where a field is a fraction for the first time, V8 makes objects of a literal anew each time, 400 ns
  constructor(
    x: Floats,
    y: Floats | undefined,
    shape: readonly number[],
    losses: number,
    reduction: string,
    options: LossCall["options"],
  ) {
    this.x = x;
    this.y = y;
    this.shape = shape;
    this.losses = losses;
    this.divisor = reduction === "mean" ? losses : 1;
    this.none = reduction === "none";
    this.options = options;
  }
}

/** Works on pointers; returns the sum of the losses. Best a constant function: a new closure costs V8 20 ns. */
export type LossKernel = (heap: Heap, at: LossPointers, call: LossCall, scale: number) => number;

/** 0 for none. */
export interface LossPointers {
  loss: number;
  dx: number;
  x: number;
  y: number;
  weight: number;
  posWeight: number;
  dLoss: number;
  targets: number;
  spare: number;
}

export interface Lost {
  loss: number | Float32Array;
  gradient: Floats | undefined;
}

/**
 * Checks the common options and calls the kernel, wherever the arrays lie: foreign ones go through one scratch. Kernels
 * multiply each gradient by `scale`, and by its element of dLoss where there is one.
 */
export function loss(heap: Heap, call: LossCall, kernel: LossKernel): Lost {
  const { x, y, weight, posWeight, losses, divisor, none, options } = call;
  const weights = weight === undefined ? 0 : weight.length;
  const posWeights = posWeight === undefined ? 0 : posWeight.length;
  const { out, gradient } = options;
  const wanted = gradient === undefined || check.boolean("gradient", gradient);
  const n = x.length;
  const target = outOf(heap, out, n);
  if (target !== undefined && target !== x) sameAxes("out", target, call.shape);
  const upstream = upstreamOf(heap, options.dLoss, none, losses);
  const dLoss = typeof upstream === "number" ? undefined : upstream;
  const zero = divisor === 0 && options.emptyReduction === "zero";
  const scale = zero ? 0 : (typeof upstream === "number" ? upstream : 1) / divisor;

  // a view on our memory is detached if the memory grows: its length is read and it is located before
  const places = new Places(heap);
  const from = pointerOf(heap, x);
  let dx = target === undefined ? -1 : pointerOf(heap, target);
  refuseOverlap(dx, n, from, n);
  const own = wanted && out === undefined && x instanceof Tensor;
  const foreign = wanted && dx < 0 && !own;
  // a foreign array is worked on in place in the scratch
  const work = places.room(from < 0 || foreign ? n : 0);
  const at: LossPointers = {
    loss: none ? places.room(losses) : 0,
    dx: 0,
    x: from < 0 ? work : from,
    y: apart(places, dx, n, y, n),
    weight: apart(places, dx, n, weight, weights),
    posWeight: apart(places, dx, n, posWeight, posWeights),
    dLoss: apart(places, dx, n, dLoss, losses),
    targets: 0,
    spare: places.room(call.spare),
  };
  const { targets } = call;
  if (targets) at.targets = places.room(targets.length);
  places.open();
  const owned = own ? resultTensor(heap, call.shape, takenBy(call, at), x, y) : undefined;

  if (owned) dx = owned.pointer;
  else if (foreign) dx = places.at(work);
  if (wanted) at.dx = dx;
  at.loss = places.at(at.loss);
  at.x = places.put(x, n, at.x);
  at.y = places.put(y, n, at.y);
  at.weight = places.put(weight, weights, at.weight);
  at.posWeight = places.put(posWeight, posWeights, at.posWeight);
  at.dLoss = places.put(dLoss, losses, at.dLoss);
  at.spare = places.at(at.spare);
  at.targets = places.at(at.targets);
  if (targets) heap.i32.set(targets, at.targets >>> 2);
  // a kernel may go through millions of empty rows
  const sum = n > 0 ? kernel(heap, at, call, scale) : 0;
  const value = none ? heap.f32.slice(at.loss >>> 2, (at.loss >>> 2) + losses) : zero ? 0 : Math.fround(sum / divisor);
  if (!wanted) return { loss: value, gradient: undefined };
  if (owned) return { loss: value, gradient: owned };
  return { loss: value, gradient: foreign ? copyOut(heap, dx, n, out) : livingOut(heap, dx, n, out) };
}

/** Where the arguments lie. */
function takenBy({ x, y, weight, posWeight, losses }: LossCall, at: LossPointers): Taken {
  const weights = [at.weight, weight ? weight.length : 0, at.posWeight, posWeight ? posWeight.length : 0];
  return [at.x, x.length, at.y, y ? y.length : 0, ...weights, at.dLoss, losses];
}

/** Where an input lies, which the gradient may not overlap at all: some are read again for later rows. */
function apart(places: Places, dx: number, n: number, input: Floats | undefined, length: number): number {
  const at = places.of(input, length);
  if (input !== undefined) refuseOverlap(dx, n, at, length, true);
  return at;
}
