import { LOG_SUM_EXP } from "../backend/parts.js";
import * as check from "../check.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import { floats, type ResultOf, type TensorLike } from "../memory/tensor.js";
import { runRows } from "./axis.js";
import { masked, maskOf } from "./mask.js";
import { type Kernel, matrix, type Rows, rowOptions } from "./rows.js";
import type { MaskedOptions } from "./softmax.js";

/** Options of logSumExp(). */
export type LogSumExpOptions<X = TensorLike> = MaskedOptions<X> & {
  /** Keeps the axis in the shape of a resulting tensor, with size 1. Default false. */
  keepDim?: boolean;
};

const MASKED = ["cols", "shape", "axis", "temperature", "out", "mask"];
const KEEPING = /* @__PURE__ */ MASKED.concat("keepDim");

const logSumExpRows: Kernel<Rows> = ({ kernels, rowScratch }, lse, x, _, { rows, cols, beta }) =>
  kernels.logSumExp(lse, x, rows, cols, cols, beta, rowScratch);

const logSumExpBackwardRows: Kernel<Rows> = ({ kernels, rowScratch }, dx, x, dlse, { rows, cols, beta }) =>
  kernels.logSumExpBackward(dx, dlse, x, rows, cols, cols, cols, beta, rowScratch);

/**
 * log(sum(exp(z))) of each row, z = x / temperature + mask; the result has the shape of x without the axis, or with 1 for
 * it (keepDim). At most 1 ULP; from 32 columns on, of the larger of the result and the largest z. -Infinity for a row of
 * nothing else and for one of no columns. Throws as softmax.
 *
 * @example
 * logSumExp(sc, [1, 2, 3, 1, 2, 0], { cols: 3 }); // 3.4076, 2.4076
 */
export function logSumExp<X extends TensorLike>(sc: Softcell, x: X, options?: LogSumExpOptions<X>): ResultOf<X> {
  const heap = heapOf(sc, LOG_SUM_EXP);
  const read = rowOptions(options, KEEPING);
  const { out, keepDim } = read;
  const values = floats(heap, "x", x);
  const m = matrix("x", values, read);
  const mask = maskOf(heap, read.mask, m, out);
  const keep = keepDim !== undefined && check.boolean("keepDim", keepDim);
  const shape = m.shape.slice();
  if (keep || shape.length === 1) shape[m.axis] = 1;
  else shape.splice(m.axis, 1);
  const how = { out: "row", x2: "row", shape } as const;
  const lse = runRows(heap, masked(m, mask), values, undefined, out, how, logSumExpRows, mask);
  return lse as ResultOf<X>;
}

/**
 * The gradient of logSumExp's x from dlse, one a row, and x: dlse softmax(z) / temperature; 0 in a row of -Infinity. Mask
 * and temperature are those of logSumExp. Throws as softmax.
 *
 * @example
 * logSumExpBackward(sc, [1], [1, 2, 3]); // 0.09, 0.2447, 0.6652
 */
export function logSumExpBackward<X extends TensorLike>(
  sc: Softcell,
  dlse: TensorLike,
  x: X,
  options?: MaskedOptions<X>,
): ResultOf<X> {
  const heap = heapOf(sc, LOG_SUM_EXP);
  const read = rowOptions(options, MASKED);
  const values = floats(heap, "x", x);
  const upstream = floats(heap, "dlse", dlse);
  const m = matrix("x", values, read);
  check.lengthOf("dlse", upstream, m.rows);
  const mask = maskOf(heap, read.mask, m, read.out);
  const kernel: Kernel<Rows> = (_, dx, from, d, at) => {
    logSumExpBackwardRows(heap, dx, from, d, at, 0);
    // the mask has taken the temperature
    if (at.beta !== m.beta) heap.kernels.scale(dx, dx, at.rows * at.cols, m.beta);
  };
  const how = { out: "element", x2: "row" } as const;
  return runRows(heap, masked(m, mask), values, upstream, read.out, how, kernel, mask) as ResultOf<X>;
}
