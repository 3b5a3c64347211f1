import type { Views } from "../memory.js";
import { fround } from "../simd.js";

// All arguments that name arrays are indices into the view of their type.

/** c = cin + a p in float64: A the view of a, element (i, k) at a + i lda + k step; panels of [K][8]. */
export function gemm64(
  D: Float64Array, A: Float32Array | Float64Array, c: number, cin: number, a: number, p: number, M: number,
  panels: number, K: number, ldc: number, ldcin: number, lda: number, step: number, ldp: number,
): void {
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < 8 * panels; j++) {
      let s = D[cin + i * ldcin + j];
      const panel = p + (j >> 3) * ldp + (j & 7);
      for (let k = 0, q = panel, r = a + i * lda; k < K; k++, q += 8, r += step) s += A[r] * D[q];
      D[c + i * ldc + j] = s;
    }
  }
}

/** p[ceil(N/8)][K][8] = b[K][N], padded with +0; element (k, n) of b at k row + n column */
export function pack64(
  m: Views, p: number, b: number, K: number, N: number, row: number, column: number,
): void {
  for (let j = 0; j < N; j += 8) {
    for (let k = 0; k < K; k++) {
      for (let i = j; i < j + 8; i++) m.f64[p++] = i < N ? m.f32[b + k * row + i * column] : 0;
    }
  }
}

/** c = c + d^T x, rows R - 1 down to 0 */
export function addProduct64(
  m: Views, c: number, D: Float32Array | Float64Array, d: number, X: Float32Array | Float64Array, x: number, M: number,
  N: number, R: number, ldd: number, ldx: number,
): void {
  const wide = (N + 7) & ~7;
  for (let r = R - 1; r >= 0; r--) {
    for (let i = 0; i < M; i++) {
      const v = D[d + r * ldd + i];
      for (let j = 0; j < N; j++) m.f64[c + i * wide + j] += v * X[x + r * ldx + j];
    }
  }
}

/** The float64 behind a float32: one that does not round to it does not count. */
export function behind(value: number, wide: number): number {
  return fround(wide) === value ? wide : value;
}

/** y[n] = value[n], or the float64 behind it; wide < 0: none */
export function widenPair(m: Views, y: number, value: number, wide: number, n: number): void {
  for (let i = 0; i < n; i++) {
    m.f64[y + i] = wide < 0 ? m.f32[value + i] : behind(m.f32[value + i], m.f64[wide + i]);
  }
}

/** value[n] = x[n] rounded to float32, wide[n] = x[n] */
export function narrowPair(m: Views, value: number, wide: number, x: number, n: number): void {
  narrow(m, value, x, n);
  m.f64.copyWithin(wide, x, x + n);
}

/** y[rows][ceil(N/8) 8] = value[rows][N], or the float64 behind it */
export function widenRows(m: Views, y: number, value: number, wide: number, rows: number, N: number): void {
  for (let r = 0; r < rows; r++) widenPair(m, y + r * ((N + 7) & ~7), value + r * N, wide + r * N, N);
}

/** value[rows][N], wide[rows][N] = x[rows][ceil(N/8) 8] */
export function narrowRows(m: Views, value: number, wide: number, x: number, rows: number, N: number): void {
  for (let r = 0; r < rows; r++) narrowPair(m, value + r * N, wide + r * N, x + r * ((N + 7) & ~7), N);
}

/** y[n] = x[n] rounded to float32 */
export function narrow(m: Views, y: number, x: number, n: number): void {
  for (let i = 0; i < n; i++) m.f32[y + i] = m.f64[x + i];
}
