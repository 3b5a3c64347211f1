// Initial values of parameters: + - x / and sqrt only, so that a seed gives the same ones on every engine.
import * as check from "../check.js";
import { layersOf } from "../layers/layer.js";
import type { Heap } from "../memory/heap.js";
import type { Random } from "./random.js";

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

/** A checked target. */
interface Target {
  data: Float32Array;
  shape: readonly number[];
}

export function targetOf(heap: Heap, target: unknown): Target {
  heap.alive();
  if (target instanceof Float32Array) {
    return { data: check.float32Array("target", target), shape: [target.length] };
  }
  if (typeof target !== "object" || target === null || !("shape" in target) || !("data" in target)) {
    throw new TypeError(`"target" expected Float32Array or data with a shape, got ${check.show(target)}`);
  }
  const shape = check.shapeOf("target.shape", target.shape);
  const data = check.float32Array("target.data", target.data);
  return { data: check.lengthOf("target.data", data, check.product(shape)), shape };
}

export const finite = (name: string, value: unknown): number =>
  check.number(name, value, -check.FLOAT32_MAX, check.FLOAT32_MAX);

export const atLeast0 = (name: string, value: unknown): number => check.number(name, value, 0, check.FLOAT32_MAX);

export function fillUniform({ data }: Target, random: Random, low: number, high: number): void {
  for (let i = 0; i < data.length; i++) data[i] = low + (high - low) * random.uniform();
}

export function fillNormal({ data }: Target, random: Random, mean: number, std: number): void {
  for (let i = 0; i < data.length; i++) data[i] = mean + std * random.normal();
}

export function twoAxes(shape: readonly number[]): void {
  if (shape.length < 2) throw new RangeError(`"target" expected at least two axes, got shape [${shape}]`);
}

/** Inputs and outputs of each element, as torch.nn.init counts them: [out, in, ...], the further axes for both. */
export function fans(shape: readonly number[]): [fanIn: number, fanOut: number] {
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
export function fillOrthogonal({ data, shape }: Target, random: Random, gain: number): void {
  const rows = shape[0];
  const cols = check.product(shape.slice(1));
  const [count, length] = [Math.min(rows, cols), Math.max(rows, cols)];
  const [along, across] = rows <= cols ? [1, cols] : [cols, 1];
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const v = Float64Array.from({ length }, () => random.normal());
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

/** The biases of the forget gates of an LSTM or a cell of it, which are two for each, to `value` together. */
export function fillForgetBias(heap: Heap, lstm: unknown, value: number): void {
  const [{ parameters }] = layersOf(heap, "lstm", [lstm]);
  finite("value", value);
  const biases = Object.entries(parameters.byName).filter(([name]) => /^bias_[ih]h/.test(name));
  if (biases.length === 0) throw new TypeError(`"lstm" expected an LSTM with biases, got a layer without`);
  for (const [name, { data, length }] of biases) {
    data.fill(name.startsWith("bias_ih") ? value : 0, length / 4, length / 2);
  }
}
