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
  const shape = x instanceof Tensor ? x.shape : [x.length];
  return run(heap, [x], options.out, shape, (y, from) => heap.kernels[kernel](y, from, x.length));
}
