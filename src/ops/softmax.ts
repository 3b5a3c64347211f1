import { LOG_SUM_EXP, SOFTMAX } from "../backend/parts.js";
import { SHORT_ROW } from "../contract.js";
import type { Heap } from "../memory/heap.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import { type Floats, floats, type ResultOf, type TensorLike } from "../memory/tensor.js";
import { ELEMENTS, runRows } from "./axis.js";
import { type MaskLike, masked, maskOf } from "./mask.js";
import { type Kernel, matrix, type RowOptions, type Rows, rowOptions } from "./rows.js";

/** Options of functions of rows. */
export type SoftmaxOptions<X = TensorLike> = RowOptions & {
  /** Where the result goes; may be an input. Default: a new tensor or array, as x is. */
  out?: ResultOf<X>;
};

/** The same with a mask. */
export type MaskedOptions<X = TensorLike> = SoftmaxOptions<X> & {
  /**
   * Which elements take part: a Uint8Array of 1 (keeps an element) and 0 (ignores it, whatever its value is), or an
   * array of booleans. Or numbers that are added to x / temperature (the sum is rounded to float32): a Float32Array, a
   * Float64Array or a Tensor. It has the shape of x, or of its last axes, and is repeated over the others.
   */
  mask?: MaskLike;
};

const MASKED = ["cols", "shape", "axis", "temperature", "out", "mask"];

const softmaxRows: Kernel<Rows> = ({ kernels, rowScratch }, y, x, _, { rows, cols, beta }) =>
  kernels.softmax(y, x, rows, cols, cols, cols, beta, rowScratch);

const softmaxColumns: Kernel<Rows> = ({ kernels, rowScratch }, y, x, _, { cols, inner, beta }) =>
  kernels.softmaxColumns(y, x, cols, inner, inner, inner, beta, rowScratch);

const logSoftmaxRows: Kernel<Rows> = ({ kernels, rowScratch }, y, x, _, { rows, cols, beta }) =>
  kernels.logSoftmax(y, x, rows, cols, cols, cols, beta, rowScratch);

const softmaxBackwardRows: Kernel<Rows> = ({ kernels }, dx, dy, y, { rows, cols, beta }) =>
  kernels.softmaxBackward(dx, dy, y, rows, cols, cols, cols, cols, beta);

const logSoftmaxBackwardRows: Kernel<Rows> = ({ kernels, rowScratch }, dx, dy, y, { rows, cols, beta }) =>
  kernels.logSoftmaxBackward(dx, dy, y, rows, cols, cols, cols, cols, beta, rowScratch);

/**
 * softmax of each row, of the shape of x: exp(z) / sum exp(z), z = x / temperature + mask. A row is what lies along the
 * axis, for all the other indices: the whole array where no shape is given. At most 4 ULP; a probability below 2^-126 may
 * become 0. -Infinity and masked entries give 0. A row without anything else, or with NaN or Infinity, is NaN.
 *
 * An array in gives a new array out, a tensor a new tensor; `out` takes the result. Throws TypeError for a wrong kind, and
 * RangeError for sizes that do not fit, an axis that the shape has not, and a temperature of 0, NaN, or a size outside
 * 2^-128..2^150 (1 / temperature in float32) that is not infinite.
 *
 * @example
 * softmax(sc, [1, 2, 3]); // 0.09, 0.2447, 0.6652
 * const scores = tensor(sc, [2, 3], [1, 2, 3, 1, 2, 0]);
 * softmax(sc, scores, { axis: 0, temperature: 2 }).data; // 0.5, 0.5, 0.8176, 0.5, 0.5, 0.1824
 * softmax(sc, scores, { mask: [true, true, false], out: scores }).data; // 0.2689, 0.7311, 0, 0.2689, 0.7311, 0
 */
export function softmax<X extends TensorLike>(sc: Softcell, x: X, options?: MaskedOptions<X>): ResultOf<X> {
  const heap = heapOf(sc, SOFTMAX);
  return forward(heap, x, options, softmaxRows, softmaxColumns) as ResultOf<X>;
}

/**
 * The gradient of softmax's x from dy and its result y: (dy - sum(dy y) / sum(y)) y / temperature; 0 where y is 0. Throws
 * as softmax.
 *
 * @example
 * const y = softmax(sc, [1, 2, 3]);
 * softmaxBackward(sc, [1, 0, 0], y); // 0.0819, -0.022, -0.0599
 */
export function softmaxBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  y: TensorLike,
  options?: SoftmaxOptions<X>,
): ResultOf<X> {
  return backward(heapOf(sc, SOFTMAX), dy, y, options, softmaxBackwardRows) as ResultOf<X>;
}

/**
 * The logarithm of softmax of each row, of the shape of x: z - logSumExp(z), z = x / temperature + mask. At most 2.5 ULP
 * on rows of normal numbers, 4 on the worst that are known, also where one entry dominates: [20, 0, 0] gives -4.1e-9 and
 * not 0. -Infinity and masked entries give -Infinity. Throws as softmax.
 *
 * @example
 * logSoftmax(sc, [20, 0, 0]); // -4.1e-9, -20, -20
 */
export function logSoftmax<X extends TensorLike>(sc: Softcell, x: X, options?: MaskedOptions<X>): ResultOf<X> {
  return forward(heapOf(sc, LOG_SUM_EXP), x, options, logSoftmaxRows) as ResultOf<X>;
}

/**
 * The gradient of logSoftmax's x from dy and its result y: (dy - exp(y) sum(dy)) / temperature. As in PyTorch it is dy /
 * temperature where y is -Infinity: dy should be 0 where a mask was. Throws as softmax.
 *
 * @example
 * const y = logSoftmax(sc, [1, 2, 3]);
 * logSoftmaxBackward(sc, [1, 0, 0], y); // 0.91, -0.2447, -0.6652
 */
export function logSoftmaxBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  y: TensorLike,
  options?: SoftmaxOptions<X>,
): ResultOf<X> {
  return backward(heapOf(sc, LOG_SUM_EXP), dy, y, options, logSoftmaxBackwardRows) as ResultOf<X>;
}

function forward(
  heap: Heap,
  given: TensorLike,
  options: MaskedOptions | undefined,
  kernel: Kernel<Rows>,
  columns?: Kernel<Rows>,
): Floats {
  const read = rowOptions(options, MASKED);
  const x = floats(heap, "x", given);
  const m = matrix("x", x, read);
  const { out } = read;
  const mask = maskOf(heap, read.mask, m, out);
  const sideBySide = m.cols >= SHORT_ROW ? undefined : columns;
  return runRows(heap, masked(m, mask), x, undefined, out, ELEMENTS, kernel, mask, sideBySide);
}

/** dx from dy and the result y of the forward function. */
function backward(
  heap: Heap,
  dGiven: TensorLike,
  given: TensorLike,
  options: SoftmaxOptions | undefined,
  kernel: Kernel<Rows>,
): Floats {
  const read = rowOptions(options);
  const dy = floats(heap, "dy", dGiven);
  const y = floats(heap, "y", given, dy);
  return runRows(heap, matrix("dy", dy, read), dy, y, read.out, ELEMENTS, kernel);
}
