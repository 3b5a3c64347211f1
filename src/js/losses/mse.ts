import type { Views } from "../memory.js";

export function mse(
  m: Views, loss: number, dx: number, x: number, y: number, dloss: number, n: number, scale: number,
): number {
  const F = m.f32;
  const [L, D, X, Y, U] = [loss >>> 2, dx >>> 2, x >>> 2, y >>> 2, dloss >>> 2];
  let even = 0;
  let odd = 0;
  for (let i = 0; i < n; i++) {
    const d = F[X + i] - F[Y + i];
    const l = d * d;
    if (loss) F[L + i] = l;
    if (dx) F[D + i] = (dloss ? scale * F[U + i] : scale) * (d + d);
    if (i & 1) odd += l;
    else even += l;
  }
  return even + odd;
}
