// Losses of single elements: x and the target have one length, and so have the losses.
import * as check from "../check.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, sameLastAxes, Tensor } from "../memory/tensor.js";
import { shapeOf } from "./elementwise.js";
import { LOSS_KEYS, LossCall, type LossKernel, type LossOptions, type Lost, loss } from "./loss.js";
import { REDUCTIONS, type Reduction, reductionOf } from "./reduction.js";

/** Options of hinge() and squaredHinge(). */
export interface HingeOptions<X> extends LossOptions<X> {
  /** Default 1. */
  margin?: number;
}

/** Options of bceWithLogits(). */
export interface BceWithLogitsOptions<X> extends LossOptions<X> {
  /** A weight for each element, repeated over the leading axes: as many as the trailing axes that it has, have. */
  weight?: Floats;
  /** A weight for what is positive, repeated likewise: one for each class. */
  posWeight?: Floats;
}

/** Options of sigmoidFocal(). */
export interface SigmoidFocalOptions<X> extends LossOptions<X> {
  /** The weight of targets 1, 1 - alpha that of targets 0; below 0: none. Default 0.25. */
  alpha?: number;
  /** How much less well classified elements count. Default 2. */
  gamma?: number;
}

const HINGE_KEYS = [...LOSS_KEYS, "margin"];
const BCE_KEYS = [...LOSS_KEYS, "weight", "posWeight"];
const FOCAL_KEYS = [...LOSS_KEYS, "alpha", "gamma"];

/** The checked arrays, which have one length, and what is called. */
function elements(
  heap: Heap,
  nameX: string,
  x: Floats,
  nameY: string,
  y: Floats,
  options: LossOptions<Floats>,
  keys: readonly string[],
): LossCall {
  floats(heap, nameX, x);
  floats(heap, nameY, y, x);
  check.options("options", options, keys);
  const reduction = reductionOf<Reduction>(options, REDUCTIONS);
  return new LossCall(x, y, shapeOf(x), x.length, reduction, options);
}

const mseOf: LossKernel = ({ kernels }, { loss, dx, x, y, dLoss }, { losses }, scale) =>
  kernels.mse(loss, dx, x, y, dLoss, losses, scale);

const hingeOf: LossKernel = ({ kernels }, { loss, dx, x, y, dLoss }, { losses, a, b }, scale) =>
  kernels.hinge(loss, dx, x, y, dLoss, losses, a, b, scale);

const bceOf: LossKernel = ({ kernels }, { loss, dx, x, y, weight, posWeight, dLoss }, { losses, a, b }, scale) =>
  kernels.bceWithLogits(loss, dx, x, y, weight, a, posWeight, b, dLoss, losses, scale);

const focalOf: LossKernel = ({ kernels }, { loss, dx, x, y, dLoss }, { losses, a, b }, scale) =>
  kernels.sigmoidFocal(loss, dx, x, y, dLoss, losses, a, b, scale);

export function mse(heap: Heap, x: Floats, target: Floats, options: LossOptions<Floats> = {}): Lost {
  const call = elements(heap, "x", x, "target", target, options, LOSS_KEYS);
  return loss(heap, call, mseOf);
}

export function hinge(heap: Heap, x: Floats, y: Floats, squared: boolean, options: HingeOptions<Floats> = {}): Lost {
  const call = elements(heap, "x", x, "y", y, options, HINGE_KEYS);
  const { margin = 1 } = options;
  check.number("margin", margin, 0, Number.MAX_VALUE);
  signs("y", y);
  call.a = margin;
  call.b = squared ? 1 : 0;
  return loss(heap, call, hingeOf);
}

export function bceWithLogits(
  heap: Heap,
  logits: Floats,
  targets: Floats,
  options: BceWithLogitsOptions<Floats> = {},
): Lost {
  const call = elements(heap, "logits", logits, "targets", targets, options, BCE_KEYS);
  call.weight = options.weight;
  call.posWeight = options.posWeight;
  call.a = repeated(heap, "weight", call.weight, call.shape);
  call.b = repeated(heap, "posWeight", call.posWeight, call.shape);
  return loss(heap, call, bceOf);
}

export function sigmoidFocal(
  heap: Heap,
  logits: Floats,
  targets: Floats,
  options: SigmoidFocalOptions<Floats> = {},
): Lost {
  const call = elements(heap, "logits", logits, "targets", targets, options, FOCAL_KEYS);
  const { alpha = 0.25, gamma = 2 } = options;
  check.number("alpha", alpha, -Number.MAX_VALUE, 1);
  check.number("gamma", gamma, 0, Number.MAX_VALUE);
  probabilities("targets", targets);
  call.a = alpha;
  call.b = gamma;
  return loss(heap, call, focalOf);
}

/** Throws RangeError for the first value that is not 1 or -1. */
function signs(name: string, values: Floats): void {
  const data = values instanceof Tensor ? values.data : values;
  for (let i = 0; i < data.length; i++) if (Math.abs(data[i]) !== 1) refuse(name, "1 or -1", data, i);
}

/** Throws RangeError for the first value outside [0, 1]. A function for each value would take V8 4 ns more for each. */
function probabilities(name: string, values: Floats): void {
  const data = values instanceof Tensor ? values.data : values;
  for (let i = 0; i < data.length; i++) {
    if (!(data[i] >= 0 && data[i] <= 1)) refuse(name, "numbers from 0 to 1", data, i);
  }
}

function refuse(name: string, expected: string, data: Float32Array, i: number): never {
  throw new RangeError(`"${name}" expected ${expected}, got ${data[i]} at ${i}`);
}

/** The length of a weight: 1, or the product of trailing sizes; of an array without a shape any part of its length. */
function repeated(heap: Heap, name: string, weight: Floats | undefined, shape: readonly number[]): number {
  if (weight === undefined) return 0;
  const n = floats(heap, name, weight).length;
  let fits = n === 1;
  for (let axis = shape.length - 1, size = 1; axis >= 0; axis--) {
    size *= shape[axis];
    fits ||= n === size;
  }
  const flat = shape.length === 1 && n > 0 && shape[0] % n === 0;
  if (!fits && !flat) {
    throw new RangeError(`"${name}" expected the size of trailing axes of [${shape}], got ${n} elements`);
  }
  sameLastAxes(name, weight, shape);
  return n;
}
