import * as check from "../check.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, locate, pointerOf, Tensor } from "../memory/tensor.js";
import { matrix, type RowOptions } from "./rows.js";

/** How the rows lie of which indices are taken. */
export type IndexOptions = Omit<RowOptions, "temperature">;

const INDEX_KEYS = ["cols", "shape", "axis"];

/** Rows that have a largest entry. */
export function nonEmptyRows(name: string, x: Floats, options: IndexOptions): { rows: number; cols: number } {
  const { rows, cols } = matrix(name, x, options);
  if (cols === 0) throw new RangeError(`"${name}" expected at least one column, got 0`);
  return { rows, cols };
}

export function argmax(heap: Heap, x: Floats, options: IndexOptions = {}): Int32Array {
  floats(heap, "x", x);
  check.options("options", options, INDEX_KEYS);
  const { rows, cols } = nonEmptyRows("x", x, options);
  const from = pointerOf(heap, x);
  const n = x.length;
  const index = heap.scratch(4 * (rows + n));
  heap.kernels.argmax(index, locate(heap, x, from, index + 4 * rows), rows, cols, cols);
  return heap.i32.slice(index >>> 2, (index >>> 2) + rows);
}

export interface TopK {
  /** [rows][k], each row from the largest down. A new array. */
  values: Float32Array;
  /** [rows][k], the columns that they come from. A new array. */
  indices: Int32Array;
}

export function topK(heap: Heap, x: Floats, k: number, options: IndexOptions = {}): TopK {
  floats(heap, "x", x);
  check.options("options", options, INDEX_KEYS);
  const { rows, cols } = nonEmptyRows("x", x, options);
  check.integer("k", k, 1, cols);
  const from = x instanceof Tensor ? x.data : x;
  const values = new Float32Array(rows * k);
  const indices = new Int32Array(rows * k);
  const row = new Descending(cols);
  for (let r = 0; r < rows; r++) {
    row.start(from.subarray(r * cols, (r + 1) * cols));
    for (let i = r * k; i < (r + 1) * k; i++) {
      indices[i] = row.next();
      values[i] = from[r * cols + indices[i]];
    }
  }
  return { values, indices };
}

/**
 * The indices of a row from its largest entry down: NaN first, as in PyTorch, and the lower index of equal entries. A
 * heap: O(n) to start, O(log n) for the next one. Plain TypeScript, so that it exists once and is the same on every
 * backend: it compares and jumps, which no vector instruction makes faster.
 */
export class Descending {
  private x: Float32Array = new Float32Array(0);
  private readonly heap: Int32Array;
  private size = 0;

  /** For rows of n entries. */
  constructor(n: number) {
    this.heap = new Int32Array(n);
  }

  start(x: Float32Array): void {
    this.x = x;
    this.size = x.length;
    for (let i = 0; i < this.size; i++) this.heap[i] = i;
    for (let i = (this.size >> 1) - 1; i >= 0; i--) this.sink(i);
  }

  /** To be called n times at most. */
  next(): number {
    const top = this.heap[0];
    this.heap[0] = this.heap[--this.size];
    this.sink(0);
    return top;
  }

  private sink(i: number): void {
    const { x, heap, size } = this;
    const moved = heap[i];
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && isBefore(x, heap[child + 1], heap[child])) child++;
      if (!isBefore(x, heap[child], moved)) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = moved;
  }
}

function isBefore(x: Float32Array, a: number, b: number): boolean {
  const u = x[a];
  const v = x[b];
  if (u > v) return true;
  if (u < v) return false;
  if (u === v) return a < b;
  return u !== u && (v === v || a < b);
}
