import type { Heap } from "../memory/heap.js";
import { type Floats, floats } from "../memory/tensor.js";
import { matrix, type RowOptions, run } from "./rows.js";

export type SoftmaxOptions<X> = RowOptions & {
  /** Where the result goes; may be an input. Default: a new tensor or array, as x is. */
  out?: X;
};

type Forward = "softmax" | "logSoftmax";
type Backward = "softmaxBackward" | "logSoftmaxBackward";

/** softmax or log-softmax of each row. */
export function forward(heap: Heap, kernel: Forward, x: Floats, options: SoftmaxOptions<Floats> = {}): Floats {
  floats(heap, "x", x);
  const { rows, cols, shape, beta } = matrix("x", x, options);
  return run(heap, x, undefined, options.out, shape, rows * cols, (y, from) => {
    heap.kernels[kernel](y, from, rows, cols, cols, cols, beta, heap.rowScratch);
  });
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
  floats(heap, "y", y, dy.length);
  const { rows, cols, shape, beta } = matrix("dy", dy, options);
  return run(heap, dy, y, options.out, shape, rows * cols, (dx, d, from) => {
    heap.kernels[kernel](dx, d, from, rows, cols, cols, cols, cols, beta, heap.rowScratch);
  });
}

export function logSumExp(heap: Heap, x: Floats, options: SoftmaxOptions<Floats> = {}): Floats {
  floats(heap, "x", x);
  const { rows, cols, shape, beta } = matrix("x", x, options);
  const reduced = shape.length > 1 ? shape.slice(0, -1) : [1];
  return run(heap, x, undefined, options.out, reduced, rows, (lse, from) => {
    heap.kernels.logSumExp(lse, from, rows, cols, cols, beta, heap.rowScratch);
  });
}

export function logSumExpBackward(heap: Heap, dlse: Floats, x: Floats, options: SoftmaxOptions<Floats> = {}): Floats {
  floats(heap, "x", x);
  const { rows, cols, shape, beta } = matrix("x", x, options);
  floats(heap, "dlse", dlse, rows);
  return run(heap, x, dlse, options.out, shape, rows * cols, (dx, from, d) => {
    heap.kernels.logSumExpBackward(dx, d, from, rows, cols, cols, cols, beta, heap.rowScratch);
  });
}
