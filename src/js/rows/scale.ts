import type { Views } from "../memory.js";

export function scale(m: Views, y: number, x: number, n: number, factor: number): void {
  const F = m.f32;
  const f = Math.fround(factor);
  for (let i = 0, from = x >>> 2, to = y >>> 2; i < n; i++) F[to + i] = F[from + i] * f;
}
