import * as check from "../check.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats } from "../memory/tensor.js";
import { runRows } from "./axis.js";
import { type MaskLike, maskOf } from "./mask.js";
import { matrix, type RowOptions } from "./rows.js";

export type SoftmaxOptions<X> = RowOptions & {
  /** Where the result goes; may be an input. Default: a new tensor or array, as x is. */
  out?: X;
};

export type MaskedOptions<X> = SoftmaxOptions<X> & {
  /**
   * Added to x / temperature (rounded to float32 after it), or a Uint8Array of 1 for elements that take part and 0 for
   * others, whose values do not matter. It has the shape of x, or of its last axes, and is repeated over the others.
   */
  mask?: MaskLike;
};

export type LogSumExpOptions<X> = MaskedOptions<X> & {
  /** Keeps the axis in the shape of a resulting tensor, with size 1. Default false. */
  keepDim?: boolean;
};

const KEYS = ["cols", "shape", "axis", "temperature", "out"];
const MASKED = [...KEYS, "mask"];
const LOG_SUM_EXP = [...MASKED, "keepDim"];

/** Columns that softmaxColumns takes are shorter. */
const SHORT = 32;

type Forward = "softmax" | "logSoftmax";
type Backward = "softmaxBackward" | "logSoftmaxBackward";

/** softmax or log-softmax along an axis. */
export function forward(heap: Heap, kernel: Forward, x: Floats, options: MaskedOptions<Floats> = {}): Floats {
  floats(heap, "x", x);
  const m = matrix("x", x, options, MASKED);
  const mask = maskOf(heap, options.mask, m, options.out);
  const { cols, inner } = m;
  const { beta } = mask ?? m;
  const call = (y: number, from: number, _: number, rows: number) =>
    heap.kernels[kernel](y, from, rows, cols, cols, cols, beta, heap.rowScratch);
  const columns = (y: number, from: number) =>
    heap.kernels.softmaxColumns(y, from, cols, inner, inner, inner, beta, heap.rowScratch);
  const strided = kernel === "softmax" && cols < SHORT ? columns : undefined;
  return runRows(heap, m, x, undefined, options.out, { out: "element" }, call, mask, strided);
}

/** dx from dy and the result y of the forward function. */
export function backward(
  heap: Heap,
  kernel: Backward,
  dy: Floats,
  y: Floats,
  options: SoftmaxOptions<Floats> = {},
): Floats {
  floats(heap, "dy", dy);
  floats(heap, "y", y, dy);
  const m = matrix("dy", dy, options);
  const { cols, beta } = m;
  const call = (dx: number, d: number, from: number, rows: number) =>
    heap.kernels[kernel](dx, d, from, rows, cols, cols, cols, cols, beta, heap.rowScratch);
  return runRows(heap, m, dy, y, options.out, { out: "element", x2: "element" }, call);
}

export function logSumExp(heap: Heap, x: Floats, options: LogSumExpOptions<Floats> = {}): Floats {
  floats(heap, "x", x);
  const m = matrix("x", x, options, LOG_SUM_EXP);
  const mask = maskOf(heap, options.mask, m, options.out);
  const { cols } = m;
  const { beta } = mask ?? m;
  const keep = options.keepDim !== undefined && check.boolean("keepDim", options.keepDim);
  const reduced = m.shape.slice();
  if (keep || reduced.length === 1) reduced[m.axis] = 1;
  else reduced.splice(m.axis, 1);
  const call = (lse: number, from: number, _: number, rows: number) =>
    heap.kernels.logSumExp(lse, from, rows, cols, cols, beta, heap.rowScratch);
  const each = { out: "row", shape: reduced } as const;
  return runRows(heap, m, x, undefined, options.out, each, call, mask);
}

export function logSumExpBackward(heap: Heap, dlse: Floats, x: Floats, options: MaskedOptions<Floats> = {}): Floats {
  floats(heap, "x", x);
  const m = matrix("x", x, options, MASKED);
  floats(heap, "dlse", dlse, m.rows);
  const mask = maskOf(heap, options.mask, m, options.out);
  const { cols } = m;
  const { beta } = mask ?? m;
  const call = (dx: number, from: number, d: number, rows: number) => {
    heap.kernels.logSumExpBackward(dx, d, from, rows, cols, cols, cols, beta, heap.rowScratch);
    // the mask has taken the temperature
    if (beta !== m.beta) heap.kernels.scale(dx, dx, rows * cols, m.beta);
  };
  return runRows(heap, m, x, dlse, options.out, { out: "element", x2: "row" }, call, mask);
}
