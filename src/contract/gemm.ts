import type { Arity } from "./arity.js";
import { round16 } from "./round.js";

/**
 * Matrix products. A linear layer y = x W^T + b is packTransposed and gemm with b as the one row of cin; its gradients are
 * pack and gemm (dx = dy W), gemmTN (dW += dy^T x) and columnSums (db += the rows of dy).
 */
export interface GemmKernels {
  /** p [ceil(N/16)][K][16] = b [K][ldb] in panels of 16 columns, padded with +0. */
  pack(p: number, b: number, K: number, N: number, ldb: number): void;
  /** p [ceil(N/16)][K][16] = the transpose of b [N][ldb] in panels, padded with +0. */
  packTransposed(p: number, b: number, K: number, N: number, ldb: number): void;
  /**
   * c = cin + a p: every output starts from cin, then k ascending, in blocks of 32 terms; a block after the first starts
   * from +0 and is then added. c [M][ldc], cin [M][ldcin] (ldcin = 0: one row for all), a [M][lda], p panels of K rows for
   * N columns, ldp apart. scratch [32]. Aliasing: c, cin.
   */
  gemm(
    c: number, cin: number, a: number, p: number, M: number, N: number, K: number, ldc: number, ldcin: number,
    lda: number, ldp: number, scratch: number,
  ): void;
  /** gemm for one row: c [N], cin [N], a [K]. scratch [32]. Aliasing: c, cin. */
  gemv(c: number, cin: number, a: number, p: number, N: number, K: number, ldp: number, scratch: number): void;
  /**
   * c = c + a^T b: starts from c, then rows R - 1 down to 0, one block. c [M][ldc], a [R][lda], b [R][ldb].
   * scratch: gemmTNScratch(). `chunk` changes no bit.
   */
  gemmTN(
    c: number, a: number, b: number, M: number, N: number, R: number, ldc: number, lda: number, ldb: number,
    chunk: number, scratch: number,
  ): void;
  /** sum [cols] = sum + the rows of x [rows][ldx], from the last to the first. */
  columnSums(sum: number, x: number, rows: number, cols: number, ldx: number): void;
}

export const GEMM: Arity<GemmKernels> = {
  pack: 5, packTransposed: 5, gemm: 12, gemv: 8, gemmTN: 11, columnSums: 5,
};

/** Elements of a panel copy of b [K][N] or [N][K]. */
export function packedSize(K: number, N: number): number {
  return K * round16(N);
}

/** Elements of scratch for gemmTN. */
export function gemmTNScratch(M: number, N: number, R: number, chunk: number): number {
  return 32 + (M + round16(N)) * Math.min(R, chunk);
}
