import type { Views } from "../memory.js";

export function dropout(m: Views, y: number, x: number, n: number, key: number, drop: number, scale: number): void {
  const F = m.f32;
  const factor = Math.fround(scale);
  const least = drop >>> 0;
  for (let i = 0, to = y >>> 2, from = x >>> 2, at = key | 0; i < n; i++, at = (at + 0x9e3779b9) | 0) {
    F[to + i] = hash(at) >= least ? F[from + i] * factor : 0;
  }
}

function hash(x: number): number {
  let z = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}
