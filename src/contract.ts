/**
 * The specification of every kernel, implemented twice: in assembly/ (WebAssembly) and in src/js/ (the twin). Both work
 * on one linear memory and leave the same bits in it, but for the payload of NaN.
 *
 * Pointers are in bytes and multiples of 4, sizes and leading dimensions (ld) in elements. Elements are float32 unless
 * noted as i32. Sizes may be 0. Nothing is checked: callers are src/ops, src/layers and src/train. "Aliasing" names what
 * may overlap, exactly and with the same ld; everything else must not. Every operation is rounded to float32 unless
 * float64 is named. NaN in a row, or in a sequence of a batch, stays in it.
 */

/**
 * Rows are summed in one order: columns in groups of 32, the last padded with +0; in a group each lane l = column mod 4
 * is a tree in float32, ((e0+e4)+(e8+e12)) + ((e16+e20)+(e24+e28)); the groups add up ascending in four float64 lanes
 * S0..S3, and the row is (S0+S2) + (S1+S3). "Row sum" below.
 *
 * exp in rows: with m the entry whose beta x is largest, e = exp(beta x - s) by one polynomial (src/coefficients.ts). For
 * beta = 1 and SHIFT_MIN <= m <= SHIFT_MAX, s = round(m / ln 2) ln 2, and x is reduced directly; else s = beta m, and
 * (x - m) beta is reduced in float64, its remainder rounded once. Below 2^-126 relative to 2^(s / ln 2) e is flushed to 0.
 *
 * L of a row = log1p(others / top) in float64, top the exp of the first entry equal to m, others the row sum of the exp
 * with a 0 in its place; here exp is scaled by 2^64.
 */
export interface Kernels {
  /** a b + c in float32: rounded twice, or once where the engine fuses (relaxed). No memory. */
  probeMadd(a: number, b: number, c: number): number;

  /** y[i] = exp(x[i]). y, x [n]. Aliasing: y, x. Elementwise. */
  exp(y: number, x: number, n: number): void;
  /** y[i] = log(x[i]); 0 gives -Infinity, a negative NaN. y, x [n]. Aliasing: y, x. Elementwise. */
  log(y: number, x: number, n: number): void;
  /** y[i] = 1 / (1 + exp(-x[i])). y, x [n]. Aliasing: y, x. Elementwise. */
  sigmoid(y: number, x: number, n: number): void;
  /** y[i] = tanh(x[i]). y, x [n]. Aliasing: y, x. Elementwise. */
  tanh(y: number, x: number, n: number): void;
  /** y[i] = x[i] factor. y, x [n]. Aliasing: y, x. Elementwise. */
  scale(y: number, x: number, n: number, factor: number): void;

