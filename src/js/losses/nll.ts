import type { Views } from "../memory.js";
import { clearRow, factorOf, rowAt, weightOf } from "./row.js";

export function nll(
  m: Views, loss: number, dx: number, x: number, targets: number, weight: number, dloss: number, rows: number,
  cols: number, inner: number, ignoreIndex: number, scale: number,
): number {
  const F = m.f32;
  let sum = 0;
  for (let r = 0; r < rows; r++) {
    const t = m.i32[(targets >>> 2) + r];
    const ignored = t === ignoreIndex;
    const w = ignored ? 0 : -weightOf(F, weight, t);
    const l = ignored ? 0 : w * F[rowAt(x >>> 2, r, cols, inner) + t * inner];
    if (loss) F[(loss >>> 2) + r] = l;
    if (dx) {
      const to = rowAt(dx >>> 2, r, cols, inner);
      clearRow(F, to, cols, inner);
      if (!ignored) F[to + t * inner] = factorOf(F, scale, dloss, r) * w;
    }
    sum += l;
  }
  return sum;
}
