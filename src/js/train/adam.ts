import type { Views } from "../memory.js";
import { fround } from "../simd.js";

export function adam(
  m: Views, p: number, g: number, first: number, second: number, top: number, n: number, stepSize: number,
  correction: number, beta1: number, alpha1: number, beta2: number, alpha2: number, eps: number, weightDecay: number,
  keep: number,
): void {
  const F = m.f32;
  const [step, fix, e] = [fround(stepSize), fround(correction), fround(eps)];
  const [b1, a1, b2, a2] = [fround(beta1), fround(alpha1), fround(beta2), fround(alpha2)];
  const [decay, shrink] = [fround(weightDecay), fround(keep)];
  const [P, G, M, V, T] = [p >>> 2, g >>> 2, first >>> 2, second >>> 2, top >>> 2];
  for (let i = 0; i < n; i++) {
    const w = fround(shrink * F[P + i]);
    const d = fround(F[G + i] + fround(decay * w));
    const u = fround(fround(b1 * F[M + i]) + fround(a1 * d));
    let v = fround(fround(b2 * F[V + i]) + fround(a2 * fround(d * d)));
    F[M + i] = u;
    F[V + i] = v;
    if (T) F[T + i] = v = Math.max(F[T + i], v);
    F[P + i] = w - fround(step * fround(u / fround(fround(fround(Math.sqrt(v)) * fix) + e)));
  }
}
