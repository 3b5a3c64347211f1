import { logOnePlus } from "../math/log1p.js";
import type { Views } from "../memory.js";

function minusLog(v: number): number {
  return v < 1 ? logOnePlus((1 - v) / v) : -logOnePlus(v - 1);
}

export function addGumbel(m: Views, y: number, x: number, u: number, n: number): void {
  const F = m.f32;
  const [to, from, uniform] = [y >>> 2, x >>> 2, u >>> 2];
  for (let i = 0; i < n; i++) F[to + i] = F[from + i] + minusLog(minusLog(F[uniform + i]));
}
