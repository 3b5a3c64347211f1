import type { Views } from "../memory.js";
import { fround } from "../simd.js";

export function rmsprop(
  m: Views, p: number, g: number, v: number, a: number, b: number, n: number, lr: number, alpha: number, beta: number,
  inside: number, eps: number, momentum: number, weightDecay: number,
): void {
  const F = m.f32;
  const [rate, keep, take] = [fround(lr), fround(alpha), fround(beta)];
  const [least, e, carry, decay] = [fround(inside), fround(eps), fround(momentum), fround(weightDecay)];
  const [P, G, V, A, B] = [p >>> 2, g >>> 2, v >>> 2, a >>> 2, b >>> 2];
  /** F[at] = keep F[at] + take x, also its value */
  const average = (at: number, x: number): number => {
    F[at] = fround(keep * F[at]) + fround(take * x);
    return F[at];
  };
  for (let i = 0; i < n; i++) {
    const w = F[P + i];
    const d = fround(F[G + i] + fround(decay * w));
    let variance = average(V + i, fround(d * d));
    if (A) {
      const mean = average(A + i, d);
      variance = Math.max(fround(variance - fround(mean * mean)), 0);
    }
    let u = fround(d / fround(fround(Math.sqrt(fround(variance + least))) + e));
    if (B) F[B + i] = u = fround(fround(carry * F[B + i]) + u);
    F[P + i] = w - fround(rate * u);
  }
}
