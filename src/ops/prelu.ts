import * as check from "../check.js";
import { place, total } from "../memory/block.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, locate, pointerOf, Tensor } from "../memory/tensor.js";
import { shapeOf } from "./elementwise.js";
import { type Kernel, refuseOverlap, run } from "./rows.js";

/** Options of prelu(). */
export interface PreluOptions<X> {
  /** [N, C, ...] where the weight has an element for each channel. Default: the shape of a tensor that is given. */
  shape?: readonly number[];
  /** Where y or dx goes; may be dy or x. Default: a new tensor or array, as the first argument is. */
  out?: X;
}

/** What preluBackward() returns. */
export interface PreluGradients<X> {
  /** As dy is, or `out`. */
  dx: X;
  /** A new array. */
  dweight: Float32Array;
}

/** How x lies: [N][C][inner]. */
interface Channels {
  shape: readonly number[];
  N: number;
  C: number;
  inner: number;
}

const preluOf: Kernel<Channels> = ({ kernels }, y, x, weight, { N, C, inner }) =>
  kernels.prelu(y, x, weight, N, C, inner);

export function prelu(heap: Heap, x: Floats, weight: Floats, options: PreluOptions<Floats> = {}): Floats {
  floats(heap, "x", x);
  floats(heap, "weight", weight);
  const call = channels(x, weight.length, options);
  const { out } = options;
  if (out !== undefined)
    refuseWeight(pointerOf(heap, floats(heap, "out", out)), out.length, pointerOf(heap, weight), call.C);
  return run(heap, x, weight, options.out, call.shape, x.length, preluOf, call);
}

export function preluBackward(
  heap: Heap,
  dy: Floats,
  x: Floats,
  weight: Floats,
  options: PreluOptions<Floats> = {},
): PreluGradients<Floats> {
  floats(heap, "x", x);
  floats(heap, "dy", dy, x);
  floats(heap, "weight", weight);
  const { shape, N, C, inner } = channels(dy instanceof Tensor ? dy : x, weight.length, options);
  const { out } = options;
  const n = x.length;
  if (out !== undefined) floats(heap, "out", out, dy);
  const [d, v, w, y] = [dy, x, weight, out].map((a) => (a === undefined ? -1 : pointerOf(heap, a)));
  refuseOverlap(y, n, d, n);
  refuseOverlap(y, n, v, n);
  if (out !== undefined) refuseWeight(y, n, w, C);
  // a foreign dy is worked on in place in the scratch
  const sizes = { dx: n, x: n, weight: C, dweight: C };
  const at = place(heap.scratch(4 * total(sizes)), sizes);
  const owned = out === undefined && dy instanceof Tensor ? new Tensor(heap, shape) : out;
  const to = owned instanceof Tensor ? owned.pointer : y >= 0 ? y : at.dx;
  const from = locate(heap, dy, d, at.dx);
  const [xAt, weightAt] = [locate(heap, x, v, at.x), locate(heap, weight, w, at.weight)];
  heap.kernels.preluBackward(to, at.dweight, from, xAt, weightAt, N, C, inner);
  const dx = owned ?? new Float32Array(n);
  if (to === at.dx) (dx as Float32Array).set(heap.f32.subarray(to >>> 2, (to >>> 2) + n));
  return { dx, dweight: heap.f32.slice(at.dweight >>> 2, (at.dweight >>> 2) + C) };
}

/** One channel, or as many as the weight has elements. */
function channels(x: Floats, C: number, options: PreluOptions<Floats>): Channels {
  check.options("options", options, ["shape", "out"]);
  const shape = options.shape === undefined ? shapeOf(x) : check.shapeOf("shape", options.shape);
  if (check.product(shape) !== x.length) {
    throw new RangeError(`"x" expected ${check.product(shape)} elements for shape [${shape}], got ${x.length}`);
  }
  if (C === 1) return { shape, N: 1, C, inner: x.length };
  const axis = shape.length > 1 ? shape[1] : 1;
  if (C !== axis) {
    const expected = axis === 1 ? "1 element" : `1 element or ${axis}, one for each channel`;
    throw new RangeError(`"weight" expected ${expected}, got ${C}`);
  }
  return { shape, N: shape[0], C, inner: check.product(shape.slice(2)) };
}

/** Not even the same array: it is read again after the first elements are written. */
function refuseWeight(out: number, length: number, weight: number, C: number): void {
  if (out >= 0 && weight >= 0 && out < weight + 4 * C && weight < out + 4 * length) {
    throw new RangeError(`"out" expected to be apart from weight, got one that overlaps it`);
  }
}
