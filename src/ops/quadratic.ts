// Softmax with a polynomial of degree 2 in the place of exp.
import { ALTERNATIVES } from "../backend/parts.js";
import type { Heap } from "../memory/heap.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import { type Floats, floats, type ResultOf, type TensorLike } from "../memory/tensor.js";
import { ELEMENTS, runRows } from "./axis.js";
import { epsOf } from "./normalize.js";
import { matrix, rowOptions } from "./rows.js";
import type { SoftmaxOptions } from "./softmax.js";

/** Options of sphericalSoftmax(). */
export type SphericalOptions<X = TensorLike> = SoftmaxOptions<X> & {
  /** Added to each square. Default 0. */
  eps?: number;
};

const KEYS = ["cols", "shape", "axis", "temperature", "eps", "out"];

/** Coefficients of 1, z and z^2. */
type Quadratic = [c0: number, c1: number, c2: number];

const TAYLOR: Quadratic = [1, 1, 0.5];

/**
 * Taylor softmax of each row: f(z) / sum f(z), f(z) = 1 + z + z^2 / 2, at least 1/2, z = x / temperature (de Brebisson and
 * Vincent, arXiv 1511.05042). f falls up to z = -1 and rises beyond: unlike softmax it does not keep the order of what
 * lies below. So there are no masks: any infinity makes its row NaN. Throws as softmax.
 *
 * @example
 * taylorSoftmax(sc, [0, 1, 2]); // 0.1176, 0.2941, 0.5882
 */
export function taylorSoftmax<X extends TensorLike>(sc: Softcell, x: X, options?: SoftmaxOptions<X>): ResultOf<X> {
  const heap = heapOf(sc, ALTERNATIVES);
  const read = rowOptions(options);
  return forward(heap, floats(heap, "x", x), TAYLOR, read) as ResultOf<X>;
}

/**
 * The gradient of taylorSoftmax's x from dy and that x: (dy - sum(dy y)) (1 + z) / sum f(z) / temperature. Throws as
 * softmax.
 *
 * @example
 * taylorSoftmaxBackward(sc, [1, 0, 0], [0, 1, 2]); // 0.1038, -0.0277, -0.0415
 */
export function taylorSoftmaxBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  x: TensorLike,
  options?: SoftmaxOptions<X>,
): ResultOf<X> {
  const heap = heapOf(sc, ALTERNATIVES);
  const read = rowOptions(options);
  const upstream = floats(heap, "dy", dy);
  return backward(heap, upstream, floats(heap, "x", x, upstream), TAYLOR, read) as ResultOf<X>;
}

/**
 * Spherical softmax of each row: (z^2 + eps) / sum (z^2 + eps), z = x / temperature, which counts only with an eps (same
 * paper, where eps keeps the logarithm finite). A row of zeros is uniform with any eps above 0. With eps 0, the default,
 * it is NaN: the result depends on the direction of x alone, and 0 has none. Any infinity makes its row NaN. Throws as
 * softmax, and RangeError for an eps below 0.
 *
 * @example
 * sphericalSoftmax(sc, [0, 1, 2]); // 0, 0.2, 0.8
 */
export function sphericalSoftmax<X extends TensorLike>(sc: Softcell, x: X, options?: SphericalOptions<X>): ResultOf<X> {
  const heap = heapOf(sc, ALTERNATIVES);
  const read = rowOptions(options, KEYS);
  return forward(heap, floats(heap, "x", x), [epsOf(read), 0, 1], read) as ResultOf<X>;
}

/**
 * The gradient of sphericalSoftmax's x from dy and that x: (dy - sum(dy y)) 2 z / sum(z^2 + eps) / temperature. Throws as
 * sphericalSoftmax.
 *
 * @example
 * sphericalSoftmaxBackward(sc, [0, 1, 0], [1, 1, 2]); // -0.0556, 0.2778, -0.1111
 */
export function sphericalSoftmaxBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  x: TensorLike,
  options?: SphericalOptions<X>,
): ResultOf<X> {
  const heap = heapOf(sc, ALTERNATIVES);
  const read = rowOptions(options, KEYS);
  const upstream = floats(heap, "dy", dy);
  return backward(heap, upstream, floats(heap, "x", x, upstream), [epsOf(read), 0, 1], read) as ResultOf<X>;
}

function forward(heap: Heap, x: Floats, c: Quadratic, options: SoftmaxOptions): Floats {
  const m = matrix("x", x, options);
  const { cols, beta } = m;
  return runRows(heap, m, x, undefined, options.out, ELEMENTS, (_, y, from, __, { rows }) =>
    heap.kernels.quadraticSoftmax(y, from, rows, cols, cols, cols, beta, ...c),
  );
}

function backward(heap: Heap, dy: Floats, x: Floats, c: Quadratic, options: SoftmaxOptions): Floats {
  const m = matrix("dy", dy, options);
  const { cols, beta } = m;
  return runRows(heap, m, dy, x, options.out, ELEMENTS, (_, dx, d, from, { rows }) =>
    heap.kernels.quadraticSoftmaxBackward(dx, d, from, rows, cols, cols, cols, cols, beta, ...c),
  );
}
