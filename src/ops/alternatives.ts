import * as check from "../check.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats } from "../memory/tensor.js";
import { ELEMENTS, runRows } from "./axis.js";
import { matrix, type RowOptions } from "./rows.js";
import type { SoftmaxOptions } from "./softmax.js";

/** Options of standardNormalize(). */
export type NormalizeOptions<X> = Omit<RowOptions, "temperature"> & {
  /** Added to the variance. Default 0. */
  eps?: number;
  /** Where the result goes; may be an input. Default: a new tensor or array, as x is. */
  out?: X;
};

/** Options of sphericalSoftmax(). */
export type SphericalOptions<X> = SoftmaxOptions<X> & {
  /** Added to each square. Default 0. */
  eps?: number;
};

const NORMALIZE_KEYS = ["cols", "shape", "axis", "eps", "out"];
const SPHERICAL_KEYS = ["cols", "shape", "axis", "temperature", "eps", "out"];

/** Checks eps and the names of all options; eps, and the options without it. */
function withoutEps<O extends { eps?: number }>(options: O, keys: readonly string[]): [eps: number, rest: O] {
  check.options("options", options, keys);
  const { eps = 0, ...rest } = options;
  return [check.number("eps", eps, 0, Number.MAX_VALUE), rest as O];
}

export function standardNormalize(heap: Heap, x: Floats, options: NormalizeOptions<Floats> = {}): Floats {
  floats(heap, "x", x);
  const [eps, rest] = withoutEps(options, NORMALIZE_KEYS);
  const m = matrix("x", x, rest);
  const { cols } = m;
  return runRows(heap, m, x, undefined, rest.out, ELEMENTS, (_, y, from, __, { rows }) =>
    heap.kernels.standardNormalize(y, from, rows, cols, cols, cols, eps),
  );
}

export function standardNormalizeBackward(
  heap: Heap,
  dy: Floats,
  x: Floats,
  options: NormalizeOptions<Floats> = {},
): Floats {
  floats(heap, "dy", dy);
  floats(heap, "x", x, dy);
  const [eps, rest] = withoutEps(options, NORMALIZE_KEYS);
  const m = matrix("dy", dy, rest);
  const { cols } = m;
  return runRows(heap, m, dy, x, rest.out, ELEMENTS, (_, dx, d, from, { rows }) =>
    heap.kernels.standardNormalizeBackward(dx, d, from, rows, cols, cols, cols, cols, eps),
  );
}

/** Coefficients of 1, z and z^2 in what stands for exp(z). */
type Quadratic = [c0: number, c1: number, c2: number];

const TAYLOR: Quadratic = [1, 1, 0.5];

export function taylorSoftmax(heap: Heap, x: Floats, options: SoftmaxOptions<Floats> = {}): Floats {
  floats(heap, "x", x);
  return forward(heap, x, TAYLOR, options);
}

export function taylorSoftmaxBackward(heap: Heap, dy: Floats, x: Floats, options: SoftmaxOptions<Floats> = {}): Floats {
  floats(heap, "dy", dy);
  floats(heap, "x", x, dy);
  return backward(heap, dy, x, TAYLOR, options);
}

export function sphericalSoftmax(heap: Heap, x: Floats, options: SphericalOptions<Floats> = {}): Floats {
  floats(heap, "x", x);
  const [eps, rest] = withoutEps(options, SPHERICAL_KEYS);
  return forward(heap, x, [eps, 0, 1], rest);
}

export function sphericalSoftmaxBackward(
  heap: Heap,
  dy: Floats,
  x: Floats,
  options: SphericalOptions<Floats> = {},
): Floats {
  floats(heap, "dy", dy);
  floats(heap, "x", x, dy);
  const [eps, rest] = withoutEps(options, SPHERICAL_KEYS);
  return backward(heap, dy, x, [eps, 0, 1], rest);
}

function forward(heap: Heap, x: Floats, c: Quadratic, options: SoftmaxOptions<Floats>): Floats {
  const m = matrix("x", x, options);
  const { cols, beta } = m;
  return runRows(heap, m, x, undefined, options.out, ELEMENTS, (_, y, from, __, { rows }) =>
    heap.kernels.quadraticSoftmax(y, from, rows, cols, cols, cols, beta, ...c),
  );
}

function backward(heap: Heap, dy: Floats, x: Floats, c: Quadratic, options: SoftmaxOptions<Floats>): Floats {
  const m = matrix("dy", dy, options);
  const { cols, beta } = m;
  return runRows(heap, m, dy, x, options.out, ELEMENTS, (_, dx, d, from, { rows }) =>
    heap.kernels.quadraticSoftmaxBackward(dx, d, from, rows, cols, cols, cols, cols, beta, ...c),
  );
}

export function sparsemax(heap: Heap, x: Floats, options: SoftmaxOptions<Floats> = {}): Floats {
  floats(heap, "x", x);
  const m = matrix("x", x, options);
  const { cols, beta } = m;
  return runRows(heap, m, x, undefined, options.out, ELEMENTS, (_, y, from, __, { rows }) =>
    heap.kernels.sparsemax(y, from, rows, cols, cols, cols, beta),
  );
}

export function sparsemaxBackward(heap: Heap, dy: Floats, y: Floats, options: SoftmaxOptions<Floats> = {}): Floats {
  floats(heap, "dy", dy);
  floats(heap, "y", y, dy);
  const m = matrix("dy", dy, options);
  const { cols, beta } = m;
  return runRows(heap, m, dy, y, options.out, ELEMENTS, (_, dx, d, from, { rows }) =>
    heap.kernels.sparsemaxBackward(dx, d, from, rows, cols, cols, cols, cols, beta),
  );
}
