// Initial values of parameters: + - x / and sqrt only, so that a seed gives the same ones on every engine.
import { kindOf } from "../arrays.js";
import * as check from "../check.js";
import { layersOf } from "../layers/layer.js";
import type { LstmCell } from "../layers/lstm/cell.js";
import type { Lstm } from "../layers/lstm/lstm.js";
import { heapOf, randomOf, type Softcell } from "../memory/softcell.js";
import { normal, type Random } from "../random.js";

/** What is filled: a parameter, a tensor, an entry of a state dict, or an array, whose shape is [length]. */
export type Fillable = Float32Array | { readonly data: Float32Array; readonly shape: readonly number[] };

/** Where the random numbers come from. */
export interface SeedOptions {
  /** Default: the generator of the instance goes on. */
  seed?: number;
}

/** Options of fillUniform(). */
export interface UniformOptions extends SeedOptions {
  /** Default 0. */
  low?: number;
  /** Default 1. */
  high?: number;
}

/** Options of fillNormal(). */
export interface NormalOptions extends SeedOptions {
  /** Default 0. */
  mean?: number;
  /** Default 1. */
  std?: number;
}

/** Options of fillXavierUniform(), fillXavierNormal() and fillOrthogonal(). */
export interface GainOptions extends SeedOptions {
  /** A factor. Default 1. */
  gain?: number;
}

/** Options of fillKaimingUniform(). */
export interface KaimingOptions extends SeedOptions {
  /** Of the leaky relu that follows, 0 for relu. Default 0. */
  negativeSlope?: number;
  /** Which side keeps its variance: the forward pass by "fanIn", the backward pass by "fanOut". Default "fanIn". */
  mode?: "fanIn" | "fanOut";
}

/**
 * Fills a target with numbers that are uniform in [low, high): a parameter, a tensor, an entry of a state dict or an
 * array. The numbers are not those of torch.nn.init, but the same ones on every engine and backend. Throws TypeError
 * for a wrong kind, and RangeError for a wrong value or a shape that does not fit; nothing is written then.
 *
 * @example
 * const weight = new Float32Array(4);
 * fillUniform(sc, weight, { low: -0.1, high: 0.1, seed: 1 });
 * weight; // -0.0817, 0.0012, 0.0776, -0.0025
 */
export function fillUniform(sc: Softcell, target: Fillable, options?: UniformOptions): void {
  const { low = 0, high = 1, seed } = check.options("options", options, ["low", "high", "seed"]);
  const checked = targetOf(sc, target);
  finite("low", low);
  check.number("high", high, low, check.FLOAT32_MAX);
  fillWithUniform(checked, randomOf(sc, seed), low, high);
}

/**
 * Normal: mean + std times a standard normal in float64 (Karney 2016, arXiv 1303.6257), rounded once. Throws TypeError
 * for a wrong kind, and RangeError for a wrong value or a shape that does not fit; nothing is written then.
 *
 * @example
 * const weight = new Float32Array(4);
 * fillNormal(sc, weight, { std: 0.02, seed: 1 });
 * weight; // -0.0418, -0.0158, 0.0085, -0.0049
 */
export function fillNormal(sc: Softcell, target: Fillable, options?: NormalOptions): void {
  const { mean = 0, std = 1, seed } = check.options("options", options, ["mean", "std", "seed"]);
  const checked = targetOf(sc, target);
  finite("mean", mean);
  check.number("std", std, 0, check.FLOAT32_MAX);
  fillWithNormal(checked, randomOf(sc, seed), mean, std);
}

/**
 * Sets every element to `value`. Throws TypeError for a wrong kind, and RangeError for a wrong value or a shape that
 * does not fit; nothing is written then.
 *
 * @example
 * const weight = new Float32Array(4);
 * fillConstant(sc, weight, 0.5);
 * weight; // 0.5, 0.5, 0.5, 0.5
 */
export function fillConstant(sc: Softcell, target: Fillable, value: number): void {
  const { data } = targetOf(sc, target);
  data.fill(finite("value", value));
}

/**
 * Sets every element to 0. Throws TypeError for a wrong kind, and RangeError for a wrong value or a shape that does not
 * fit; nothing is written then.
 *
 * @example
 * const { weight } = linear(sc, { inFeatures: 2, outFeatures: 2 }).params;
 * fillZeros(sc, weight);
 * weight.data; // 0, 0, 0, 0
 */
