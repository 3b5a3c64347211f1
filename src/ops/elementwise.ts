import * as check from "../check.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, Tensor } from "../memory/tensor.js";
import { run } from "./rows.js";

const FLOAT32_MAX = 3.4028234663852886e38;

/** An option with its default, and whether it may be infinite. */
type Parameter = readonly [
  key: "alpha" | "beta" | "min" | "max" | "negativeSlope",
  standard: number,
  infinite?: boolean,
];

/** The functions, and what their kernels take behind the size. */
const PARAMETERS = {
  exp: [],
  expm1: [],
  log: [],
  log1p: [],
  sigmoid: [],
  logSigmoid: [],
  tanh: [],
  softplus: [["beta", 1]],
  silu: [],
  elu: [["alpha", 1]],
  softsign: [],
  hardSigmoid: [
    ["alpha", 1 / 6],
    ["beta", 0.5],
  ],
  hardTanh: [
    ["min", -1, true],
    ["max", 1, true],
  ],
  relu: [],
  leakyRelu: [["negativeSlope", 0.01]],
} as const satisfies Record<string, readonly Parameter[]>;

export type Elementwise = keyof typeof PARAMETERS;

export interface ElementwiseOptions<X> {
  /** Where the result goes; may be an input. Default: a new tensor or array, as the first argument is. */
  out?: X;
}

export interface SoftplusOptions<X> extends ElementwiseOptions<X> {
  /** Not 0. Default 1. */
  beta?: number;
}

export interface EluOptions<X> extends ElementwiseOptions<X> {
  /** Default 1. */
  alpha?: number;
}

export interface HardSigmoidOptions<X> extends ElementwiseOptions<X> {
  /** Default 1/6; ONNX and Keras have 0.2. */
  alpha?: number;
  /** Default 0.5. */
  beta?: number;
}

export interface HardTanhOptions<X> extends ElementwiseOptions<X> {
  /** Rounded to float32. Default -1. */
  min?: number;
  /** Rounded to float32; above min. Default 1. */
  max?: number;
}

export interface LeakyReluOptions<X> extends ElementwiseOptions<X> {
  /** Rounded to float32. Default 0.01. */
  negativeSlope?: number;
}

type AnyOptions = ElementwiseOptions<Floats> & Partial<Record<Parameter[0], number>>;
type Kernel = (...args: number[]) => void;

export function elementwise(heap: Heap, name: Elementwise, x: Floats, options: AnyOptions = {}): Floats {
  floats(heap, "x", x);
  const [a, b] = parameters(name, options);
  const n = x.length;
  const kernel = heap.kernels[name] as Kernel;
  return run(heap, x, undefined, options.out, shapeOf(x), n, (y, from) => kernel(y, from, n, a, b));
}

/** dx from dy and `value`, which is x or y. */
export function elementwiseBackward(
  heap: Heap,
  name: Elementwise,
  dy: Floats,
  of: "x" | "y",
  value: Floats,
  options: AnyOptions = {},
): Floats {
  floats(heap, "dy", dy);
  floats(heap, of, value, dy);
  const [a, b] = parameters(name, options);
  const n = dy.length;
  const kernel = heap.kernels[`${name}Backward`] as Kernel;
  return run(heap, dy, value, options.out, shapeOf(dy), n, (dx, from, at) => kernel(dx, from, at, n, a, b));
}

export function shapeOf(x: Floats): readonly number[] {
  return x instanceof Tensor ? x.shape : [x.length];
}

function parameters(name: Elementwise, options: AnyOptions): number[] {
  const known: readonly Parameter[] = PARAMETERS[name];
  check.options("options", options, ["out", ...known.map(([key]) => key)]);
  const values = known.map(([key, standard, infinite]) => {
    const most = infinite ? Number.POSITIVE_INFINITY : FLOAT32_MAX;
    return check.number(key, options[key] === undefined ? standard : options[key], -most, most);
  });
  if (name === "softplus" && values[0] === 0) throw new RangeError(`"beta" expected a number that is not 0, got 0`);
  if (name === "hardTanh" && !(Math.fround(values[0]) < Math.fround(values[1]))) {
    throw new RangeError(`"max" expected a number above min, ${values[0]}, got ${values[1]}`);
  }
  return values;
}
