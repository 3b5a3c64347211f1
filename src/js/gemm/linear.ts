import type { Views } from "../memory.js";
import { addProduct64, behind, gemm64, narrow, narrowRows, pack64, widenPair, widenRows } from "./gemm64.js";

export function linearForward(
  m: Views, y: number, x: number, weight: number, bias: number, M: number, I: number, O: number, scratch: number,
): void {
  const N = (O + 7) & ~7;
  const cin = scratch >>> 3;
  m.f64.fill(0, cin, cin + N);
  if (bias) widenPair(m, cin, bias >>> 2, -1, O);
  pack64(m, cin + N, weight >>> 2, I, O, 1, I);
  product(m, y >>> 2, cin, x >>> 2, cin + N, M, O, I, cin + N + N * I);
}

/** y[M][N] = cin + a[M][K] p, rounded; c: room for one row */
function product(
  m: Views, y: number, cin: number, a: number, p: number, M: number, N: number, K: number, c: number,
): void {
  const panels = (N + 7) >> 3;
  for (let i = 0; i < M; i++) {
    gemm64(m.f64, m.f32, c, cin, a + i * K, p, 1, panels, K, 0, 0, K, 1, 8 * K);
    narrow(m, y + i * N, c, N);
  }
}

export function linearBackward(
  m: Views, dweight: number, dweightWide: number, dbias: number, dbiasWide: number, dx: number, dy: number, x: number, weight: number, M: number, I: number,
  O: number, scratch: number,
): void {
  const N = (I + 7) & ~7;
  const cin = scratch >>> 3;
  m.f64.fill(0, cin, cin + N);
  pack64(m, cin + N, weight >>> 2, O, I, I, 1);
  product(m, dx >>> 2, cin, dy >>> 2, cin + N, M, I, O, cin + N + N * O);
  widenRows(m, cin, dweight >>> 2, dweightWide >>> 3, O, I);
  addProduct64(m, cin, m.f32, dy >>> 2, m.f32, x >>> 2, O, I, M, O, I);
  narrowRows(m, dweight >>> 2, dweightWide >>> 3, cin, O, I);
  if (dbias) addRows64(m, dbias >>> 2, dbiasWide >>> 3, dy >>> 2, M, O);
}

/** sum[N], wide[N] += the rows of x[R][N], from the last, in float64 */
function addRows64(m: Views, sum: number, wide: number, x: number, R: number, N: number): void {
  for (let n = 0; n < N; n++) {
    let s = behind(m.f32[sum + n], m.f64[wide + n]);
    for (let r = R - 1; r >= 0; r--) s += m.f32[x + r * N + n];
    m.f32[sum + n] = s;
    m.f64[wide + n] = s;
  }
}
