import * as check from "../check.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import { floats, type TensorLike } from "../memory/tensor.js";
import { INDEX_KEYS, type IndexOptions, nonEmptyRows } from "./argmax.js";
import { readRows } from "./axis.js";
import { Descending } from "./descending.js";
import { rowOptions } from "./rows.js";

/** What topK() returns. */
export interface TopK {
  /** [rows][k], the rows in the order of the shape without the axis, each from the largest down. A new array. */
  values: Float32Array;
  /** [rows][k], their indices along the axis. A new array. */
  indices: Int32Array;
}

/**
 * The k largest entries of each row and their indices along the axis, from the largest down: the lower index of equal ones
 * first (torch.topk leaves that open), and NaN before all numbers, as in PyTorch. New arrays [rows][k] along any axis,
 * where torch.topk puts k in the place of the axis. Throws as argmax, and RangeError for a k that is not in 1..columns.
 *
 * @example
 * topK(sc, [1, 3, 2], 2); // { values: [3, 2], indices: [1, 2] }
 */
export function topK(sc: Softcell, x: TensorLike, k: number, options?: IndexOptions): TopK {
  const heap = heapOf(sc);
  heap.alive();
  const read = rowOptions(options, INDEX_KEYS);
  const given = floats(heap, "x", x);
  heap.alive();
  const m = nonEmptyRows("x", given, read);
  const { rows, cols } = m;
  check.integer("k", k, 1, cols);
  const values = new Float32Array(rows * k);
  const indices = new Int32Array(rows * k);
  const order = new Descending(cols);
  readRows(heap, m, given, 0, (from, n, first) => {
    for (let i = first * k, start = from >>> 2; i < (first + n) * k; start += cols) {
      const row = heap.f32.subarray(start, start + cols);
      order.start(row);
      for (const end = i + k; i < end; i++) {
        indices[i] = order.next();
        values[i] = row[indices[i]];
      }
    }
  });
  return { values, indices };
}
