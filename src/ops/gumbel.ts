import * as check from "../check.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, pointerOf, Tensor } from "../memory/tensor.js";
import { generator, type Random } from "../train/random.js";
import { matrix, type RowOptions, refuseOverlap, run } from "./rows.js";

export type GumbelOptions<X> = RowOptions & {
  /** true: y is one-hot. Default false. */
  hard?: boolean;
  /** From 0 to 2^32 - 1: the same noise in every call. Default: the generator of this instance goes on. */
  seed?: number;
  /** Where soft goes; may be x. Default: a new tensor or array, as x is. */
  out?: X;
};

export interface GumbelResult<X> {
  /** What goes forward: with `hard` one-hot, in a new tensor or array, as x is; else soft itself. */
  y: X;
  /** The probabilities, which softmaxBackward takes. */
  soft: X;
}

const KEYS = ["cols", "shape", "axis", "temperature", "hard", "seed", "out"];

export function gumbelSoftmax(
  heap: Heap,
  random: Random,
  x: Floats,
  options: GumbelOptions<Floats> = {},
): GumbelResult<Floats> {
  floats(heap, "x", x);
  check.options("options", options, KEYS);
  const { hard = false, seed, out, ...rest } = options;
  if (rest.temperature !== undefined) check.number("temperature", rest.temperature, 0, Number.MAX_VALUE, true);
  const { rows, cols, shape, beta } = matrix("x", x, rest);
  check.boolean("hard", hard);
  const source = generator(random, seed);
  const n = rows * cols;
  const at = out === undefined ? -1 : pointerOf(heap, floats(heap, "out", out, n));
  refuseOverlap(at, n, pointerOf(heap, x), n);
  const oneHot = !hard ? undefined : x instanceof Tensor ? new Tensor(heap, shape) : new Float32Array(n);
  // the new tensor may have made the memory grow, which detaches a view
  const to = at < 0 || out instanceof Tensor ? out : heap.f32.subarray(at >>> 2, (at >>> 2) + n);
  try {
    // the place of the second input takes the uniform numbers, then the largest of each row
    const soft = run(heap, x, new Float32Array(n), to, shape, n, (y, from, u) => {
      const uniform = heap.f32.subarray(u >>> 2, (u >>> 2) + n);
      for (let i = 0; i < n; i++) uniform[i] = source.inside();
      heap.kernels.addGumbel(y, from, u, n);
      if (oneHot && n > 0) heap.kernels.argmax(u, y, rows, cols, cols);
      heap.kernels.softmax(y, y, rows, cols, cols, cols, beta, heap.rowScratch);
      if (oneHot) putOnes(oneHot instanceof Tensor ? oneHot.data : oneHot, heap, y, u, rows, cols);
    });
    return { y: oneHot ?? out ?? soft, soft: out ?? soft };
  } catch (error) {
    if (oneHot instanceof Tensor) oneHot.dispose();
    throw error;
  }
}

/** A 1 at the index of each row; a row whose probabilities are NaN is NaN. */
function putOnes(y: Float32Array, heap: Heap, soft: number, index: number, rows: number, cols: number): void {
  for (let start = 0, r = 0; r < rows && cols > 0; r++, start += cols) {
    if (Number.isNaN(heap.f32[(soft >>> 2) + start])) y.fill(Number.NaN, start, start + cols);
    else y[start + heap.i32[(index >>> 2) + r]] = 1;
  }
}
