import { ALTERNATIVES } from "../backend/parts.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import { floats, type ResultOf, type TensorLike } from "../memory/tensor.js";
import { ELEMENTS, runRows } from "./axis.js";
import { type Kernel, matrix, type Rows, rowOptions } from "./rows.js";
import type { SoftmaxOptions } from "./softmax.js";

const sparsemaxRows: Kernel<Rows> = ({ kernels }, y, x, _, { rows, cols, beta }) =>
  kernels.sparsemax(y, x, rows, cols, cols, cols, beta);

const sparsemaxBackwardRows: Kernel<Rows> = ({ kernels }, dx, dy, y, { rows, cols, beta }) =>
  kernels.sparsemaxBackward(dx, dy, y, rows, cols, cols, cols, cols, beta);

/**
 * sparsemax of each row: the probabilities nearest to z = x / temperature, max(z - tau, 0) (Martins and Astudillo 2016,
 * arXiv 1602.02068). Exact zeros for what is far from the top; -Infinity masks. NaN rows and errors as softmax. Its error is
 * about 2^-53 n, which for the smallest probabilities is more than an ULP.
 *
 * @example
 * sparsemax(sc, [1, 1.5, -1]); // 0.25, 0.75, 0
 */
export function sparsemax<X extends TensorLike>(sc: Softcell, x: X, options?: SoftmaxOptions<X>): ResultOf<X> {
  const heap = heapOf(sc, ALTERNATIVES);
  const read = rowOptions(options);
  const values = floats(heap, "x", x);
  return runRows(heap, matrix("x", values, read), values, undefined, read.out, ELEMENTS, sparsemaxRows) as ResultOf<X>;
}

/**
 * The gradient of sparsemax's x from dy and its result y: (dy - mean of dy where y > 0) / temperature where y > 0, 0
 * elsewhere. Throws as softmax.
 *
 * @example
 * const y = sparsemax(sc, [1, 1.5, -1]);
 * sparsemaxBackward(sc, [1, 0, 0], y); // 0.5, -0.5, 0
 */
export function sparsemaxBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  y: TensorLike,
  options?: SoftmaxOptions<X>,
): ResultOf<X> {
  const heap = heapOf(sc, ALTERNATIVES);
  const read = rowOptions(options);
  const upstream = floats(heap, "dy", dy);
  const values = floats(heap, "y", y, upstream);
  return runRows(
    heap,
    matrix("dy", upstream, read),
    upstream,
    values,
    read.out,
    ELEMENTS,
    sparsemaxBackwardRows,
  ) as ResultOf<X>;
}
