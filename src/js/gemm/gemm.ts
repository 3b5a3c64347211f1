import type { Views } from "../memory.js";
import { fround } from "../simd.js";

/** Terms of a block of a sum, see src/contract.ts. */
const SUM_BLOCK = 32;

/**
 * c[0..n) = cin + a p for one row and the n <= 16 columns of one panel, all given as indices. Four columns at a time:
 * as many sums as V8 keeps in registers.
 */
function tile(F: Float32Array, c: number, cin: number, a: number, p: number, K: number, n: number): void {
  for (let j = 0; j < n; j += 4) {
    let [s0, s1, s2, s3] = [F[cin + j], F[cin + j + 1], F[cin + j + 2], F[cin + j + 3]];
    for (let k = 0; k < K || k === 0; ) {
      const first = k === 0;
      for (const end = Math.min(K, k + SUM_BLOCK); k < end; k++) {
        const x = F[a + k];
        const q = p + 16 * k + j;
        s0 = fround(s0 + fround(x * F[q]));
        s1 = fround(s1 + fround(x * F[q + 1]));
        s2 = fround(s2 + fround(x * F[q + 2]));
        s3 = fround(s3 + fround(x * F[q + 3]));
      }
      if (first) put(F, c + j, n - j, s0, s1, s2, s3);
      else put(F, c + j, n - j, F[c + j] + s0, F[c + j + 1] + s1, F[c + j + 2] + s2, F[c + j + 3] + s3);
      s0 = s1 = s2 = s3 = 0;
      if (K === 0) break;
    }
  }
}

/** Up to four columns: the ones behind n belong to somebody else. */
function put(F: Float32Array, c: number, n: number, s0: number, s1: number, s2: number, s3: number): void {
  F[c] = s0;
  if (n > 1) F[c + 1] = s1;
  if (n > 2) F[c + 2] = s2;
  if (n > 3) F[c + 3] = s3;
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
