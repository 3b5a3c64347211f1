import * as check from "../check.js";
import { SHORT_ROW } from "../contract.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats } from "../memory/tensor.js";
import { ELEMENTS, runRows } from "./axis.js";
import { type Mask, type MaskLike, maskOf } from "./mask.js";
import { type Kernel, matrix, type RowOptions, type Rows } from "./rows.js";

/** Options of functions of rows. */
export type SoftmaxOptions<X> = RowOptions & {
  /** Where the result goes; may be an input. Default: a new tensor or array, as x is. */
  out?: X;
};

/** The same with a mask. */
export type MaskedOptions<X> = SoftmaxOptions<X> & {
  /**
   * Added to x / temperature (rounded to float32 after it), or a Uint8Array of 1 for elements that take part and 0 for
   * others, whose values do not matter. It has the shape of x, or of its last axes, and is repeated over the others.
   */
  mask?: MaskLike;
};

/** Options of logSumExp(). */
export type LogSumExpOptions<X> = MaskedOptions<X> & {
  /** Keeps the axis in the shape of a resulting tensor, with size 1. Default false. */
  keepDim?: boolean;
};

const KEYS = ["cols", "shape", "axis", "temperature", "out"];
const MASKED = [...KEYS, "mask"];
const LOG_SUM_EXP = [...MASKED, "keepDim"];

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

const logSumExpRows: Kernel<Rows> = ({ kernels, rowScratch }, lse, x, _, { rows, cols, beta }) =>
  kernels.logSumExp(lse, x, rows, cols, cols, beta, rowScratch);

const logSumExpBackwardRows: Kernel<Rows> = ({ kernels, rowScratch }, dx, x, dlse, { rows, cols, beta }) =>
  kernels.logSumExpBackward(dx, dlse, x, rows, cols, cols, cols, beta, rowScratch);

/** softmax or log-softmax along an axis. */
export function forward(heap: Heap, log: boolean, x: Floats, options: MaskedOptions<Floats> = {}): Floats {
  floats(heap, "x", x);
  const m = matrix("x", x, options, MASKED);
  const { out } = options;
  const mask = maskOf(heap, options.mask, m, out);
  const columns = log || m.cols >= SHORT_ROW ? undefined : softmaxColumns;
  const kernel = log ? logSoftmaxRows : softmaxRows;
  return runRows(heap, masked(m, mask), x, undefined, out, ELEMENTS, kernel, mask, columns);
}

/** dx from dy and the result y of the forward function. */
export function backward(
  heap: Heap,
  log: boolean,
  dy: Floats,
  y: Floats,
  options: SoftmaxOptions<Floats> = {},
): Floats {
  floats(heap, "dy", dy);
  floats(heap, "y", y, dy);
  const m = matrix("dy", dy, options);
  return runRows(heap, m, dy, y, options.out, ELEMENTS, log ? logSoftmaxBackwardRows : softmaxBackwardRows);
}

export function logSumExp(heap: Heap, x: Floats, options: LogSumExpOptions<Floats> = {}): Floats {
  floats(heap, "x", x);
  const m = matrix("x", x, options, LOG_SUM_EXP);
  const mask = maskOf(heap, options.mask, m, options.out);
  const keep = options.keepDim !== undefined && check.boolean("keepDim", options.keepDim);
  const shape = m.shape.slice();
  if (keep || shape.length === 1) shape[m.axis] = 1;
  else shape.splice(m.axis, 1);
  const how = { out: "row", x2: "row", shape } as const;
  return runRows(heap, masked(m, mask), x, undefined, options.out, how, logSumExpRows, mask);
}

export function logSumExpBackward(heap: Heap, dlse: Floats, x: Floats, options: MaskedOptions<Floats> = {}): Floats {
  floats(heap, "x", x);
  const m = matrix("x", x, options, MASKED);
  floats(heap, "dlse", dlse, m.rows);
  const mask = maskOf(heap, options.mask, m, options.out);
  const kernel: Kernel<Rows> = (_, dx, from, d, at) => {
    logSumExpBackwardRows(heap, dx, from, d, at, 0);
    // the mask has taken the temperature
    if (at.beta !== m.beta) heap.kernels.scale(dx, dx, at.rows * at.cols, m.beta);
  };
  return runRows(heap, masked(m, mask), x, dlse, options.out, { out: "element", x2: "row" }, kernel, mask);
}

/** With the beta that a mask leaves for the rows. */
function masked(m: Rows, mask: Mask | undefined): Rows {
  return mask ? { ...m, beta: mask.beta } : m;
}
