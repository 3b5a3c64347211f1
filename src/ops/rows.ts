import * as check from "../check.js";
import { padded } from "../memory/block.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, outOf, pointerOf, resultTensor, sameAxes, Tensor } from "../memory/tensor.js";

/** How the rows of an array lie. */
export interface RowOptions {
  /** Columns of a matrix given as a flat array. Of a tensor of several axes: the size of the last one. */
  cols?: number;
  /** The shape of an array; a tensor has one. Default: one row. */
  shape?: readonly number[];
  /** The axis along which the function works; a negative one counts from the end. Default -1. */
  axis?: number;
  /** Divides x. Default 1. Negative ones too; the size is between 2^-128 and 2^150, or infinite. */
  temperature?: number;
}

const ROW_KEYS = ["cols", "shape", "axis", "temperature", "out"];

/** Checked rows: `cols` elements along the axis, for all the other indices; `inner` of those lie behind the axis. */
export interface Rows {
  rows: number;
  cols: number;
  inner: number;
  shape: readonly number[];
  axis: number;
  /** 1 / temperature. */
  beta: number;
}

/** `keys` are the options that are known. */
export function matrix(name: string, x: Floats, options: RowOptions, keys: readonly string[] = ROW_KEYS): Rows {
  check.options("options", options, keys);
  const { cols, shape, axis = -1, temperature } = options;
  const beta = temperature === undefined ? 1 : betaOf(temperature);
  const own = x instanceof Tensor ? x.shape : undefined;
  // what most calls are, without the calls below: 30 ns
  if (cols === undefined && shape === undefined && axis === -1 && (own === undefined || own.length === 1)) {
    return { rows: 1, cols: x.length, inner: 1, shape: own ?? [x.length], axis: 0, beta };
  }
  return alongAxis(rowShape(name, x, "cols", cols, shape), axis, beta);
}

/** The rows of a shape along an axis. Throws RangeError for an axis that it has not. */
export function alongAxis(shape: readonly number[], axis: number, beta = 1): Rows {
  const axes = shape.length;
  const at = check.integer("axis", axis, -axes, axes - 1) + (axis < 0 ? axes : 0);
  let inner = 1;
  for (let i = at + 1; i < axes; i++) inner *= shape[i];
  let rows = inner;
  for (let i = 0; i < at; i++) rows *= shape[i];
  return { rows, cols: shape[at], inner, shape, axis: at, beta };
}

/** The place of the first element of a row; the next ones follow at a distance of `inner`. */
export function rowStart({ cols, inner }: Rows, row: number): number {
  return (row - (row % inner)) * cols + (row % inner);
}

/** The shape of x: as given, its own if it has several axes, or by its columns, the option `key`; never empty. */
export function rowShape(
  name: string,
  x: Floats,
  key: string,
  cols: number | undefined,
  shape: readonly number[] | undefined,
): readonly number[] {
  if (cols !== undefined) check.integer(key, cols, 0);
  if (shape !== undefined) {
    check.shapeOf("shape", shape);
    if (shape.length === 0) throw new RangeError(`"shape" expected at least one axis, got []`);
    if (cols !== undefined && cols !== shape[shape.length - 1]) {
      throw new RangeError(`"${key}" expected ${shape[shape.length - 1]}, the last of shape, got ${cols}`);
    }
    if (check.product(shape) !== x.length) {
      throw new RangeError(`"${name}" expected ${check.product(shape)} elements for shape [${shape}], got ${x.length}`);
    }
    return shape;
  }
  const own = x instanceof Tensor && x.shape.length > 0 ? x.shape : [x.length];
  if (own.length > 1) {
    const last = own[own.length - 1];
    if (cols === undefined || cols === last) return own;
    throw new RangeError(`"${key}" expected ${last}, the last axis of [${own}], got ${cols}`);
  }
  if (cols !== undefined) {
    if (cols === 0 ? x.length > 0 : x.length % cols !== 0) {
      throw new RangeError(`"${name}" expected a multiple of ${cols} elements, got ${x.length}`);
    }
    return [cols === 0 ? 0 : x.length / cols, cols];
  }
  return own;
}

