import * as check from "../check.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import { floats, type TensorLike } from "../memory/tensor.js";
import { INDEX_KEYS, type IndexOptions, nonEmptyRows } from "./argmax.js";
import { readRows } from "./axis.js";
import { Descending } from "./descending.js";
import { rowStart } from "./rows.js";

/** Options of topK(). */
export type TopKOptions = IndexOptions & {
  /** false: the k smallest entries, from the smallest up. Default true. */
  largest?: boolean;
};

/** What topK() returns. */
export interface TopK {
  /** The entries, from the largest down along the axis. A new array. */
  values: Float32Array;
  /** Their indices along the axis. A new array. */
  indices: Int32Array;
  /** The shape of both: that of x with k in the place of the axis. */
  shape: readonly number[];
}

const KEYS = /* @__PURE__ */ INDEX_KEYS.concat("largest");

/**
 * The k largest entries of each row and their indices along the axis, from the largest down, or the smallest with `largest:
 * false`: the lower index of equal ones first (torch.topk leaves that open), and NaN is above all numbers, as in PyTorch. New
 * arrays of the shape of x with k in the place of the axis, as torch.topk. Throws as argmax, and RangeError for a k that is not
 * in 1..columns.
 *
 * @example
 * topK(sc, [1, 3, 2], 2); // { values: [3, 2], indices: [1, 2], shape: [2] }
 * topK(sc, [1, 3, 2], 1, { largest: false }).values; // 1
 */
export function topK(sc: Softcell, x: TensorLike, k: number, options: TopKOptions = {}): TopK {
  const heap = heapOf(sc);
  heap.alive();
  const given = floats(heap, "x", x);
  check.options("options", options, KEYS);
  const { largest = true, ...rest } = options;
  check.boolean("largest", largest);
  const m = nonEmptyRows("x", given, rest);
  const { rows, cols, inner } = m;
  check.integer("k", k, 1, cols);
  const values = new Float32Array(rows * k);
  const indices = new Int32Array(rows * k);
  const order = new Descending(cols, largest ? 1 : -1);
  const result = { ...m, cols: k };
  readRows(heap, m, given, 0, (from, n, first) => {
    for (let r = first, start = from >>> 2; r < first + n; r++, start += cols) {
      const row = heap.f32.subarray(start, start + cols);
      order.start(row);
      for (let j = 0, i = rowStart(result, r); j < k; j++, i += inner) {
        indices[i] = order.next();
        values[i] = row[indices[i]];
      }
    }
  });
  return { values, indices, shape: m.shape.map((size, axis) => (axis === m.axis ? k : size)) };
}
