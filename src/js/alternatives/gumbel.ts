import type { Views } from "../memory.js";
import { log1p } from "../rows/log1p.js";

function minusLog(v: number): number {
  return v < 1 ? log1p((1 - v) / v) : -log1p(v - 1);
}

export function addGumbel(m: Views, y: number, x: number, u: number, n: number): void {
  const F = m.f32;
  const [to, from, uniform] = [y >>> 2, x >>> 2, u >>> 2];
  for (let i = 0; i < n; i++) F[to + i] = F[from + i] + minusLog(minusLog(F[uniform + i]));
}
