// Most kernels work on rows that lie together. Along another axis than the last one, tiles of rows are brought together
// in scratch, worked on, and put back: the tensor is neither copied nor transposed as a whole, and the bits are those
// of rows.
import type { Heap } from "../memory/heap.js";
import { type Floats, locate, pointerOf } from "../memory/tensor.js";
import { type Mask, maskBytes, putMasked } from "./mask.js";
import { type Rows, rowStart, run } from "./rows.js";

/** Elements of a tile: it stays in L1. But at least 16 rows, since 16 elements are a line of the cache. */
const TILE = 4096;

function tileRows({ cols, inner }: Rows): number {
  return Math.min(inner, Math.max(16, Math.floor(TILE / Math.max(1, cols)) & ~15));
}

/** Bytes of a tile, 0 where rows lie together. */
export function tileBytes(m: Rows): number {
  return m.inner === 1 ? 0 : Math.ceil((tileRows(m) * m.cols) / 16) * 64;
}

/** An array of a call: where it is, and whether it has all elements of the rows or one for each row. */
export interface Operand {
  at: number;
  each: "element" | "row";
}

/**
 * Calls the kernel for each tile with the pointers of its result and inputs, the number of its rows and the first of
 * them; once for all where rows lie together. A result with all elements is made in the tile of the first input.
 * `tiles` has tileBytes() for each input with all elements.
 */
export function eachTile(
  heap: Heap,
  m: Rows,
  tiles: number,
  out: Operand,
  inputs: readonly Operand[],
  kernel: (out: number, inputs: readonly number[], rows: number, first: number) => void,
): void {
  const { rows, cols, inner } = m;
  if (inner === 1) {
    kernel(
      out.at,
      inputs.map(({ at }) => at),
      rows,
      0,
    );
    return;
  }
  const [most, bytes] = [tileRows(m), tileBytes(m)];
  for (let first = 0, n: number; first < rows; first += n) {
    n = Math.min(most, inner - (first % inner));
    const start = 4 * rowStart(m, first);
    const pointers = inputs.map(({ at, each }, k) => {
      if (each === "row") return at + 4 * first;
      heap.kernels.transpose(tiles + k * bytes, at + start, cols, n, cols, inner);
      return tiles + k * bytes;
    });
    if (out.each === "row") kernel(out.at + 4 * first, pointers, n, first);
    else {
      kernel(tiles, pointers, n, first);
      heap.kernels.transpose(out.at + start, tiles, n, cols, inner, cols);
    }
  }
}

/** What runRows() calls for each tile. */
export type RowKernel = (out: number, x: number, x2: number, rows: number) => void;

/**
 * What runRows() calls instead for each matrix [cols][inner] of rows that lie side by side, where there is such a
 * kernel.
 */
export type ColumnKernel = (out: number, x: number) => void;

/** How the arrays of runRows() lie: `out` and `x2` have all elements or one for each row, x has all. */
interface RowsHow {
  out: Operand["each"];
  x2?: Operand["each"];
  /** Of a new tensor. Default: that of x. */
  shape?: readonly number[];
  mask?: Mask;
}

/** run() for rows along any axis. */
export function runRows(
  heap: Heap,
  m: Rows,
  x: Floats,
  x2: Floats | undefined,
  out: Floats | undefined,
  { out: each, x2: each2 = "element", shape = m.shape, mask }: RowsHow,
  kernel: RowKernel,
  columns?: ColumnKernel,
): Floats {
  const n = m.rows * m.cols;
  const length = each === "row" ? m.rows : n;
  if (m.inner === 1 && !mask) return run(heap, x, x2, out, shape, length, (to, a, b) => kernel(to, a, b, m.rows));
  const tiles = tileBytes(m) * (x2 !== undefined && each2 === "element" ? 2 : 1);
  const copied = mask && each === "row" ? Math.ceil(n / 16) * 64 : 0;
  const spare = tiles + copied + maskBytes(mask);
  return run(
    heap,
    x,
    x2,
    out,
    shape,
    length,
    (to, from, from2, at) => {
      let source = from;
      if (mask) {
        source = copied ? at + tiles : to;
        putMasked(heap, mask, source, from, n, at + tiles + copied);
      }
      if (columns && m.inner > 1) {
        for (let i = 0; i < 4 * n; i += 4 * m.cols * m.inner) columns(to + i, source + i);
        return;
      }
      const inputs: Operand[] = [{ at: source, each: "element" }];
      if (x2 !== undefined) inputs.push({ at: from2, each: each2 });
      eachTile(heap, m, at, { at: to, each }, inputs, (y, [a, b], rows) => kernel(y, a, b, rows));
    },
    spare,
  );
}

/**
 * Calls the kernel for each tile of the rows of x, which it only reads, wherever x lies: with their pointer, their
 * number, the first of them, and `spare` bytes that are the same in every call.
 */
export function readRows(
  heap: Heap,
  m: Rows,
  x: Floats,
  spare: number,
  kernel: (x: number, rows: number, first: number, spare: number) => void,
): void {
  const from = pointerOf(heap, x);
  const tiles = tileBytes(m);
  const place = heap.scratch(tiles + spare + (from < 0 ? 4 * x.length : 0));
  const input: Operand = { at: locate(heap, x, from, place + tiles + spare), each: "element" };
  const result: Operand = { at: place + tiles, each: "row" };
  eachTile(heap, m, place, result, [input], (_, [a], rows, first) => kernel(a, rows, first, place + tiles));
}
