import type { Views } from "../memory.js";

export function addMask(
  m: Views, y: number, x: number, mask: number, n: number, cols: number, factor: number, fill: number,
): void {
  const F = m.f32;
  const at = mask >>> 2;
  for (let r = 0, to = y >>> 2, from = x >>> 2; r < n; r++, to += cols, from += cols) {
    for (let i = 0; i < cols; i++) {
      const v = F[at + i];
      F[to + i] = v === Number.NEGATIVE_INFINITY ? fill : F[from + i] * factor + v;
    }
  }
}
