// Most kernels work on rows that lie together. Along another axis than the last one, tiles of rows are brought together
// in scratch, worked on, and put back: the tensor is neither copied nor transposed as a whole, and the bits are those
// of rows.
import { TILES } from "../backend/parts.js";
import { padded } from "../memory/block.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, locate, pointerOf } from "../memory/tensor.js";
import { type Mask, maskBytes, putMasked } from "./mask.js";
import { type Kernel, type Rows, rowStart, run } from "./rows.js";

/** Elements of a tile: it stays in L1. But at least 16 rows, since 16 elements are a line of the cache. */
const TILE = 4096;

function tileRows({ cols, inner }: Rows): number {
  return Math.min(inner, Math.max(16, Math.floor(TILE / Math.max(1, cols)) & ~15));
}

/** Bytes of a tile, 0 where rows lie together. */
export function tileBytes(m: Rows): number {
  return m.inner === 1 ? 0 : padded(tileRows(m) * m.cols);
}

/** Whether an array has all elements of the rows, or one for each row. */
export type Each = "element" | "row";

/**
 * Calls the kernel for each tile with the pointers of its result and inputs, the number of its rows and the first of
 * them; once for all where rows lie together. `x` has all elements; a result with all elements is made in its tile.
 * `tiles` has tileBytes() for each input with all elements; x2 may be none, 0.
 */
export function eachTile(
  heap: Heap,
  m: Rows,
  tiles: number,
  out: number,
  each: Each,
  x: number,
  x2: number,
  each2: Each,
  kernel: (out: number, x: number, x2: number, rows: number, first: number) => void,
): void {
  const { rows, cols, inner } = m;
  if (inner === 1) {
    kernel(out, x, x2, rows, 0);
    return;
  }
  const [most, bytes] = [tileRows(m), tileBytes(m)];
  for (let first = 0, n: number; first < rows; first += n) {
    n = Math.min(most, inner - (first % inner));
    const start = 4 * rowStart(m, first);
    const tile = (from: number, place: number): number => {
      heap.kernels.transpose(place, from + start, cols, n, cols, inner);
      return place;
    };
    const from = tile(x, tiles);
    const from2 = each2 === "row" || x2 === 0 ? x2 + 4 * first : tile(x2, tiles + bytes);
    if (each === "row") kernel(out + 4 * first, from, from2, n, first);
    else {
      kernel(tiles, from, from2, n, first);
      heap.kernels.transpose(out + start, tiles, n, cols, inner, cols);
    }
  }
}

/** How the arrays of runRows() lie: `out` and `x2` have all elements or one for each row, x has all. */
interface RowsHow {
  out: Each;
  x2: Each;
  /** Of a new tensor. Default: that of x. */
  shape?: readonly number[];
}

export const ELEMENTS: RowsHow = { out: "element", x2: "element" };

/**
 * run() for rows along any axis. `columns` is called instead for each matrix [cols][inner] of rows that lie side by
 * side, where there is such a kernel.
 */
export function runRows(
  heap: Heap,
  m: Rows,
  x: Floats,
  x2: Floats | undefined,
  out: unknown,
  how: RowsHow,
  kernel: Kernel<Rows>,
  mask?: Mask,
  columns?: Kernel<Rows>,
): Floats {
  const n = m.rows * m.cols;
  const length = how.out === "row" ? m.rows : n;
  const shape = how.shape ?? m.shape;
  if (m.inner === 1 && !mask) return run(heap, x, x2, out, shape, length, kernel, m);
  heap.use(TILES);
  const tiles = tileBytes(m) * (x2 !== undefined && how.x2 === "element" ? 2 : 1);
  const copied = mask && how.out === "row" ? padded(n) : 0;
  const spare = tiles + copied + maskBytes(mask);
  const call: Kernel<Rows> = (_, to, from, from2, { cols, inner }, at) => {
    let source = from;
    if (mask) {
      source = copied ? at + tiles : to;
      putMasked(heap, mask, source, from, n, at + tiles + copied);
    }
    if (columns && inner > 1) {
      for (let i = 0; i < 4 * n; i += 4 * cols * inner) columns(heap, to + i, source + i, 0, m, 0);
      return;
    }
    eachTile(heap, m, at, to, how.out, source, from2, how.x2, (y, a, b, rows) =>
      kernel(heap, y, a, b, { ...m, rows }, 0),
    );
  };
  return run(heap, x, x2, out, shape, length, call, m, spare);
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
  heap.use(TILES);
  const from = pointerOf(heap, x);
  const tiles = tileBytes(m);
  const n = m.rows * m.cols;
  const place = heap.scratch(tiles + spare + (from < 0 ? 4 * n : 0));
  const at = locate(heap, x, n, from, place + tiles + spare);
  eachTile(heap, m, place, 0, "row", at, 0, "row", (_, a, __, rows, first) => kernel(a, rows, first, place + tiles));
}
