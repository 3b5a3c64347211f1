import type { Views } from "../memory.js";
import { factorOf, rowAt, weightOf } from "./row.js";

export function multiMargin(
  m: Views, loss: number, dx: number, x: number, targets: number, weight: number, dloss: number, rows: number,
  cols: number, inner: number, p: number, margin: number, scale: number,
): number {
  const F = m.f32;
  let sum = 0;
  for (let r = 0; r < rows; r++) {
    const row = rowAt(x >>> 2, r, cols, inner);
    const to = rowAt(dx >>> 2, r, cols, inner);
    const t = m.i32[(targets >>> 2) + r];
    const xt = F[row + t * inner];
    const w = weightOf(F, weight, t) / cols;
    const k = factorOf(F, scale, dloss, r) * w;
    let l = 0;
    let slopes = 0;
    for (let c = 0; c < cols; c++) {
      if (c === t) continue;
      const z = margin - xt + F[row + c * inner];
      const h = z <= 0 ? 0 : z;
      const s = p === 2 ? h + h : z <= 0 ? 0 : Number.isNaN(z) ? z : 1;
      l += p === 2 ? h * h : h;
      slopes += s;
      if (dx) F[to + c * inner] = k * s;
    }
    if (dx) F[to + t * inner] = -(k * slopes);
    l *= w;
    if (loss) F[(loss >>> 2) + r] = l;
    sum += l;
  }
  return sum;
}
