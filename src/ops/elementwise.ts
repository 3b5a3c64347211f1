import * as check from "../check.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, Tensor } from "../memory/tensor.js";
import { run } from "./rows.js";

export type Elementwise = "exp" | "log" | "sigmoid" | "tanh";

export interface ElementwiseOptions<X> {
  /** Where the result goes; may be x. Default: a new tensor or array, as x is. */
  out?: X;
}

export function elementwise(
  heap: Heap,
  kernel: Elementwise,
  x: Floats,
  options: ElementwiseOptions<Floats> = {},
): Floats {
  floats(heap, "x", x);
  check.options("options", options, ["out"]);
  const n = x.length;
  const shape = x instanceof Tensor ? x.shape : [n];
  return run(heap, x, undefined, options.out, shape, n, (y, from) => heap.kernels[kernel](y, from, n));
}
