import { expOfMinus2 } from "../math/double.js";
import { logOnePlus2 } from "../math/log1p.js";
import type { Views } from "../memory.js";

export function bceWithLogits(
  m: Views, loss: number, dx: number, x: number, y: number, weight: number, weights: number, posWeight: number,
  posWeights: number, dloss: number, n: number, scale: number,
): number {
  const F = m.f32;
  const [L, D, X, Y, U] = [loss >>> 2, dx >>> 2, x >>> 2, y >>> 2, dloss >>> 2];
  let even = 0;
  let odd = 0;
  for (let i = 0; i < n; i++) {
    const v = F[X + i];
    const t = F[Y + i];
    const a = Math.abs(v);
    const e = expOfMinus2(v);
    const log = logOnePlus2(e, 1 + e);
    const near = 1 / (1 + e);
    const far = e * near;
    const w = weight ? F[(weight >>> 2) + (i % weights)] : 1;
    const hit = posWeight ? F[(posWeight >>> 2) + (i % posWeights)] * t : t;
    const l = w * ((1 - t) * ((v + a) * 0.5 + log) + hit * (Math.max(-v, 0) + log));
    if (loss) F[L + i] = l;
    if (dx) {
      const g = v < 0 ? (1 - t) * far - hit * near : (1 - t) * near - hit * far;
      F[D + i] = (dloss ? scale * F[U + i] : scale) * (w * g);
    }
    if (i & 1) odd += l;
    else even += l;
  }
  return even + odd;
}
