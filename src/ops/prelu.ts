import { PIECEWISE } from "../backend/parts.js";
import * as check from "../check.js";
import { Places } from "../memory/places.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import {
  type Floats,
  floats,
  outOf,
  pointerOf,
  type ResultOf,
  resultTensor,
  Tensor,
  type TensorLike,
} from "../memory/tensor.js";
import { shapeOf } from "./elementwise.js";
import { copyOut, type Kernel, livingOut, refuseOverlap, run } from "./rows.js";

/** Options of prelu(). */
export interface PreluOptions<X = TensorLike> {
  /** [N, C, ...] where the weight has an element for each channel. Default: the shape of a tensor that is given. */
  shape?: readonly number[];
  /** Where y or dx goes; may be dy or x. Default: a new tensor or array, as the first argument is. */
  out?: ResultOf<X>;
}

/** What preluBackward() returns. */
export interface PreluGradients<X> {
  /** As dy is, or `out`. */
  dx: X;
  /** A new array. */
  dweight: Float32Array;
}

const KEYS = ["shape", "out"];

/** How x lies: [N][C][inner]. */
interface Channels {
  shape: readonly number[];
  N: number;
  C: number;
  inner: number;
}

const preluOf: Kernel<Channels> = ({ kernels }, y, x, weight, { N, C, inner }) =>
  kernels.prelu(y, x, weight, N, C, inner);

/**
 * x where x > 0, else weight x, of each element. weight has one element, or one for each channel: axis 1 of [N, C, ...],
 * the shape of the tensor or `shape`. Throws TypeError for a wrong kind, and RangeError for another size of weight.
 *
 * @example
 * prelu(sc, [-1, 2], [0.25]); // -0.25, 2
 */
export function prelu<X extends TensorLike>(
  sc: Softcell,
  x: X,
  weight: TensorLike,
  options?: PreluOptions<X>,
): ResultOf<X> {
  const heap = heapOf(sc, PIECEWISE);
  const read = check.options("options", options, KEYS);
  const values = floats(heap, "x", x);
  const w = floats(heap, "weight", weight);
  const call = channels(values, w.length, read);
  const out = outOf(heap, read.out, values.length);
  if (out !== undefined) refuseWeight(pointerOf(heap, out), out.length, pointerOf(heap, w), call.C);
  return run(heap, values, w, read.out, call.shape, values.length, preluOf, call) as ResultOf<X>;
}

/**
 * The gradients of prelu: dx = dy where x > 0, else dy weight, and dweight, for each weight the sum of dy x where x <= 0,
 * as a new array. Throws as prelu.
 *
 * @example
 * preluBackward(sc, [1, 1], [-1, 2], [0.25]); // { dx: [0.25, 1], dweight: [-1] }
 */
export function preluBackward<X extends TensorLike>(
  sc: Softcell,
  dyGiven: X,
  xGiven: TensorLike,
  weightGiven: TensorLike,
  options?: PreluOptions<X>,
): PreluGradients<ResultOf<X>> {
  const heap = heapOf(sc, PIECEWISE);
  const read = check.options("options", options, KEYS);
  const weight = floats(heap, "weight", weightGiven);
  const x = floats(heap, "x", xGiven);
  const dy = floats(heap, "dy", dyGiven, x);
  const { shape, N, C, inner } = channels(dy instanceof Tensor ? dy : x, weight.length, read);
  const out = outOf(heap, read.out, dy);
  const n = x.length;
  const places = new Places(heap);
  const at = { dy: places.of(dy, n), x: places.of(x, n), weight: places.of(weight, C), dweight: places.room(C) };
  let dx = out === undefined ? -1 : pointerOf(heap, out);
  refuseOverlap(dx, n, at.dy, n);
  refuseOverlap(dx, n, at.x, n);
  refuseWeight(dx, n, at.weight, C);
  const owned = out === undefined && dy instanceof Tensor;
  const foreign = dx < 0 && !owned;
  // a foreign dy is worked on in place in the scratch
  const work = foreign ? (at.dy < 0 ? at.dy : places.room(n)) : 0;
  places.open();
  const tensor = owned ? resultTensor(heap, shape, [at.dy, n, at.x, n, at.weight, C], dy, x, weight) : undefined;
  if (tensor) dx = tensor.pointer;
  else if (foreign) dx = places.at(work);
  const dweight = places.at(at.dweight);
  const [d, v, w] = [places.put(dy, n, at.dy), places.put(x, n, at.x), places.put(weight, C, at.weight)];
  if (n > 0) heap.kernels.preluBackward(dx, dweight, d, v, w, N, C, inner);
  else heap.f32.fill(0, dweight >>> 2, (dweight >>> 2) + C);
  const result = tensor ?? (foreign ? copyOut(heap, dx, n, read.out) : livingOut(heap, dx, n, read.out));
  return { dx: result as ResultOf<X>, dweight: heap.f32.slice(dweight >>> 2, (dweight >>> 2) + C) };
}

/** One channel, or as many as the weight has elements. */
function channels(x: Floats, C: number, options: PreluOptions): Channels {
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
