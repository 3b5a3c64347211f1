import type { Views } from "../memory.js";
import { copyRow } from "../recurrent/copy.js";

export function embedding(m: Views, y: number, table: number, ids: number, n: number, dim: number): void {
  for (let i = 0; i < n; i++) {
    copyRow(m.f32, (y >>> 2) + i * dim, (table >>> 2) + m.i32[(ids >>> 2) + i] * dim, dim, dim);
  }
}

export function embeddingBackward(
  m: Views, dtable: number, dy: number, ids: number, n: number, dim: number, paddingIdx: number,
): void {
  const F = m.f32;
  for (let i = n - 1; i >= 0; i--) {
    const id = m.i32[(ids >>> 2) + i];
    if (id === paddingIdx) continue;
    const to = (dtable >>> 2) + id * dim;
    const from = (dy >>> 2) + i * dim;
    for (let k = 0; k < dim; k++) F[to + k] += F[from + k];
  }
}
