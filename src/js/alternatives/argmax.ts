import type { Views } from "../memory.js";

export function argmax(m: Views, index: number, x: number, rows: number, cols: number, ldx: number): void {
  const F = m.f32;
  for (let r = 0, from = x >>> 2; r < rows; r++, from += ldx) {
    let best = 0;
    let top = F[from];
    for (let i = 1; i < cols && top === top; i++) {
      if (F[from + i] <= top) continue;
      top = F[from + i];
      best = i;
    }
    m.i32[(index >>> 2) + r] = best;
  }
}
