import type { Arity } from "./arity.js";
import { round8, round16 } from "./round.js";

/** Matrix products. */
export interface GemmKernels {
  /** p [ceil(N/16)][K][16] = b [K][ldb] in panels of 16 columns, padded with +0. */
  pack(p: number, b: number, K: number, N: number, ldb: number): void;
  /** p [ceil(N/16)][K][16] = the transpose of b [N][ldb] in panels, padded with +0. */
  packTransposed(p: number, b: number, K: number, N: number, ldb: number): void;
  /**
   * c = cin + a p: every output starts from cin, then k ascending, in blocks of 32 terms; a block after the first starts
   * from +0 and is then added. c [M][ldc], cin [M][ldcin] (ldcin = 0: one row for
   * all), a [M][lda], p panels of K rows for N columns, ldp apart. scratch [32]. Aliasing: c, cin.
   */
  gemm(
    c: number, cin: number, a: number, p: number, M: number, N: number, K: number, ldc: number, ldcin: number,
    lda: number, ldp: number, scratch: number,
  ): void;
  /** gemm for one row: c [N], cin [N], a [K]. scratch [32]. Aliasing: c, cin. */
  gemv(c: number, cin: number, a: number, p: number, N: number, K: number, ldp: number, scratch: number): void;
  /**
   * c = c + a^T b: starts from c, then rows R - 1 down to 0. c [M][ldc], a [R][lda], b [R][ldb].
   * scratch: gemmTNScratch(). `chunk` changes no bit.
   */
  gemmTN(
    c: number, a: number, b: number, M: number, N: number, R: number, ldc: number, lda: number, ldb: number,
    chunk: number, scratch: number,
  ): void;
  /** sum [cols] = sum + the rows of x [rows][ldx], from the last to the first. */
  columnSums(sum: number, x: number, rows: number, cols: number, ldx: number): void;

  /**
   * y = x W^T + b: start from b, then the inputs ascending, in float64, rounded once. y [M][O], x [M][I], weight [O][I],
   * bias [O] or 0. scratch: linearScratch(), a multiple of 8.
   */
  linearForward(
    y: number, x: number, weight: number, bias: number, M: number, I: number, O: number, scratch: number,
  ): void;
  /**
   * dx = dy W, outputs ascending from +0, in float64, rounded once; dweight and dbias (0: none) start from what is there,
   * rows M - 1 down to 0, in float64. dweight, dweightWide [O][I], dbias, dbiasWide [O], dx [M][I], dy [M][O].
   * scratch: linearScratch(), a multiple of 8.
   *
   * ...Wide is the float64 behind a float32, at a multiple of 8: it is what a sum starts from as long as it rounds to the
   * float32, which it does not if somebody wrote to that. So sums may be cut anywhere, and users see float32.
   */
  linearBackward(
    dweight: number, dweightWide: number, dbias: number, dbiasWide: number, dx: number, dy: number, x: number,
    weight: number, M: number, I: number, O: number, scratch: number,
  ): void;
}

export const GEMM: Arity<GemmKernels> = {
  pack: 5, packTransposed: 5, gemm: 12, gemv: 8, gemmTN: 11, columnSums: 5, linearForward: 8, linearBackward: 12,
};

/** Elements of a panel copy of b [K][N] or [N][K]. */
export function packedSize(K: number, N: number): number {
  return K * round16(N);
}

/** Elements of scratch for gemmTN. */
export function gemmTNScratch(M: number, N: number, R: number, chunk: number): number {
  return 32 + (M + round16(N)) * Math.min(R, chunk);
}

/** Elements of scratch for linearForward and linearBackward. */
export function linearScratch(M: number, I: number, O: number): number {
  const [wideI, wideO] = [round8(I), round8(O)];
  const forward = wideO * (1 + I) + 64 * (wideO + I);
  const backward = wideI * (1 + O) + Math.max(64, Math.min(M, 256)) * (wideI + O);
  return 2 * Math.max(forward, backward);
}
