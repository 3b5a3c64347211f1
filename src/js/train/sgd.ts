import type { Views } from "../memory.js";
import { fround } from "../simd.js";

export function sgd(
  m: Views, p: number, g: number, v: number, n: number, lr: number, momentum: number, alpha: number, nesterov: number,
  weightDecay: number,
): void {
  const F = m.f32;
  const [rate, keep, take, decay] = [fround(lr), fround(momentum), fround(alpha), fround(weightDecay)];
  const [P, G, V] = [p >>> 2, g >>> 2, v >>> 2];
  for (let i = 0; i < n; i++) {
    const w = F[P + i];
    const d = fround(F[G + i] + fround(decay * w));
    const u = fround(fround(keep * F[V + i]) + fround(take * d));
    F[V + i] = u;
    F[P + i] = w - fround(rate * (nesterov ? fround(d + fround(keep * u)) : u));
  }
}