export function fillZeros(sc: Softcell, target: Fillable): void {
  targetOf(sc, target).data.fill(0);
}

/**
 * Uniform in +-gain sqrt(6 / (fanIn + fanOut)) (Glorot and Bengio 2010); at least two axes, [out, in, ...]. Throws
 * TypeError for a wrong kind, and RangeError for a wrong value or a shape that does not fit; nothing is written then.
 *
 * @example
 * const { weight } = linear(sc, { inFeatures: 2, outFeatures: 2 }).params;
 * fillXavierUniform(sc, weight, { seed: 1 });
 * weight.data; // -1.0004, 0.0152, 0.9509, -0.0312
 */
export function fillXavierUniform(sc: Softcell, target: Fillable, options?: GainOptions): void {
  const { checked, gain, random } = withGain(sc, target, options);
  const [fanIn, fanOut] = fans(checked.shape);
  const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
  fillWithUniform(checked, random, -bound, bound);
}

/**
 * Normal with the deviation gain sqrt(2 / (fanIn + fanOut)) (Glorot and Bengio 2010); at least two axes, [out, in,
 * ...]. Throws TypeError for a wrong kind, and RangeError for a wrong value or a shape that does not fit; nothing is
 * written then.
 *
 * @example
 * const { weight } = linear(sc, { inFeatures: 2, outFeatures: 2 }).params;
 * fillXavierNormal(sc, weight, { seed: 1 });
 * weight.data; // -1.4772, -0.5602, 0.2993, -0.1742
 */
export function fillXavierNormal(sc: Softcell, target: Fillable, options?: GainOptions): void {
  const { checked, gain, random } = withGain(sc, target, options);
  const [fanIn, fanOut] = fans(checked.shape);
  fillWithNormal(checked, random, 0, gain * Math.sqrt(2 / (fanIn + fanOut)));
}

/**
 * Uniform in +-sqrt(6 / ((1 + negativeSlope^2) fan)) (He et al. 2015, arXiv 1502.01852), for what relu or leaky relu
 * follows; at least two axes, [out, in, ...]. Throws TypeError for a wrong kind, and RangeError for a wrong value or a
 * shape that does not fit; nothing is written then.
 *
 * @example
 * const { weight } = linear(sc, { inFeatures: 2, outFeatures: 2 }).params;
 * fillKaimingUniform(sc, weight, { seed: 1 });
 * weight.data; // -1.4148, 0.0215, 1.3447, -0.0441
 */
export function fillKaimingUniform(sc: Softcell, target: Fillable, options?: KaimingOptions): void {
  const read = check.options("options", options, ["negativeSlope", "mode", "seed"]);
  const { negativeSlope = 0, mode = "fanIn", seed } = read;
  const checked = targetOf(sc, target);
  finite("negativeSlope", negativeSlope);
  check.oneOf("mode", mode, ["fanIn", "fanOut"]);
  const [fanIn, fanOut] = fans(checked.shape);
  const fan = mode === "fanIn" ? fanIn : fanOut;
  const bound = Math.sqrt(6 / ((1 + negativeSlope * negativeSlope) * fan));
  fillWithUniform(checked, randomOf(sc, seed), -bound, bound);
}

/**
 * Orthonormal rows, or columns where there are fewer of them, times gain (Saxe et al. 2013, arXiv 1312.6120), all such
 * matrices equally likely; at least two axes, the further ones joined to the columns. Throws TypeError for a wrong
 * kind, and RangeError for a wrong value or a shape that does not fit; nothing is written then.
 *
 * @example
 * const { weight } = linear(sc, { inFeatures: 2, outFeatures: 2 }).params;
 * fillOrthogonal(sc, weight, { seed: 1 });
 * weight.data; // -0.935, -0.3546, 0.3546, -0.935
 */
export function fillOrthogonal(sc: Softcell, target: Fillable, options?: GainOptions): void {
  const { checked, gain, random } = withGain(sc, target, options);
  orthogonal(checked, random, gain);
}

