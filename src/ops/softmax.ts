import * as check from "../check.js";
import { SHORT_ROW } from "../contract.js";
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

type Forward = "softmax" | "logSoftmax";
type Backward = "softmaxBackward" | "logSoftmaxBackward";

/** softmax or log-softmax along an axis. */
export function forward(heap: Heap, kernel: Forward, x: Floats, options: MaskedOptions<Floats> = {}): Floats {
  floats(heap, "x", x);
  const m = matrix("x", x, options, MASKED);
  const mask = maskOf(heap, options.mask, m, options.out);
  const { cols, inner } = m;
  const { beta } = mask ?? m;
  return runRows(
    heap,
    m,
    x,
    undefined,
    options.out,
    { out: "element", mask },
    (y, from, _, rows) => heap.kernels[kernel](y, from, rows, cols, cols, cols, beta, heap.rowScratch),
    kernel === "softmax" && cols < SHORT_ROW
      ? (y, from) => heap.kernels.softmaxColumns(y, from, cols, inner, inner, inner, beta, heap.rowScratch)
      : undefined,
  );
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
  return runRows(heap, m, dy, y, options.out, { out: "element" }, (dx, d, from, rows) =>
    heap.kernels[kernel](dx, d, from, rows, cols, cols, cols, cols, beta, heap.rowScratch),
  );
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
  return runRows(heap, m, x, undefined, options.out, { out: "row", shape: reduced, mask }, (lse, from, _, rows) =>
    heap.kernels.logSumExp(lse, from, rows, cols, cols, beta, heap.rowScratch),
  );
}

export function logSumExpBackward(heap: Heap, dlse: Floats, x: Floats, options: MaskedOptions<Floats> = {}): Floats {
  floats(heap, "x", x);
  const m = matrix("x", x, options, MASKED);
  floats(heap, "dlse", dlse, m.rows);
  const mask = maskOf(heap, options.mask, m, options.out);
  const { cols } = m;
  const { beta } = mask ?? m;
  return runRows(heap, m, x, dlse, options.out, { out: "element", x2: "row", mask }, (dx, from, d, rows) => {
    heap.kernels.logSumExpBackward(dx, d, from, rows, cols, cols, cols, beta, heap.rowScratch);
    // the mask has taken the temperature
    if (beta !== m.beta) heap.kernels.scale(dx, dx, rows * cols, m.beta);
  });
}