  /**
   * y = e (1 / row sum of e), the reciprocal rounded once from float64. y [rows][ldy], x [rows][ldx]. Aliasing: y, x.
   */
  softmax(
    y: number, x: number, rows: number, cols: number, ldy: number, ldx: number, beta: number, scratch: number,
  ): void;
  /**
   * dx = ((dy - m) y) beta in float64, m = sum(dy y) / sum(y), both sums in float64 in four lanes by column mod 4,
   * ascending, (S0+S2) + (S1+S3). dx [rows][lddx], dy [rows][lddy], y [rows][ldy]. Aliasing: dx, dy or dx, y.
   */
  softmaxBackward(
    dx: number, dy: number, y: number, rows: number, cols: number, lddx: number, lddy: number, ldy: number,
    beta: number,
  ): void;
  /**
   * y = (x - m) - L for beta = 1, else (x - m) beta - L in float64. y [rows][ldy], x [rows][ldx]. Aliasing: y, x.
   */
  logSoftmax(
    y: number, x: number, rows: number, cols: number, ldy: number, ldx: number, beta: number, scratch: number,
  ): void;
  /** dx = (dy - exp(y) (row sum of dy)) beta. dx [rows][lddx], dy [rows][lddy], y [rows][ldy]. Aliasing: dx, dy or dx, y. */
  logSoftmaxBackward(
    dx: number, dy: number, y: number, rows: number, cols: number, lddx: number, lddy: number, ldy: number,
    beta: number, scratch: number,
  ): void;
  /** lse = beta m + L in float64; beta m where that is infinite and no entry is NaN. lse [rows], x [rows][ldx]. */
  logSumExp(lse: number, x: number, rows: number, cols: number, ldx: number, beta: number, scratch: number): void;
  /**
   * dx = e ((dlse beta) / row sum of e), the factor rounded once from float64; 0 where beta m is -Infinity.
   * dx [rows][lddx], dlse [rows], x [rows][ldx]. Aliasing: dx, x.
   */
  logSumExpBackward(
    dx: number, dlse: number, x: number, rows: number, cols: number, lddx: number, ldx: number, beta: number,
    scratch: number,
  ): void;
  /**
   * Cross-entropy against class indices, loss and gradient. loss [rows] for reduction NONE, else [1]; dlogits [rows]
   * [lddlogits], 0 for no gradient; logits [rows][ldlogits]; targets [rows] i32 in [0, cols) or ignoreIndex; weight
   * [cols] or 0; dloss as loss, 0 for 1. Aliasing: dlogits, logits.
   * A row's loss, in float64: (1 - a) w[t] ((m - x[t]) + L) + a/C (G + W L), a = labelSmoothing, W = sum w ascending,
   * G = sum w[c] (m - x[c]) in four lanes by column mod 4, (S0+S2) + (S1+S3). Rows are summed ascending in float64;
   * MEAN divides by the sum of w[t]. Ignored rows: loss 0, gradient 0.
   */
  crossEntropy(
    loss: number, dlogits: number, logits: number, targets: number, weight: number, dloss: number, rows: number,
    cols: number, lddlogits: number, ldlogits: number, ignoreIndex: number, labelSmoothing: number,
    reduction: number, scratch: number,
  ): void;

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

