import type { Views } from "../memory.js";

export function sumSquares(m: Views, x: number, n: number): number {
  const lanes = new Float64Array(16);
  const F = m.f32;
  for (let i = 0, from = x >>> 2; i < n; i++) lanes[i & 15] += F[from + i] * F[from + i];
  for (let half = 8; half > 0; half >>= 1) {
    for (let l = 0; l < half; l++) lanes[l] += lanes[l + half];
  }
  return lanes[0];
}
