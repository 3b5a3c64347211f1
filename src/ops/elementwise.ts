import * as check from "../check.js";
import type { Kernels } from "../contract.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, Tensor } from "../memory/tensor.js";
import { type Kernel, run } from "./rows.js";

type Forward = (k: Kernels, y: number, x: number, n: number, a: number, b: number) => void;
type Backward = (k: Kernels, dx: number, dy: number, value: number, n: number, a: number, b: number) => void;

// each kernel by its name, not by a name in a variable: see Kernel
const FORWARD = {
  exp: (k, y, x, n) => k.exp(y, x, n),
  expm1: (k, y, x, n) => k.expm1(y, x, n),
  log: (k, y, x, n) => k.log(y, x, n),
  log1p: (k, y, x, n) => k.log1p(y, x, n),
  sigmoid: (k, y, x, n) => k.sigmoid(y, x, n),
  logSigmoid: (k, y, x, n) => k.logSigmoid(y, x, n),
  tanh: (k, y, x, n) => k.tanh(y, x, n),
  softplus: (k, y, x, n, a) => k.softplus(y, x, n, a),
  silu: (k, y, x, n) => k.silu(y, x, n),
  elu: (k, y, x, n, a) => k.elu(y, x, n, a),
  softsign: (k, y, x, n) => k.softsign(y, x, n),
  hardSigmoid: (k, y, x, n, a, b) => k.hardSigmoid(y, x, n, a, b),
  hardTanh: (k, y, x, n, a, b) => k.hardTanh(y, x, n, a, b),
  relu: (k, y, x, n) => k.relu(y, x, n),
  leakyRelu: (k, y, x, n, a) => k.leakyRelu(y, x, n, a),
} satisfies Record<string, Forward>;

export type Elementwise = keyof typeof FORWARD;

const BACKWARD: Readonly<Record<Elementwise, Backward>> = {
  exp: (k, dx, dy, y, n) => k.expBackward(dx, dy, y, n),
  expm1: (k, dx, dy, x, n) => k.expm1Backward(dx, dy, x, n),
  log: (k, dx, dy, x, n) => k.logBackward(dx, dy, x, n),
  log1p: (k, dx, dy, x, n) => k.log1pBackward(dx, dy, x, n),
  sigmoid: (k, dx, dy, y, n) => k.sigmoidBackward(dx, dy, y, n),
  logSigmoid: (k, dx, dy, x, n) => k.logSigmoidBackward(dx, dy, x, n),
  tanh: (k, dx, dy, y, n) => k.tanhBackward(dx, dy, y, n),
  softplus: (k, dx, dy, x, n, a) => k.softplusBackward(dx, dy, x, n, a),
  silu: (k, dx, dy, x, n) => k.siluBackward(dx, dy, x, n),
  elu: (k, dx, dy, x, n, a) => k.eluBackward(dx, dy, x, n, a),
  softsign: (k, dx, dy, x, n) => k.softsignBackward(dx, dy, x, n),
  hardSigmoid: (k, dx, dy, x, n, a, b) => k.hardSigmoidBackward(dx, dy, x, n, a, b),
  hardTanh: (k, dx, dy, x, n, a, b) => k.hardTanhBackward(dx, dy, x, n, a, b),
  relu: (k, dx, dy, y, n) => k.reluBackward(dx, dy, y, n),
  leakyRelu: (k, dx, dy, x, n, a) => k.leakyReluBackward(dx, dy, x, n, a),
};

/** An option with its default, and whether it may be infinite. */
type Parameter = readonly [
  key: "alpha" | "beta" | "min" | "max" | "negativeSlope",
  standard: number,
  infinite?: boolean,
];

/** What kernels take behind the size. */
const PARAMETERS: Partial<Record<Elementwise, readonly Parameter[]>> = {
  softplus: [["beta", 1]],
  elu: [["alpha", 1]],
  hardSigmoid: [
    ["alpha", 1 / 6],
    ["beta", 0.5],
  ],
  hardTanh: [
    ["min", -1, true],
    ["max", 1, true],
  ],
  leakyRelu: [["negativeSlope", 0.01]],
};

const ONLY_OUT = ["out"];
const NONE = [0, 0];

/** What every elementary function takes. */
export interface ElementwiseOptions<X> {
  /** Where the result goes; may be an input. Default: a new tensor or array, as the first argument is. */
  out?: X;
}

/** Options of softplus(). */
export interface SoftplusOptions<X> extends ElementwiseOptions<X> {
  /** Not 0. Default 1. */
  beta?: number;
}

/** Options of elu(). */
export interface EluOptions<X> extends ElementwiseOptions<X> {
  /** Default 1. */
  alpha?: number;
}

/** Options of hardSigmoid(). */
export interface HardSigmoidOptions<X> extends ElementwiseOptions<X> {
  /** Default 1/6; ONNX and Keras have 0.2. */
  alpha?: number;
  /** Default 0.5. */
  beta?: number;
}

/** Options of hardTanh(). */
export interface HardTanhOptions<X> extends ElementwiseOptions<X> {
  /** Rounded to float32. Default -1. */
  min?: number;
  /** Rounded to float32; above min. Default 1. */
  max?: number;
}

/** Options of leakyRelu(). */
export interface LeakyReluOptions<X> extends ElementwiseOptions<X> {
  /** Rounded to float32. Default 0.01. */
  negativeSlope?: number;
}

type AnyOptions = ElementwiseOptions<Floats> & Partial<Record<Parameter[0], number>>;
interface Call<F> {
  call: F;
  n: number;
  values: readonly number[];
}

const forward: Kernel<Call<Forward>> = (heap, y, x, _, { call, n, values }) =>
  call(heap.kernels, y, x, n, values[0], values[1]);

const backward: Kernel<Call<Backward>> = (heap, dx, dy, value, { call, n, values }) =>
  call(heap.kernels, dx, dy, value, n, values[0], values[1]);

export function elementwise(heap: Heap, name: Elementwise, x: Floats, options: AnyOptions = {}): Floats {
  floats(heap, "x", x);
  const n = x.length;
  const call: Call<Forward> = { call: FORWARD[name], n, values: parameters(name, options) };
  return run(heap, x, undefined, options.out, shapeOf(x), n, forward, call);
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
  const n = dy.length;
  const call: Call<Backward> = { call: BACKWARD[name], n, values: parameters(name, options) };
  return run(heap, dy, value, options.out, shapeOf(dy), n, backward, call);
}

export function shapeOf(x: Floats): readonly number[] {
  return x instanceof Tensor ? x.shape : [x.length];
}

function parameters(name: Elementwise, options: AnyOptions): readonly number[] {
  const known = PARAMETERS[name];
  check.options("options", options, known ? ["out", ...known.map(([key]) => key)] : ONLY_OUT);
  if (!known) return NONE;
  const values = known.map(([key, standard, infinite]) => {
    const most = infinite ? Number.POSITIVE_INFINITY : check.FLOAT32_MAX;
    return check.number(key, options[key] === undefined ? standard : options[key], -most, most);
  });
  if (name === "softplus" && values[0] === 0) throw new RangeError(`"beta" expected a number that is not 0, got 0`);
  if (name === "hardTanh" && !(Math.fround(values[0]) < Math.fround(values[1]))) {
    throw new RangeError(`"max" expected a number above min, ${values[0]}, got ${values[1]}`);
  }
  return values;
}
