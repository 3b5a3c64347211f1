import { CHOOSE } from "../backend/parts.js";
import * as check from "../check.js";
import type { Heap } from "../memory/heap.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import { type Floats, floats, type TensorLike } from "../memory/tensor.js";
import { readRows } from "./axis.js";
import { matrix, type RowOptions, type Rows } from "./rows.js";

/** How the rows lie of which indices are taken. */
export type IndexOptions = Omit<RowOptions, "temperature">;

/** Options of argmax(). */
export type ArgmaxOptions = IndexOptions & {
  /** true: the last of equal entries instead of the first, ONNX's select_last_index. Default false. */
  selectLast?: boolean;
};

export const INDEX_KEYS = ["cols", "shape", "axis"];
export const ARGMAX_KEYS = /* @__PURE__ */ INDEX_KEYS.concat("selectLast");

/** Rows that have a largest entry. */
export function nonEmptyRows(name: string, x: Floats, options: IndexOptions): Rows {
  const m = matrix(name, x, options);
  if (m.cols === 0) throw new RangeError(`"${name}" expected at least one column, got 0`);
  return m;
}

/**
 * The index along the axis of the largest entry of each row: the first of equal ones, or the last with `selectLast`, and NaN
 * counts as the largest, as in torch.argmax. Rows are in the order of the shape without the axis, which is also that of a
 * shape that keeps it with size 1. A new array with one for each row. Throws TypeError for a wrong kind, RangeError for sizes
 * that do not fit and for rows without columns.
 *
 * @example
 * argmax(sc, [1, 3, 2, 0, -1, 0], { cols: 3 }); // 1, 0
 */
export function argmax(sc: Softcell, x: TensorLike, options: ArgmaxOptions = {}): Int32Array {
  const heap = heapOf(sc, CHOOSE);
  check.options("options", options, ARGMAX_KEYS);
  const { selectLast = false, ...rest } = options;
  check.boolean("selectLast", selectLast);
  return largestOf(heap, floats(heap, "x", x), rest, selectLast);
}

/** argmax() of checked values. */
export function largestOf(heap: Heap, x: Floats, options: IndexOptions, last = false): Int32Array {
  const m = nonEmptyRows("x", x, options);
  const index = new Int32Array(m.rows);
  readRows(heap, m, x, 4 * m.rows, (from, n, first, at) => {
    largestIn(heap, at, from, n, m.cols, last);
    index.set(heap.i32.subarray(at >>> 2, (at >>> 2) + n), first);
  });
  return index;
}

/** The index [rows] of the largest of each row of x [rows][cols]: the first, or the last of equal ones. */
export function largestIn(heap: Heap, index: number, x: number, rows: number, cols: number, last: boolean): void {
  heap.kernels.argmax(index, x, rows, cols, cols);
  if (!last) return;
  const { f32, i32 } = heap;
  for (let r = 0, i = index >>> 2, start = x >>> 2; r < rows; r++, i++, start += cols) {
    const top = f32[start + i32[i]];
    let c = cols - 1;
    while (f32[start + c] !== top && (top === top || f32[start + c] === f32[start + c])) c--;
    i32[i] = c;
  }
}
