import { CHOOSE } from "../backend/parts.js";
import type { Heap } from "../memory/heap.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import { type Floats, floats, type TensorLike } from "../memory/tensor.js";
import { readRows } from "./axis.js";
import { matrix, type RowOptions, type Rows, rowOptions } from "./rows.js";

/** How the rows lie of which indices are taken. */
export type IndexOptions = Omit<RowOptions, "temperature">;

export const INDEX_KEYS = ["cols", "shape", "axis"];

/** Rows that have a largest entry. */
export function nonEmptyRows(name: string, x: Floats, options: IndexOptions): Rows {
  const m = matrix(name, x, options);
  if (m.cols === 0) throw new RangeError(`"${name}" expected at least one column, got 0`);
  return m;
}

/**
 * The index along the axis of the largest entry of each row: the first of equal ones, and NaN counts as the largest, as in
 * torch.argmax. Rows are in the order of the shape without the axis. A new array with one for each row. Throws TypeError
 * for a wrong kind, RangeError for sizes that do not fit and for rows without columns.
 *
 * @example
 * argmax(sc, [1, 3, 2, 0, -1, 0], { cols: 3 }); // 1, 0
 */
export function argmax(sc: Softcell, x: TensorLike, options?: IndexOptions): Int32Array {
  const heap = heapOf(sc, CHOOSE);
  const read = rowOptions(options, INDEX_KEYS);
  return largestOf(heap, floats(heap, "x", x), read);
}

/** argmax() of checked values. */
export function largestOf(heap: Heap, x: Floats, options: IndexOptions): Int32Array {
  const m = nonEmptyRows("x", x, options);
  const index = new Int32Array(m.rows);
  readRows(heap, m, x, 4 * m.rows, (from, n, first, at) => {
    heap.kernels.argmax(at, from, n, m.cols, m.cols);
    index.set(heap.i32.subarray(at >>> 2, (at >>> 2) + n), first);
  });
  return index;
}
