import { CHOOSE, SOFTMAX, TILES } from "../backend/parts.js";
import * as check from "../check.js";
import type { Heap } from "../memory/heap.js";
import { heapOf, randomOf, type Softcell } from "../memory/softcell.js";
import { floats, outOf, pointerOf, type ResultOf, resultTensor, Tensor, type TensorLike } from "../memory/tensor.js";
import { eachTile, tileBytes } from "./axis.js";
import { type Kernel, livingOut, matrix, type RowOptions, type Rows, refuseOverlap, rowStart, run } from "./rows.js";

/** Options of gumbelSoftmax(). */
export type GumbelOptions<X = TensorLike> = RowOptions & {
  /** true: y is one-hot. Default false. */
  hard?: boolean;
  /** From 0 to 2^32 - 1: the same noise in every call. Default: the generator of this instance goes on. */
  seed?: number;
  /** Where soft goes; may be x. Default: a new tensor or array, as x is. */
  out?: ResultOf<X>;
};

/** What gumbelSoftmax() returns. */
export interface GumbelResult<X> {
  /** What goes forward: with `hard` one-hot, in a new tensor or array, as x is; else soft itself. */
  y: X;
  /** The probabilities, which softmaxBackward takes. */
  soft: X;
}

const KEYS = ["cols", "shape", "axis", "temperature", "hard", "seed", "out"];

/**
 * A differentiable draw from the classes of each row: softmax((x + g) / temperature), g = -log(-log(u)) of seeded uniform u
 * (Jang et al., arXiv 1611.01144; torch.nn.functional.gumbel_softmax). The noise of an element is the same on every
 * backend and along every axis, and the choice of `hard` on every backend; soft has the bits of softmax.
 *
 * The gradient of x is softmaxBackward(sc, dy, soft, { axis, temperature }). With `hard` y is one-hot along the axis and dy
 * its gradient: this is the straight-through estimator. A row that softmax makes NaN is NaN in both. Throws as softmax,
 * and RangeError for a temperature that is negative or infinite.
 *
 * @example
 * const { y, soft } = gumbelSoftmax(sc, [1, 2, 3], { temperature: 0.5, hard: true, seed: 1 });
 * y; // 0, 0, 1
 * soft; // 0.000045, 0.0041, 0.9959
 */
export function gumbelSoftmax<X extends TensorLike>(
  sc: Softcell,
  given: X,
  options?: GumbelOptions<X>,
): GumbelResult<ResultOf<X>> {
  const heap = heapOf(sc, SOFTMAX);
  heap.use(CHOOSE);
  heap.use(TILES);
  const { hard = false, seed, out, ...rest } = check.options("options", options, KEYS);
  const x = floats(heap, "x", given);
  if (rest.temperature !== undefined) check.number("temperature", rest.temperature, 0, Number.MAX_VALUE, true);
  const m = matrix("x", x, rest);
  const { rows, cols, shape, beta } = m;
  check.boolean("hard", hard);
  const source = randomOf(sc, seed);
  const n = rows * cols;
  const target = outOf(heap, out, n);
  const at = target === undefined ? -1 : pointerOf(heap, target);
  const from = pointerOf(heap, x);
  refuseOverlap(at, n, from, n);
  const oneHot = !hard
    ? undefined
    : x instanceof Tensor
      ? resultTensor(heap, shape, [from, n], x)
      : new Float32Array(n);
  // the new tensor may have made the memory grow, which detaches a view
  const to = at < 0 || out instanceof Tensor ? out : heap.f32.subarray(at >>> 2, (at >>> 2) + n);
  try {
    const tiles = tileBytes(m);
    const call: Kernel<Rows> = (_, y, from, __, ___, spare): void => {
      if (n === 0) return;
      // the uniform numbers, then the largest of each row
      const u = spare + tiles;
      const uniform = heap.f32.subarray(u >>> 2, (u >>> 2) + n);
      for (let i = 0; i < n; i++) uniform[i] = source.inside();
      heap.kernels.addGumbel(y, from, u, n);
      eachTile(heap, m, spare, y, "element", y, 0, "row", (p, z, _, count, first) => {
        if (oneHot) heap.kernels.argmax(u + 4 * first, z, count, cols, cols);
        heap.kernels.softmax(p, z, count, cols, cols, cols, beta, heap.rowScratch);
      });
      if (oneHot) putOnes(oneHot instanceof Tensor ? oneHot.data : oneHot, heap, m, y, u);
    };
    const soft = run(heap, x, undefined, to, shape, n, call, m, tiles + 4 * n);
    const result = out === undefined ? soft : at < 0 ? out : livingOut(heap, at, n, out);
    return { y: oneHot ?? result, soft: result } as GumbelResult<ResultOf<X>>;
  } catch (error) {
    if (oneHot instanceof Tensor && !oneHot.home) oneHot.dispose();
    throw error;
  }
}

/** A 1 at the index of each row; a row whose probabilities are NaN is NaN. */
function putOnes(y: Float32Array, heap: Heap, m: Rows, soft: number, index: number): void {
  const { rows, cols, inner } = m;
  y.fill(0);
  for (let r = 0; r < rows; r++) {
    const start = rowStart(m, r);
    if (!Number.isNaN(heap.f32[(soft >>> 2) + start])) y[start + heap.i32[(index >>> 2) + r] * inner] = 1;
    else for (let c = 0; c < cols; c++) y[start + c * inner] = Number.NaN;
  }
}
