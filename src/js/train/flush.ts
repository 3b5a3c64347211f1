import type { Views } from "../memory.js";
import { fround } from "../simd.js";

export function flush(m: Views, x: number, n: number, tiny: number): void {
  const F = m.f32;
  const least = fround(tiny);
  for (let i = x >>> 2, end = i + n; i < end; i++) if (Math.abs(F[i]) < least) F[i] = 0;
}
