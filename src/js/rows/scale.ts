import type { Views } from "../memory.js";

/** y[i] = x[i] * factor, y may be x; indices into F. */
export function scaleRow(F: Float32Array, y: number, x: number, n: number, factor: number): void {
  const end = x + n;
  for (const quads = x + (n & ~3); x < quads; x += 4, y += 4) {
    F[y] = F[x] * factor;
    F[y + 1] = F[x + 1] * factor;
    F[y + 2] = F[x + 2] * factor;
    F[y + 3] = F[x + 3] * factor;
  }
  for (; x < end; x++, y++) F[y] = F[x] * factor;
}

export function scale(m: Views, y: number, x: number, n: number, factor: number): void {
  scaleRow(m.f32, y >>> 2, x >>> 2, n, Math.fround(factor));
}
