// Embedding: rows of a table, picked by index.
import { bytes, loadTail, storeTail } from "../simd";
import { copyRow } from "../recurrent/copy";

/**
 * y[i] = table[ids[i]]
 * y[n][dim], table[*][dim], ids[n] i32 within the table; no aliasing; moves only
 */
export function embedding(y: usize, table: usize, ids: usize, n: i32, dim: i32): void {
  for (let i = 0; i < n; i++) copyRow(y + bytes(i * dim), table + bytes(load<i32>(ids + bytes(i)) * dim), dim, dim);
}

/**
 * dtable[ids[i]] += dy[i], but for ids[i] = paddingIdx
 * dtable[*][dim], dy[n][dim], ids[n] i32; no aliasing
 * rows n - 1 down to 0, as the gradients of all weights
 */
export function embeddingBackward(dtable: usize, dy: usize, ids: usize, n: i32, dim: i32, paddingIdx: i32): void {
  const quads = bytes(dim & ~3), tail = dim & 3;
  for (let i = n - 1; i >= 0; i--) {
    const id = load<i32>(ids + bytes(i)), to = dtable + bytes(id * dim), from = dy + bytes(i * dim);
    if (id == paddingIdx) continue;
    for (let k: usize = 0; k < quads; k += 16) {
      v128.store(to + k, f32x4.add(v128.load(to + k), v128.load(from + k)));
    }
    if (tail) storeTail(to + quads, f32x4.add(loadTail(to + quads, tail), loadTail(from + quads, tail)), tail);
  }
}
