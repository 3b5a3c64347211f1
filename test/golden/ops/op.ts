import type { Softcell } from "../../../src/index.js";
import type { GoldenCase, GoldenTensor } from "../manifest.js";

/** From a case to calls of the public API. */
export interface Op {
  /** The attributes that are understood; a case with another one is not supported. */
  attrs: readonly string[];
  /** The outputs by name; one that is left out is not supported yet. Throws NotSupported. */
  run(sc: Softcell, c: GoldenCase): Record<string, ArrayLike<number>>;
  /** What an element of an output is on purpose where PyTorch has NaN; undefined where it is NaN. */
  kept?(c: GoldenCase, output: string): ((element: number) => number | undefined) | undefined;
}

/** The library has no such thing yet; the message says what. */
export class NotSupported extends Error {}

export function input(c: GoldenCase, name: string): GoldenTensor {
  const tensor = c.inputs[name];
  if (!tensor) throw new Error(`the case has no input ${name}`);
  return tensor;
}

export function floats(c: GoldenCase, name: string): Float32Array {
  const { data } = input(c, name);
  if (!(data instanceof Float32Array)) throw new Error(`the input ${name} is not float32`);
  return data;
}

export function ints(c: GoldenCase, name: string): Int32Array {
  const { data } = input(c, name);
  if (!(data instanceof Int32Array)) throw new Error(`the input ${name} is not int32`);
  return data;
}

/** floats(), or undefined where the case has no such input. */
export function optional(c: GoldenCase, name: string): Float32Array | undefined {
  return c.inputs[name] && floats(c, name);
}

export const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1);

/** Where PyTorch has the classes of logits: (C) or (N, C, d...). */
export const classes = ({ shape }: GoldenTensor): { shape: readonly number[]; axis: number } => ({
  shape,
  axis: Math.min(1, shape.length - 1),
});
