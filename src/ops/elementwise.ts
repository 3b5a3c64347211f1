// What the elementary functions and their gradients share: options, arguments, and the call of a kernel.
import * as check from "../check.js";
import type { Kernels } from "../contract.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, type ResultOf, Tensor, type TensorLike } from "../memory/tensor.js";
import { type Kernel, run } from "./rows.js";

/** What every elementary function takes. */
export interface ElementwiseOptions<X = TensorLike> {
  /** Where the result goes; may be an input. Default: a new tensor or array, as the first argument is. */
  out?: ResultOf<X>;
}

/** Options of softplus(). */
export interface SoftplusOptions<X = TensorLike> extends ElementwiseOptions<X> {
  /** Not 0. Default 1. */
  beta?: number;
}

/** Options of elu(). */
export interface EluOptions<X = TensorLike> extends ElementwiseOptions<X> {
  /** What the function tends to, with the sign turned, where x falls. Default 1. */
  alpha?: number;
}

/** Options of hardSigmoid(). */
export interface HardSigmoidOptions<X = TensorLike> extends ElementwiseOptions<X> {
  /** The slope. Default 1/6; ONNX and Keras have 0.2. */
  alpha?: number;
  /** The value at 0. Default 0.5. */
  beta?: number;
}

/** Options of hardTanh(). */
export interface HardTanhOptions<X = TensorLike> extends ElementwiseOptions<X> {
  /** The least result, rounded to float32. Default -1. */
  min?: number;
  /** The largest result, rounded to float32; above min. Default 1. */
  max?: number;
}

/** Options of leakyRelu(). */
export interface LeakyReluOptions<X = TensorLike> extends ElementwiseOptions<X> {
  /** The slope below 0, rounded to float32. Default 0.01. */
  negativeSlope?: number;
}

/** An option with its default, and whether it may be infinite. */
export type Parameter = readonly [
  key: "alpha" | "beta" | "min" | "max" | "negativeSlope",
  standard: number,
  infinite?: boolean,
];

export const SOFTPLUS: readonly Parameter[] = [["beta", 1]];
export const ELU: readonly Parameter[] = [["alpha", 1]];
export const HARD_SIGMOID: readonly Parameter[] = [
  ["alpha", 1 / 6],
  ["beta", 0.5],
];
export const HARD_TANH: readonly Parameter[] = [
  ["min", -1, true],
  ["max", 1, true],
];
export const LEAKY_RELU: readonly Parameter[] = [["negativeSlope", 0.01]];

type AnyOptions = ElementwiseOptions & Partial<Record<Parameter[0], number>>;

/** A kernel of n elements, whose parameters a and b come last. Written by its name where it is passed: see Kernel. */
export type Forward = (k: Kernels, y: number, x: number, n: number, a: number, b: number) => void;
/** The same for a gradient, with x or y of the function. */
export type Backward = (k: Kernels, dx: number, dy: number, value: number, n: number, a: number, b: number) => void;

interface Call<F> {
  call: F;
  n: number;
  values: readonly number[];
}

const forwardOf: Kernel<Call<Forward>> = (heap, y, x, _, { call, n, values }) =>
  call(heap.kernels, y, x, n, values[0], values[1]);

const backwardOf: Kernel<Call<Backward>> = (heap, dx, dy, value, { call, n, values }) =>
  call(heap.kernels, dx, dy, value, n, values[0], values[1]);

export function forward<X extends TensorLike>(
  heap: Heap,
  given: X,
  options: ElementwiseOptions<X> | undefined,
  kernel: Forward,
  parameters?: readonly Parameter[],
): ResultOf<X> {
  const [values, out] = optionsOf(options, parameters);
  const x = floats(heap, "x", given);
  const n = x.length;
  const call: Call<Forward> = { call: kernel, n, values };
  return run(heap, x, undefined, out, shapeOf(x), n, forwardOf, call) as ResultOf<X>;
}

/** dx from dy and `value`, which is x or y of the function. */
export function backward<X extends TensorLike>(
  heap: Heap,
  dGiven: X,
  of: "x" | "y",
  given: TensorLike,
  options: ElementwiseOptions<X> | undefined,
  kernel: Backward,
  parameters?: readonly Parameter[],
): ResultOf<X> {
  const [values, out] = optionsOf(options, parameters);
  const dy = floats(heap, "dy", dGiven);
  const value = floats(heap, of, given, dy);
  const n = dy.length;
  const call: Call<Backward> = { call: kernel, n, values };
  return run(heap, dy, value, out, shapeOf(dy), n, backwardOf, call) as ResultOf<X>;
}

export function shapeOf(x: Floats): readonly number[] {
  return x instanceof Tensor ? x.shape : [x.length];
}

const ONLY_OUT = ["out"];
const NONE = [0, 0];

/** The options of a function, read once, before anything else is looked at: its parameters, and `out`. */
function optionsOf(
  options: AnyOptions | undefined,
  parameters?: readonly Parameter[],
): [values: readonly number[], out: unknown] {
  const keys = parameters ? ["out", ...parameters.map(([key]) => key)] : ONLY_OUT;
  const read = check.optionsToRead<AnyOptions>("options", options, keys);
  const { out } = read;
  return [parameters ? valuesOf(read, parameters) : NONE, out];
}

function valuesOf(options: AnyOptions, parameters: readonly Parameter[]): readonly number[] {
  const values = parameters.map(([key, standard, infinite]) => {
    const most = infinite ? Number.POSITIVE_INFINITY : check.FLOAT32_MAX;
    const { [key]: value = standard } = options;
    return check.number(key, value, -most, most);
  });
  if (parameters === SOFTPLUS && values[0] === 0) {
    throw new RangeError(`"beta" expected a number that is not 0, got 0`);
  }
  if (parameters === HARD_TANH && !(Math.fround(values[0]) < Math.fround(values[1]))) {
    throw new RangeError(`"max" expected a number above min, ${values[0]}, got ${values[1]}`);
  }
  return values;
}