  /**
   * LSTM layers with I + H <= SMALL_LAYER are small: w, bias, gates, tanhC, wihT and whhT are float64 then, multiples of
   * 8, gates in PyTorch's order [4H] padded to N, a multiple of 8; so are hs, cs, dh and dc;
   * xh is x [B][I], then h [B][Hp] at the next multiple of 8. x, y, dx are float32. lstmSizes() has the sizes.
   *
   * The weights of an LSTM layer in packed gate order (groups of four units; in a group i f g o; Hp = H rounded up to 4;
   * padded with +0). w [Hp/4][I + H][16], x rows first; bias [4Hp] = bih + bhh. wih [4H][I], whh [4H][H], bih, bhh [4H]
   * or both 0.
   */
  lstmPack(
    w: number, bias: number, wih: number, whh: number, bih: number, bhh: number, I: number, H: number,
  ): void;
  /** The same for backward: wihT [ceil(I/16)][4Hp][16], whhT [ceil(H/16)][4Hp][16], rows in packed gate order. */
  lstmPackTransposed(wihT: number, whhT: number, wih: number, whh: number, I: number, H: number): void;
  /**
   * to [B][Hp], rows ld apart, = state [B][H] (0: zeros), or for small layers the float64 behind it, wide [B][H] (0: none), as
   * the kernels below keep states.
   */
  lstmPutState(
    to: number, state: number, wide: number, B: number, I: number, H: number, ld: number,
  ): void;
  /** state [B][H] = from [B][Hp], as the kernels below keep states; small layers write the float64 to wide [B][H] too. */
  lstmTakeState(state: number, wide: number, from: number, B: number, I: number, H: number): void;
  /**
   * y[t][b] = x[t][b], padded with 0 to width; 0 where t >= lengths[b] (i32; 0: none) or x = 0. The rows of y [T][B]
   * [width] and x [T][B][cols] lie at t step + b row.
   */
  copySteps(
    y: number, x: number, lengths: number, T: number, B: number, cols: number, width: number, yStep: number,
    yRow: number, xStep: number, xRow: number,
  ): void;
  /**
   * One layer and direction over a sequence. y [T][B][H], rows at t yStep + b yRow; x [T][B][I], finite where padded.
   * keep = 1: hs, cs [T + 1][B][Hp] with the initial state first, gates [T][B][4Hp], tanhC [T][B][Hp];
   * keep = 0: hs, cs, tanhC [B][Hp] in place, gates [max(rows, B)][4Hp]. lengths [B] i32 or 0. scratch [32].
   * Pre-activation: bih + bhh, then x[k], then h[k], each as in gemm. c' = f c + (i g), 0 below CELL_TINY;
   * h' = o tanh(c'). sigmoid in its faster form (2.4 ULP). From step lengths[b] on y is 0 and the state stays.
   * `rows` changes no bit.
   */
  lstmForward(
    y: number, hs: number, cs: number, gates: number, tanhC: number, x: number, w: number, bias: number,
    lengths: number, T: number, B: number, I: number, H: number, yStep: number, yRow: number, rows: number,
    keep: number, scratch: number,
  ): void;
  /**
   * One step of B sequences in place, with the bits of lstmForward. y [B][H]; xh [B][I + Hp]: x in, h in and out;
   * c [B][Hp] in and out; gates [B][4Hp] and tanhC [B][Hp] are written. scratch [32].
   */
  lstmStep(
    y: number, xh: number, c: number, gates: number, tanhC: number, w: number, bias: number, B: number, I: number,
    H: number, scratch: number,
  ): void;
  /**
   * The gradients of lstmForward from what it kept. dwih, dwhh, dbih, dbhh (PyTorch's layout; the last two may be 0)
   * accumulate over rows T B - 1 down to 0 (small layers: in float64, dwihWide, ... behind them); dx [T][B][I] (0: none);
   * dh, dc [B][Hp], padding 0: gradients of the last state in, of the first out; dy [T][B][H], rows at t dyStep + b dyRow (0: none). scratch: lstmBackwardScratch().
   * Per step: dh = dy + dh'; dc = (dh o)(1 - t t) + dc'; di = (dc g)(i (1 - i)); df = (dc c0)(f (1 - f));
   * dg = (dc i)(1 - g g); do = (dh t)(o (1 - o)); dc' = dc f; dh' and dx start from +0 and sum over the packed gate
   * columns as in gemm. Where a sequence has ended dh and dc pass unchanged. `chunk` changes no bit.
   */
  lstmBackward(
    dwih: number, dwhh: number, dbih: number, dbhh: number, dwihWide: number, dwhhWide: number,
    dbihWide: number, dbhhWide: number, dx: number, dh: number, dc: number, dy: number, x: number,
    hs: number, cs: number, gates: number, tanhC: number, wihT: number, whhT: number, lengths: number,
    T: number, B: number, I: number, H: number, dyStep: number, dyRow: number, chunk: number, scratch: number,
  ): void;

  /** y[i] = table[ids[i]]. y [n][dim], table [*][dim], ids [n] i32. */
  embedding(y: number, table: number, ids: number, n: number, dim: number): void;
  /** dtable[ids[i]] += dy[i], i = n - 1 down to 0. */
  embeddingBackward(dtable: number, dy: number, ids: number, n: number, dim: number): void;
  /** sum x[i]^2 in float64: sixteen lanes by i mod 16, ascending; folded l + (l + 8), + 4, + 2, + 1. */
  sumSquares(x: number, n: number): number;
  /** g' = g + weightDecay p; v = momentum v + g'; p = p - lr v. p, g, v [n]. Elementwise. */
  sgd(p: number, g: number, v: number, n: number, lr: number, momentum: number, weightDecay: number): void;
  /**
   * p' = keep p; g' = g + weightDecay p'; m = beta1 m + alpha1 g'; v = beta2 v + alpha2 (g' g');
   * p = p' - stepSize (m / (sqrt(v) correction + eps)). p, g, m, v [n]. Elementwise.
   */
  adam(
    p: number, g: number, m: number, v: number, n: number, stepSize: number, correction: number, beta1: number,
    alpha1: number, beta2: number, alpha2: number, eps: number, weightDecay: number, keep: number,
  ): void;
}