/** 1 / temperature, which kernels take as a float64; of a size that float32 has, and 0 for an infinite temperature only. */
function betaOf(temperature: number): number {
  if (typeof temperature !== "number") {
    throw new TypeError(`"temperature" expected a number, got ${check.show(temperature)}`);
  }
  const beta = 1 / temperature;
  const rounded = Math.fround(beta);
  if (!Number.isFinite(rounded) || (rounded === 0 && Number.isFinite(temperature))) {
    throw new RangeError(
      `"temperature" expected a number between 2^-128 and 2^150 or their negatives, got ${temperature}`,
    );
  }
  return beta;
}

/**
 * Refuses an output that overlaps an input without being the same, which a kernel would half overwrite; or also the
 * same, which may not be read again. Pointers < 0 are arrays elsewhere; lengths in elements.
 */
export function refuseOverlap(out: number, outLength: number, x: number, length: number, orSame = false): void {
  if (out < 0 || x < 0 || (!orSame && out === x && outLength === length)) return;
  if (out < x + 4 * length && x < out + 4 * outLength) {
    throw new RangeError(`"out" expected to be an input or apart from it, got one that overlaps an input`);
  }
}

/**
 * What run() calls: with pointers, what it was given for it, and the place of the spare bytes. Best a constant function
 * that names its kernel, which V8 then calls directly: through a variable a kernel takes 15 ns more.
 */
export type Kernel<C> = (heap: Heap, out: number, x: number, x2: number, call: C, spare: number) => void;

/**
 * Runs a kernel with one output and one or two inputs, wherever they lie: foreign arrays go through one scratch, which
 * has `spare` bytes more for the kernel. The result is `out`, or a new tensor of the shape or a new array, as x is.
 * Callers write the kernel where they pass it: bundlers that keep the names of functions make a named one cost 0.3 us.
 */
export function run<C>(
  heap: Heap,
  x: Floats,
  x2: Floats | undefined,
  out: unknown,
  shape: readonly number[],
  length: number,
  kernel: Kernel<C>,
  call: C,
  spare = 0,
): Floats {
  const target = outOf(heap, out, length);
  if (target !== undefined && target !== x) sameAxes("out", target, shape);
  // a view on our memory is detached if the memory grows: its length is read and it is located before
  const n = x.length;
  const n2 = x2 === undefined ? 0 : x2.length;
  let from = pointerOf(heap, x);
  let from2 = x2 === undefined ? 0 : pointerOf(heap, x2);
  let to = target === undefined ? -1 : pointerOf(heap, target);
  refuseOverlap(to, length, from, n);
  if (x2 !== undefined) refuseOverlap(to, length, from2, n2);
  const owned = target === undefined && x instanceof Tensor;
  const foreign = to < 0 && !owned;
  // a kernel may work in place, if the sizes are the same
  const at = foreign && (from >= 0 || n !== length) ? padded(length) : 0;
  const at2 = at + (from < 0 ? padded(n) : 0);
  const used = at2 + (from2 < 0 ? padded(n2) : 0);
  const place = heap.scratch(used + spare);
  const tensor = owned ? resultTensor(heap, shape, x, x2) : undefined;
  if (tensor) to = tensor.pointer;
  else if (foreign) to = place;
  if (from < 0) {
    from = place + at;
    heap.f32.set(x as Float32Array, from >>> 2);
  }
  if (from2 < 0) {
    from2 = place + at2;
    heap.f32.set(x2 as Float32Array, from2 >>> 2);
  }
  // a kernel may go through millions of empty rows
  if (n > 0 || length > 0) kernel(heap, to, from, from2, call, place + used);
  if (tensor) return tensor;
  return foreign ? copyOut(heap, to, length, out) : livingOut(heap, to, length, out);
}

/** What lies at a place in scratch, in `out` or a new array. */
export function copyOut(heap: Heap, at: number, length: number, out: unknown): Float32Array {
  const view = heap.view(at, length);
  // of a view, since then V8 does not write zeros first
  if (out === undefined) return new Float32Array(view);
  (out as Float32Array).set(view);
  return out as Float32Array;
}

/** `out`, which lies in the memory; or, where that has grown and detached it, the view that it would be now. */
export function livingOut(heap: Heap, at: number, length: number, out: unknown): Floats {
  if (out instanceof Tensor || (out as Float32Array).length === length) return out as Floats;
  return new Float32Array(heap.buffer, at, length);
}
