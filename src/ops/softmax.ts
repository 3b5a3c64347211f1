import { LOG_SUM_EXP, SOFTMAX } from "../backend/parts.js";
import * as check from "../check.js";
import { SHORT_ROW } from "../contract.js";
import type { Heap } from "../memory/heap.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import { type Floats, floats, type ResultOf, type TensorLike } from "../memory/tensor.js";
import { backwardRows, ELEMENTS, runRows } from "./axis.js";
import type { OfResult } from "./elementwise.js";
import type { EmptyReduction } from "./losses/reduction.js";
import { type MaskLike, masked, maskOf } from "./mask.js";
import { type Kernel, matrix, type RowOptions, type Rows } from "./rows.js";

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

/** Options of softmax(). */
export type SoftmaxRowsOptions<X = TensorLike> = MaskedOptions<X> & {
  /** What a row is that has only masked entries or -Infinity: NaN as in PyTorch, or 0. Default "nan". */
  emptyRows?: EmptyReduction;
};

const MASKED = ["cols", "shape", "axis", "temperature", "out", "mask"];
const EMPTY = /* @__PURE__ */ MASKED.concat("emptyRows");

const softmaxRows: Kernel<Rows> = ({ kernels, rowScratch }, y, x, _, { rows, cols, beta }) =>
  kernels.softmax(y, x, rows, cols, cols, cols, beta, rowScratch);

const zeroedRows: Kernel<Rows> = (heap, y, x, _, m) => {
  const { rows, cols, beta } = m;
  const rowOf = (at: number, r: number) => heap.f32.subarray((at >>> 2) + r * cols, (at >>> 2) + (r + 1) * cols);
  // before y is written, which may be x
  const empty = Array.from({ length: rows }, (_, r) => rowOf(x, r).every((v) => v * beta === Number.NEGATIVE_INFINITY));
  softmaxRows(heap, y, x, 0, m, 0);
  for (let r = 0; r < rows; r++) if (empty[r]) rowOf(y, r).fill(0);
};

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
 * become 0. -Infinity and masked entries give 0. A row without anything else, or with NaN or Infinity, is NaN; one without
 * anything else is 0 with `emptyRows: "zero"`, and so is its gradient.
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
export function softmax<X extends TensorLike>(sc: Softcell, x: X, options: SoftmaxRowsOptions<X> = {}): ResultOf<X> {
  const heap = heapOf(sc, SOFTMAX);
  const { emptyRows } = options ?? {};
  const zero = emptyRows !== undefined && check.oneOf("emptyRows", emptyRows, ["nan", "zero"]) === "zero";
  if (zero) return forward(heap, x, options, zeroedRows, undefined, EMPTY) as ResultOf<X>;
  return forward(heap, x, options, softmaxRows, softmaxColumns, EMPTY) as ResultOf<X>;
}

/**
 * The gradient of softmax's x from dy and its result y: (dy - sum(dy y) / sum(y)) y / temperature; for finite dy 0 where y
 * is 0. Throws as softmax.
 *
 * @example
 * const y = softmax(sc, [1, 2, 3]);
 * softmaxBackward(sc, [1, 0, 0], { y }); // 0.0819, -0.022, -0.0599
 */
export function softmaxBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  options: OfResult & SoftmaxOptions<X>,
): ResultOf<X> {
  return backwardRows(heapOf(sc, SOFTMAX), dy, "y", options, softmaxBackwardRows) as ResultOf<X>;
}

/**
 * The logarithm of softmax of each row, of the shape of x: z - logSumExp(z), z = x / temperature + mask. At most 2.5 ULP
 * on rows of normal numbers, 4 on the worst that are known, also where one entry dominates: [20, 0, 0] gives -4.1e-9 and
 * not 0. -Infinity and masked entries give -Infinity. Throws as softmax.
 *
 * @example
 * logSoftmax(sc, [20, 0, 0]); // -4.1e-9, -20, -20
 */
export function logSoftmax<X extends TensorLike>(sc: Softcell, x: X, options: MaskedOptions<X> = {}): ResultOf<X> {
  return forward(heapOf(sc, LOG_SUM_EXP), x, options, logSoftmaxRows) as ResultOf<X>;
}

/**
 * The gradient of logSoftmax's x from dy and its result y: (dy - exp(y) sum(dy)) / temperature. As in PyTorch it is dy /
 * temperature where y is -Infinity: dy should be 0 where a mask was. Throws as softmax.
 *
 * @example
 * const y = logSoftmax(sc, [1, 2, 3]);
 * logSoftmaxBackward(sc, [1, 0, 0], { y }); // 0.91, -0.2447, -0.6652
 */
export function logSoftmaxBackward<X extends TensorLike>(
  sc: Softcell,
  dy: X,
  options: OfResult & SoftmaxOptions<X>,
): ResultOf<X> {
  return backwardRows(heapOf(sc, LOG_SUM_EXP), dy, "y", options, logSoftmaxBackwardRows) as ResultOf<X>;
}

function forward(
  heap: Heap,
  given: TensorLike,
  options: MaskedOptions,
  kernel: Kernel<Rows>,
  columns?: Kernel<Rows>,
  keys = MASKED,
): Floats {
  const x = floats(heap, "x", given);
  const m = matrix("x", x, options, keys);
  const { out } = options;
  const mask = maskOf(heap, options.mask, m, out);
  const sideBySide = m.cols >= SHORT_ROW ? undefined : columns;
  return runRows(heap, masked(m, mask), x, undefined, out, ELEMENTS, kernel, mask, sideBySide);
}