/** The number of parameters of each kernel; the type holds it to the interface above, a test to both implementations. */
export const ARITY: { readonly [K in keyof Kernels]: Parameters<Kernels[K]>["length"] } = {
  probeMadd: 3, exp: 3, log: 3, sigmoid: 3, tanh: 3, scale: 4,
  softmax: 8, softmaxBackward: 9, logSoftmax: 8, logSoftmaxBackward: 10, logSumExp: 7, logSumExpBackward: 9,
  crossEntropy: 14,
  pack: 5, packTransposed: 5, gemm: 12, gemv: 8, gemmTN: 11, columnSums: 5, linearForward: 8, linearBackward: 12,
  lstmPack: 8, lstmPackTransposed: 6, lstmPutState: 7, lstmTakeState: 6, copySteps: 11, lstmForward: 18, lstmStep: 11, lstmBackward: 28,
  embedding: 5, embeddingBackward: 5, sumSquares: 2, sgd: 7, adam: 14,
};

export type KernelName = keyof Kernels;

/** What implements the contract: kernels and the linear memory they work on. */
export interface Backend {
  readonly name: BackendName;
  readonly kernels: Kernels;
  readonly memory: LinearMemory;
}

export type BackendName = "strict" | "relaxed" | "js";

/** The part of WebAssembly.Memory that is used; the twin has its own. After grow, `buffer` is another object. */
export interface LinearMemory {
  readonly buffer: ArrayBuffer;
  /** Adds pages of 64 KiB; throws RangeError where that is impossible. */
  grow(pages: number): number;
}

export const PAGE = 65536;

/** The first byte that is free: below it lie the constants of the binaries. */
export const HEAP_BASE = 2048;

/** Bytes of scratch for a kernel of rows. */
export const ROW_SCRATCH = 192 + 2 * 8192;

/** Reductions of the losses. */
export const NONE = 0;
export const MEAN = 1;
export const SUM = 2;

/** Rows that a product takes at a time. They change no bit: 128 and 256 were the fastest. */
export const FORWARD_ROWS = 128;
export const BACKWARD_ROWS = 256;

const round4 = (n: number): number => (n + 3) & ~3;
const round8 = (n: number): number => (n + 7) & ~7;
const round16 = (n: number): number => (n + 15) & ~15;

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
  const forward = wideO * (1 + I + 64);
  const backward = wideI * (1 + O + Math.max(64, Math.min(M, 256)));
  return 2 * Math.max(forward, backward);
}

/** Whether a layer is computed in float64, see lstmPack. */
export function isSmallLayer(I: number, H: number): boolean {
  return I + H <= 64;
}

/** Elements (of float32, where float64 counts twice) of the arrays of an LSTM layer; gates, tanhC and state for one row. */
export function lstmSizes(I: number, H: number) {
  const Hp = round4(H);
  if (!isSmallLayer(I, H)) {
    const G = 4 * Hp;
    const [wihT, whhT] = [packedSize(G, I), packedSize(G, H)];
    return { gates: G, tanhC: Hp, state: Hp, w: G * (I + H), bias: G, wihT, whhT };
  }
  const N = round8(4 * H);
  const [wihT, whhT] = [8 * H * round8(I), 8 * H * round8(H)];
  return { gates: 2 * N, tanhC: 2 * Hp, state: 2 * Hp, w: 2 * N * (I + H), bias: 2 * N, wihT, whhT };
}

/** Elements of scratch for lstmBackward. */
export function lstmBackwardScratch(T: number, B: number, I: number, H: number, chunk: number): number {
  const Hp = round4(H);
  const steps = Math.min(Math.max(1, Math.floor(chunk / Math.max(1, B))), T);
  if (isSmallLayer(I, H)) {
    const [G, wideI, wideH] = [4 * H, round8(I), round8(H)];
    const wide = Math.max(wideI, wideH);
    return 2 * (wide + G * (wideI + wideH + 2) + B * wideH + steps * B * (round8(G) + wide));
  }
  const rows = Math.min(steps * B, chunk);
  const states = Math.max(I, Hp) + 2 * B * Hp;
  return 32 + states + steps * B * 4 * Hp + rows * (4 * Hp + round16(Math.max(I, H)));
}
