import { ALTERNATIVES } from "../backend/parts.js";
import * as check from "../check.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import { floats, type ResultOf, type TensorLike } from "../memory/tensor.js";
import { ELEMENTS, runRows } from "./axis.js";
import { matrix, type RowOptions, rowOptions } from "./rows.js";

/** Options of standardNormalize(). */
export type NormalizeOptions<X = TensorLike> = Omit<RowOptions, "temperature"> & {
  /** Added to the variance. Default 0. */
  eps?: number;
  /** Where the result goes; may be an input. Default: a new tensor or array, as x is. */
  out?: ResultOf<X>;
};

const KEYS = ["cols", "shape", "axis", "eps", "out"];

export const epsOf = ({ eps = 0 }: { eps?: number }): number => check.number("eps", eps, 0, Number.MAX_VALUE);

/**
 * Standard scores of each row: (x - mean) / sqrt(variance + eps), the variance over n as layer normalisation has it (arXiv
 * 1607.06450; torch.nn.functional.layer_norm without weights). A constant row gives 0, with eps 0 too. A row that has NaN
 * or an infinity is NaN. Computed in float64 and rounded once. Throws as softmax, and RangeError for an eps below 0.
 *
 * @example
 * standardNormalize(sc, [1, 2, 3]); // -1.2247, 0, 1.2247
 */
export function standardNormalize<X extends TensorLike>(
  sc: Softcell,
  x: X,
  options?: NormalizeOptions<X>,
): ResultOf<X> {
  const heap = heapOf(sc, ALTERNATIVES);
  const read = rowOptions(options, KEYS);
  const values = floats(heap, "x", x);
  const eps = epsOf(read);
  const m = matrix("x", values, read);
  const { cols } = m;
  const y = runRows(heap, m, values, undefined, read.out, ELEMENTS, (_, y, from, __, { rows }) =>
    heap.kernels.standardNormalize(y, from, rows, cols, cols, cols, eps),
  );
  return y as ResultOf<X>;
}

/**
 * The gradient of standardNormalize's x from dy and that x: (dy - mean(dy) - s mean(dy s)) / sqrt(variance + eps), s the
 * standard scores. 0 for a constant row with eps 0, which has no gradient. Throws as standardNormalize.
 *
 * @example
 * standardNormalizeBackward(sc, [1, 0, 0], [1, 2, 3]); // 0.2041, -0.4082, 0.2041
 */
export function standardNormalizeBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  x: TensorLike,
  options?: NormalizeOptions<X>,
): ResultOf<X> {
  const heap = heapOf(sc, ALTERNATIVES);
  const read = rowOptions(options, KEYS);
  const upstream = floats(heap, "dy", dy);
  const values = floats(heap, "x", x, upstream);
  const eps = epsOf(read);
  const m = matrix("dy", upstream, read);
  const { cols } = m;
  const dx = runRows(heap, m, upstream, values, read.out, ELEMENTS, (_, dx, d, from, { rows }) =>
    heap.kernels.standardNormalizeBackward(dx, d, from, rows, cols, cols, cols, cols, eps),
  );
  return dx as ResultOf<X>;
}