/**
 * The biases of all forget gates of an LSTM, or of a cell, to `value`, 1 by default, so that it remembers at first
 * (Jozefowicz et al. 2015): that in bias_ih, and 0 in bias_hh. Throws TypeError for a wrong kind, and RangeError for a
 * wrong value or a shape that does not fit; nothing is written then.
 *
 * @example
 * const layer = lstm(sc, { inputSize: 2, hiddenSize: 1 });
 * fillForgetBias(sc, layer);
 * layer.params.bias_ih_l0.data[1]; // 1
 */
export function fillForgetBias(sc: Softcell, lstm: Lstm | LstmCell, value = 1): void {
  const [{ parameters }] = layersOf(heapOf(sc), "lstm", [lstm]);
  finite("value", value);
  const biases = Object.entries(parameters.byName).filter(([name]) => /^bias_[ih]h/.test(name));
  if (biases.length === 0) throw new TypeError(`"lstm" expected an LSTM with biases, got a layer without`);
  for (const [name, { data, length }] of biases) {
    data.fill(name.startsWith("bias_ih") ? value : 0, length / 4, length / 2);
  }
}

/** A checked target. */
interface Target {
  data: Float32Array;
  shape: readonly number[];
}

function targetOf(sc: Softcell, target: unknown): Target {
  heapOf(sc).alive();
  if (kindOf(target) === "Float32Array") {
    const data = check.float32Array("target", target);
    return { data, shape: [data.length] };
  }
  if (typeof target !== "object" || target === null || !("shape" in target) || !("data" in target)) {
    throw new TypeError(`"target" expected Float32Array or data with a shape, got ${check.show(target)}`);
  }
  const shape = check.shapeOf("target.shape", target.shape);
  const data = check.float32Array("target.data", target.data);
  return { data: check.lengthOf("target.data", data, check.product(shape)), shape };
}

const finite = (name: string, value: unknown): number =>
  check.number(name, value, -check.FLOAT32_MAX, check.FLOAT32_MAX);

function fillWithUniform({ data }: Target, random: Random, low: number, high: number): void {
  for (let i = 0; i < data.length; i++) data[i] = low + (high - low) * random.uniform();
}

function fillWithNormal({ data }: Target, random: Random, mean: number, std: number): void {
  for (let i = 0; i < data.length; i++) data[i] = mean + std * normal(random);
}

function twoAxes(shape: readonly number[]): void {
  if (shape.length < 2) throw new RangeError(`"target" expected at least two axes, got shape [${shape}]`);
}

/** Inputs and outputs of each element, as torch.nn.init counts them: [out, in, ...], the further axes for both. */
function fans(shape: readonly number[]): [fanIn: number, fanOut: number] {
  twoAxes(shape);
  const [out, inputs, ...field] = shape;
  const size = check.product(field);
  return [inputs * size, out * size];
}

/**
 * Orthonormal rows, or columns where there are fewer of them, times gain; the further axes belong to the columns. By
 * Gram and Schmidt in float64, each vector twice, from normal numbers: uniform among all such matrices (Mezzadri 2007,
 * arXiv math-ph/0609050).
 */
function orthogonal({ data, shape }: Target, random: Random, gain: number): void {
  const rows = shape[0];
  const cols = check.product(shape.slice(1));
  const [count, length] = [Math.min(rows, cols), Math.max(rows, cols)];
  const [along, across] = rows <= cols ? [1, cols] : [cols, 1];
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const v = Float64Array.from({ length }, () => normal(random));
    const before = dot(v, v);
    for (const q of [...vectors, ...vectors]) {
      const part = dot(q, v);
      for (let i = 0; i < length; i++) v[i] -= part * q[i];
    }
    const left = dot(v, v);
    // what is all but a sum of the others says nothing
    if (left <= 1e-12 * before) continue;
    const norm = Math.sqrt(left);
    for (let i = 0; i < length; i++) v[i] /= norm;
    const at = vectors.length * across;
    for (let i = 0; i < length; i++) data[at + i * along] = gain * v[i];
    vectors.push(v);
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function withGain(sc: Softcell, target: Fillable, options: GainOptions | undefined) {
  const { gain = 1, seed } = check.options("options", options, ["gain", "seed"]);
  const checked = targetOf(sc, target);
  finite("gain", gain);
  twoAxes(checked.shape);
  return { checked, gain, random: randomOf(sc, seed) };
}
