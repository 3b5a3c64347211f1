import type { Views } from "../memory.js";

export function hinge(
  m: Views, loss: number, dx: number, x: number, y: number, dloss: number, n: number, margin: number, squared: number,
  scale: number,
): number {
  const F = m.f32;
  const [L, D, X, Y, U] = [loss >>> 2, dx >>> 2, x >>> 2, y >>> 2, dloss >>> 2];
  let even = 0;
  let odd = 0;
  for (let i = 0; i < n; i++) {
    const t = F[Y + i];
    const z = margin - t * F[X + i];
    const h = z <= 0 ? 0 : z;
    const l = squared ? h * h : h;
    const slope = squared ? h + h : z === z ? 1 : z;
    if (loss) F[L + i] = l;
    if (dx) F[D + i] = (dloss ? scale * F[U + i] : scale) * (z <= 0 ? 0 : -t * slope);
    if (i & 1) odd += l;
    else even += l;
  }
  return even + odd;
}
