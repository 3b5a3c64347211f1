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
import { type OfInput, shapeIn } from "./elementwise.js";
import { alongAxis, copyOut, type Kernel, livingOut, onAxis, refuseOverlap, run } from "./rows.js";

/** Options of prelu(). */
export interface PreluOptions<X = TensorLike> {
  /** The shape of an array whose weight has an element for each channel. Default: one axis. A tensor has a shape. */
  shape?: readonly number[];
  /**
   * The axis of the channels; a negative one counts from the end. Default -1, the last, as ONNX and Keras have them; PyTorch's
   * are along axis 1.
   */
  axis?: number;
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

const KEYS = ["shape", "axis", "out"];
const BACKWARD_KEYS = /* @__PURE__ */ KEYS.concat("x", "weight");

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
 * x where x > 0, else weight x, of each element. weight has one element, or one for each channel: those of the last
 * axis, or of `axis`. Throws TypeError for a wrong kind, and RangeError for another size of weight.
 *
 * @example
 * prelu(sc, [-1, 2], [0.25]); // -0.25, 2
 */
export function prelu<X extends TensorLike>(
  sc: Softcell,
  x: X,
  weight: TensorLike,
  options: PreluOptions<X> = {},
): ResultOf<X> {
  const heap = heapOf(sc, PIECEWISE);
  check.options("options", options, KEYS);
  const values = floats(heap, "x", x);
  const w = floats(heap, "weight", weight);
  const call = channels(values, w, options);
  const out = outOf(heap, options.out, values.length);
  if (out !== undefined) refuseWeight(pointerOf(heap, out), out.length, pointerOf(heap, w), call.C);
  return run(heap, values, w, options.out, call.shape, values.length, preluOf, call) as ResultOf<X>;
}

/**
 * The gradients of prelu: dx = dy where x > 0, else dy weight, and dweight, for each weight the sum of dy x where x <= 0,
 * as a new array. Throws as prelu.
 *
 * @example
 * preluBackward(sc, [1, 1], { x: [-1, 2], weight: [0.25] }); // { dx: [0.25, 1], dweight: [-1] }
 */
export function preluBackward<X extends TensorLike>(
  sc: Softcell,
  dyGiven: X,
  options: OfInput & { weight: TensorLike } & PreluOptions<X>,
): PreluGradients<ResultOf<X>> {
  const heap = heapOf(sc, PIECEWISE);
  check.options("options", options, BACKWARD_KEYS);
  const x = floats(heap, "x", options?.x);
  const dy = floats(heap, "dy", dyGiven, x);
  const weight = floats(heap, "weight", options.weight);
  const { shape, N, C, inner } = channels(dy instanceof Tensor ? dy : x, weight, options);
  const out = outOf(heap, options.out, dy);
  const n = x.length;
  const places = new Places(heap);
  const at = { dy: places.of(dy), x: places.of(x), weight: places.of(weight), dweight: places.room(C) };
  let dx = out === undefined ? -1 : pointerOf(heap, out);
  refuseOverlap(dx, n, at.dy, n);
  refuseOverlap(dx, n, at.x, n);
  refuseWeight(dx, n, at.weight, C);
  const owned = out === undefined && dy instanceof Tensor;
  const foreign = dx < 0 && !owned;
  // a foreign dy is worked on in place in the scratch
  const work = foreign ? (at.dy < 0 ? at.dy : places.room(n)) : 0;
  places.open();
  const tensor = owned ? resultTensor(heap, shape, dy, x, weight) : undefined;
  if (tensor) dx = tensor.pointer;
  else if (foreign) dx = places.at(work);
  const dweight = places.at(at.dweight);
  const [d, v, w] = [places.put(dy, at.dy), places.put(x, at.x), places.put(weight, at.weight)];
  if (n > 0) heap.kernels.preluBackward(dx, dweight, d, v, w, N, C, inner);
  else heap.f32.fill(0, dweight >>> 2, (dweight >>> 2) + C);
  const result = tensor ?? (foreign ? copyOut(heap, dx, n, options.out) : livingOut(heap, dx, n, options.out));
  return { dx: result as ResultOf<X>, dweight: heap.f32.slice(dweight >>> 2, (dweight >>> 2) + C) };
}

/** One channel, or as many as the weight has elements. */
function channels(x: Floats, weight: Floats, { shape: given, axis = -1 }: PreluOptions): Channels {
  const shape = shapeIn("x", x, given);
  const { axis: at } = alongAxis(shape.length ? shape : [1], axis);
  const C = weight.length;
  if (C === 1) return { shape, N: 1, C, inner: x.length };
  const size = shape[at];
  if (C !== size) {
    const remedy =
      at !== 1 && C === shape[1] ? ": for channels along axis 1, as PyTorch has them, pass { axis: 1 }" : "";
    throw new RangeError(
      `"weight" expected 1 element or ${size}, one for each channel of axis ${at}, got ${C}${remedy}`,
    );
  }
  onAxis("weight", weight, size, shape.length - at, "one for each channel");
  return { shape, N: check.product(shape.slice(0, at)), C, inner: check.product(shape.slice(at + 1)) };
}

/** Not even the same array: it is read again after the first elements are written. */
function refuseWeight(out: number, length: number, weight: number, C: number): void {
  if (out >= 0 && weight >= 0 && out < weight + 4 * C && weight < out + 4 * length) {
    throw new RangeError(`"out" expected to be apart from weight, got one that overlaps it`);
  }
}
