import * as check from "../check.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats } from "../memory/tensor.js";
import { readRows } from "./axis.js";
import { matrix, type RowOptions, type Rows } from "./rows.js";

/** How the rows lie of which indices are taken. */
export type IndexOptions = Omit<RowOptions, "temperature">;

const INDEX_KEYS = ["cols", "shape", "axis"];

/** Rows that have a largest entry. */
export function nonEmptyRows(name: string, x: Floats, options: IndexOptions): Rows {
  const m = matrix(name, x, options);
  if (m.cols === 0) throw new RangeError(`"${name}" expected at least one column, got 0`);
  return m;
}

export function argmax(heap: Heap, x: Floats, options: IndexOptions = {}): Int32Array {
  floats(heap, "x", x);
  check.options("options", options, INDEX_KEYS);
  const m = nonEmptyRows("x", x, options);
  const index = new Int32Array(m.rows);
  readRows(heap, m, x, 4 * m.rows, (from, n, first, at) => {
    heap.kernels.argmax(at, from, n, m.cols, m.cols);
    index.set(heap.i32.subarray(at >>> 2, (at >>> 2) + n), first);
  });
  return index;
}

/** What topK() returns. */
export interface TopK {
  /** [rows][k], the rows in the order of the shape without the axis, each from the largest down. A new array. */
  values: Float32Array;
  /** [rows][k], their indices along the axis. A new array. */
  indices: Int32Array;
}

export function topK(heap: Heap, x: Floats, k: number, options: IndexOptions = {}): TopK {
  floats(heap, "x", x);
  check.options("options", options, INDEX_KEYS);
  const m = nonEmptyRows("x", x, options);
  const { rows, cols } = m;
  check.integer("k", k, 1, cols);
  const values = new Float32Array(rows * k);
  const indices = new Int32Array(rows * k);
  const order = new Descending(cols);
  readRows(heap, m, x, 0, (from, n, first) => {
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
