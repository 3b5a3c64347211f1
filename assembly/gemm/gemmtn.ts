// Products with a transposed left factor: the gradients of weights, accumulated.
import { bytes } from "../simd";
import { tile } from "./gemm";
import { packReversed, transposeReversed } from "./pack";

/**
 * c = c + a^T b
 * c[M][ldc], a[R][lda], b[R][ldb]; no aliasing; scratch[(M + ceil(N/16) 16) min(R, chunk) + 32]
 * start from c, then rows R - 1 down to 0: `chunk` (rows at a time) changes no bit, and neither does cutting R
 */
export function gemmTN(
  c: usize, a: usize, b: usize, M: i32, N: i32, R: i32, ldc: i32, lda: i32, ldb: i32, chunk: i32, scratch: usize,
): void {
  const next = bytes(ldc);
  for (let r1 = R; r1 > 0; r1 -= chunk) {
    const r0 = max(0, r1 - chunk), n = r1 - r0, t = scratch + 128, p = t + bytes(M * n);
    transposeReversed(t, a + bytes(r0 * lda), n, M, lda);
    packReversed(p, b + bytes(r0 * ldb), n, N, ldb);
    for (let j = 0; j < N; j += 16) {
      const panel = p + bytes(j * n);
      for (let i = 0; i < M; i += 2) {
        const ci = c + next * i + bytes(j), di = i + 1 < M ? ci + next : ci, ti = t + bytes(i * n);
        tile(ci, di, ci, di, ti, ti + bytes(n), panel, n, N - j, n, scratch);
      }
    }
  }
}

/**
 * sum = sum + the rows of x
 * sum[cols], x[rows][ldx]; no aliasing
 * start from sum, then rows - 1 down to 0
 */
export function columnSums(sum: usize, x: usize, rows: i32, cols: i32, ldx: i32): void {
  const last = x + bytes(ldx) * (rows - 1);
  let c = 0;
  for (; c + 16 <= cols; c += 16) {
    const to = sum + bytes(c);
    let s0 = v128.load(to), s1 = v128.load(to, 16), s2 = v128.load(to, 32), s3 = v128.load(to, 48);
    let row = last + bytes(c);
    for (let r = 0; r < rows; r++, row -= bytes(ldx)) {
      s0 = f32x4.add(s0, v128.load(row));
      s1 = f32x4.add(s1, v128.load(row, 16));
      s2 = f32x4.add(s2, v128.load(row, 32));
      s3 = f32x4.add(s3, v128.load(row, 48));
    }
    v128.store(to, s0), v128.store(to, s1, 16), v128.store(to, s2, 32), v128.store(to, s3, 48);
  }
  for (; c < cols; c++) {
    let s = load<f32>(sum + bytes(c)), row = last + bytes(c);
    for (let r = 0; r < rows; r++, row -= bytes(ldx)) s += load<f32>(row);
    store<f32>(sum + bytes(c), s);
  }
}
