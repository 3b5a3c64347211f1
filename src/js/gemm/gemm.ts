import type { Views } from "../memory.js";
import { fround } from "../simd.js";

/**
 * c[0..n) = cin + a p for one row and the n <= 16 columns of one panel, all given as indices. Four columns at a time:
 * as many sums as V8 keeps in registers.
 */
export function tile(F: Float32Array, c: number, cin: number, a: number, p: number, K: number, n: number): void {
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    let s0 = F[cin + j];
    let s1 = F[cin + j + 1];
    let s2 = F[cin + j + 2];
    let s3 = F[cin + j + 3];
    for (let k = 0, q = p + j; k < K; k++, q += 16) {
      const x = F[a + k];
      s0 = fround(s0 + fround(x * F[q]));
      s1 = fround(s1 + fround(x * F[q + 1]));
      s2 = fround(s2 + fround(x * F[q + 2]));
      s3 = fround(s3 + fround(x * F[q + 3]));
    }
    F[c + j] = s0;
    F[c + j + 1] = s1;
    F[c + j + 2] = s2;
    F[c + j + 3] = s3;
  }
  for (; j < n; j++) {
    let s = F[cin + j];
    for (let k = 0, q = p + j; k < K; k++, q += 16) s = fround(s + fround(F[a + k] * F[q]));
    F[c + j] = s;
  }
}

export function gemv(
  m: Views, c: number, cin: number, a: number, p: number, N: number, K: number, ldp: number, scratch: number,
): void {
  gemm(m, c, cin, a, p, 1, N, K, N, N, K, ldp, scratch);
}

export function gemm(
  m: Views, c: number, cin: number, a: number, p: number, M: number, N: number, K: number, ldc: number, ldcin: number,
  lda: number, ldp: number, _scratch: number,
): void {
  const F = m.f32;
  for (let j = 0, panel = p >>> 2; j < N; j += 16, panel += ldp) {
    for (let i = 0; i < M; i++) {
      const to = (c >>> 2) + i * ldc + j;
      tile(F, to, (cin >>> 2) + i * ldcin + j, (a >>> 2) + i * lda, panel, K, Math.min(16, N - j));
    }
  }
}
