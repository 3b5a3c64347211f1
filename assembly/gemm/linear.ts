// A linear layer, forward and backward. Every sum is in float64 and rounded once: worst error 0.5 ULP. The gradients of
// weights keep their float64 in `wide`, so that a batch may be cut anywhere.
import { bytes } from "../simd";
import { addProduct64, behind, bytes64, gemm64, narrow, narrowRows, pack64, widen, widenRows } from "./gemm64";

/** Rows that a product takes at a time. */
const ROWS: i32 = 64;

/**
 * y = x W^T + b
 * y[M][O], x[M][I], weight[O][I], bias[O] or 0; scratch: linearScratch() (src/contract.ts); no aliasing
 * start from b, then the inputs ascending, in float64, rounded once
 */
export function linearForward(
  y: usize, x: usize, weight: usize, bias: usize, M: i32, I: i32, O: i32, scratch: usize,
): void {
  const N = (O + 7) & ~7, cin = scratch, p = cin + bytes64(N);
  memory.fill(cin, 0, bytes64(N));
  if (bias) widen(cin, bias, O);
  pack64<f32>(p, weight, I, O, 1, I);
  product(y, cin, x, p, M, O, I, p + bytes64(N * I));
}

/**
 * y[M][N] = cin + a[M][K] p, rounded; one row of cin for all; c: room for blocks of rows of c and a in float64
 * A block of a is converted once: in the tile conversions take the units of the additions, 23 instead of 28 GFLOP/s.
 */
function product(y: usize, cin: usize, a: usize, p: usize, M: i32, N: i32, K: i32, c: usize): void {
  const panels = (N + 7) >> 3, wide = 8 * panels, w = c + bytes64(ROWS * wide);
  for (let m = 0; m < M; m += ROWS, a += bytes(ROWS * K)) {
    const rows = min(ROWS, M - m);
    widen(w, a, rows * K);
    gemm64<f64>(c, cin, w, p, rows, panels, K, wide, 0, K, 1, 8 * K);
    for (let r = 0; r < rows; r++) narrow(y + bytes((m + r) * N), c + bytes64(r * wide), N);
  }
}

/**
 * dx = dy W; dweight += dy^T x; dbias += the rows of dy
 * dweight[O][I], dbias[O] or 0, each with the float64 behind it; dx[M][I], dy[M][O], x[M][I], weight[O][I]; scratch: linearScratch()
 * dx: outputs ascending from +0, in float64, rounded once; dweight, dbias: start from what is there, rows M - 1 down to 0, in
 * float64, of which the float32 is the rounded value. No aliasing.
 */
export function linearBackward(
  dweight: usize, dweightWide: usize, dbias: usize, dbiasWide: usize, dx: usize, dy: usize, x: usize, weight: usize,
  M: i32, I: i32, O: i32, scratch: usize,
): void {
  const N = (I + 7) & ~7, cin = scratch, p = cin + bytes64(N);
  memory.fill(cin, 0, bytes64(N));
  pack64<f32>(p, weight, O, I, I, 1);
  product(dx, cin, dy, p, M, I, O, p + bytes64(N * O));
  const sums = scratch;
  widenRows(sums, dweight, dweightWide, O, I);
  addProduct64<f32, f32>(sums, dy, x, O, I, M, O, I, sums + bytes64(O * N));
  narrowRows(dweight, dweightWide, sums, O, I);
  if (dbias) addRows64(dbias, dbiasWide, dy, M, O);
}

/** sum[N], wide[N] += the rows of x[R][N], from the last, in float64 */
function addRows64(sum: usize, wide: usize, x: usize, R: i32, N: i32): void {
  for (let n = 0; n < N; n++) {
    let s = behind(load<f32>(sum + bytes(n)), load<f64>(wide + bytes64(n)));
    for (let r = R - 1; r >= 0; r--) s += <f64>load<f32>(x + bytes(r * N + n));
    store<f32>(sum + bytes(n), <f32>s);
    store<f64>(wide + bytes64(n), s);
  }
}
