import type { Views } from "../memory.js";

export function pack(m: Views, p: number, b: number, K: number, N: number, ldb: number): void {
  const F = m.f32;
  for (let j = 0, to = p >>> 2; j < N; j += 16) {
    for (let k = 0; k < K; k++) {
      const from = (b >>> 2) + k * ldb;
      for (let i = j; i < j + 16; i++) F[to++] = i < N ? F[from + i] : 0;
    }
  }
}

export function packTransposed(m: Views, p: number, b: number, K: number, N: number, ldb: number): void {
  const F = m.f32;
  for (let j = 0, to = p >>> 2; j < N; j += 16) {
    for (let k = 0; k < K; k++) {
      for (let i = j; i < j + 16; i++) F[to++] = i < N ? F[(b >>> 2) + i * ldb + k] : 0;
    }
  }
}
