import type { Views } from "../memory.js";
import { fround } from "../simd.js";

export function sgd(
  m: Views, p: number, g: number, v: number, n: number, lr: number, momentum: number, weightDecay: number,
): void {
  const F = m.f32;
  const [rate, keep, decay] = [fround(lr), fround(momentum), fround(weightDecay)];
  const [P, G, V] = [p >>> 2, g >>> 2, v >>> 2];
  for (let i = 0; i < n; i++) {
    const w = F[P + i];
    const u = fround(fround(keep * F[V + i]) + fround(F[G + i] + fround(decay * w)));
    F[V + i] = u;
    F[P + i] = w - fround(rate * u);
  }
}
