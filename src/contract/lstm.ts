import {
  AFFINE, ELU, HARD_SIGMOID, LEAKY_RELU, RELU, SCALED_TANH, SIGMOID, SMALL_LAYER, SOFTPLUS, SOFTSIGN, TANH,
  THRESHOLDED_RELU,
} from "../coefficients.js";
import type { Arity } from "./arity.js";
import { packedSize } from "./gemm.js";
import { round4, round8, round16 } from "./round.js";

/** Layers of the LSTM. */
export interface LstmKernels {
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
   * to [B][Hp], rows ld apart, = state [B][H] (0: zeros), or with exact = 1, for layers in float64, the float64 behind it,
   * wide [B][H] (0: none), padded with 0 to ld: as the kernels below keep states.
   */
  lstmPutState(
    to: number, state: number, wide: number, exact: number, B: number, H: number, ld: number,
  ): void;
  /** state [B][H] = from [B][ld], as the kernels below keep states; with exact = 1 the float64 to wide [B][H] too. */
  lstmTakeState(
    state: number, wide: number, from: number, exact: number, B: number, H: number, ld: number,
  ): void;
  /**
   * y[t][b] = x[order[t][b]][b], padded with 0 to width; 0 where the order (i32 [T][B]; 0: t itself) is negative or x = 0.
   * The rows of y [T][B][width] and x [..][B][cols] lie at t step + b row. added = 1: y += x, where the order is not negative.
   */
  copySteps(
    y: number, x: number, order: number, T: number, B: number, cols: number, width: number, yStep: number,
    yRow: number, xStep: number, xRow: number, added: number,
  ): void;
  /**
   * One layer and direction over a sequence. y [T][B][H], rows at t yStep + b yRow; x [T][B][I], finite where padded.
   * keep = 1: hs, cs [T + 1][B][Hp] with the initial state first, gates [T][B][4Hp], tanhC [T][B][Hp];
   * keep = 0: hs, cs, tanhC [B][Hp] in place, gates [max(rows, B)][4Hp]. lengths [B] i32 or 0. scratch [FORWARD_SCRATCH].
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
   * c [B][Hp] in and out; gates [B][4Hp] and tanhC [B][Hp] are written. scratch [FORWARD_SCRATCH].
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
  /**
   * The LSTM of any options, in float64; the options are told by `cell`, see generalCell(). R = P, the width of h after the
   * projection whr [P][H], or H where P = 0; [n] up to 8: n rounded up to a multiple of 8.
   * w [N/8][I + R][8], bias [N] as for small layers; hr [ceil(P/8)][H][8].
   */
  lstmGeneralPack(
    w: number, bias: number, hr: number, wih: number, whh: number, bih: number, bhh: number, whr: number, I: number,
    H: number, P: number,
  ): void;
  /** wihT [ceil(I/8)][4H][8], whhT [ceil(R/8)][4H][8], hrT [ceil(H/8)][P][8]. */
  lstmGeneralPackTransposed(
    wihT: number, whhT: number, hrT: number, wih: number, whh: number, whr: number, I: number, H: number, P: number,
  ): void;
  /**
   * As lstmForward: y [T][B][R]; hs [T + 1][B][R up to 8], cs [T + 1][B][H up to 8], gates [T][B][N], pre-activations with
   * their peepholes; keep = 0: one of each, in place. peepholes [3H] float32, i f o, or 0.
   * zi += pi c, zf += pf c; i f = f(clip(z)), coupled: f = 1 - i; g = g(clip(z)); c' = f c + i g, 0 below CELL_TINY;
   * zo += po c'; r = o h(c'); h' = r, or the sum of whr[p][u] r[u], u ascending from +0.
   */
  lstmGeneralForward(
    y: number, hs: number, cs: number, gates: number, x: number, w: number, bias: number, hr: number, peepholes: number,
    lengths: number, T: number, B: number, I: number, H: number, P: number, yStep: number, yRow: number, keep: number,
    cell: number, scratch: number,
  ): void;
  /** gates [B][4H] = i f g o, tanhC [B][H] = h(c), float32, of one step: z [B][N], c [B][H up to 8], as kept. */
  lstmGeneralGates(gates: number, tanhC: number, z: number, c: number, B: number, H: number, cell: number): void;
  /**
   * The gradients of lstmGeneralForward. gradients: u32 pointers of dwih, dwhh, dbih, dbhh, dwhr, dpeepholes (0: none), then
   * of the float64 behind each; they accumulate over rows T B - 1 down to 0. dh [B][R up to 8], dc [B][H up to 8] float64.
   * dr = dh + dy, or the sum of whr[p][u] of them, p ascending from +0; dzo = (dr t) o'; dc = ((dr o) h' + dc) + po dzo;
   * dzi = (dc g) i', coupled (dc (g - c)) i'; dzf = (dc c) f', coupled 0; dzg = (dc i) g'; dc' = (dc f + pi dzi) + pf dzf.
   */
  lstmGeneralBackward(
    gradients: number, dx: number, dh: number, dc: number, dy: number, x: number, hs: number, cs: number, gates: number,
    wihT: number, whhT: number, hrT: number, peepholes: number, lengths: number, T: number, B: number, I: number,
    H: number, P: number, dyStep: number, dyRow: number, cell: number, scratch: number,
  ): void;
}

export const LSTM: Arity<LstmKernels> = {
  lstmPack: 8, lstmPackTransposed: 6, lstmPutState: 7, lstmTakeState: 7, copySteps: 12, lstmForward: 18, lstmStep: 11,
  lstmBackward: 28, lstmGeneralPack: 11, lstmGeneralPackTransposed: 9, lstmGeneralForward: 20, lstmGeneralGates: 7, lstmGeneralBackward: 23,
};

/** Rows that a product takes at a time. They change no bit: 128 and 256 were the fastest. */
export const FORWARD_ROWS = 128;
export const BACKWARD_ROWS = 256;

/** Elements of scratch for lstmForward and lstmStep: a tile, or two rows of x of a small layer in float64. */
export const FORWARD_SCRATCH = 4 * SMALL_LAYER;

/** Whether a layer is computed in float64, see lstmPack. */
export function isSmallLayer(I: number, H: number): boolean {
  return I + H <= SMALL_LAYER;
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

/** The activations of a general cell: code, and ONNX's alpha and beta (1 and 0, 1 and 1 where it has none). */
export const ACTIVATIONS = {
  sigmoid: [SIGMOID, 0, 0],
  tanh: [TANH, 0, 0],
  relu: [RELU, 0, 0],
  affine: [AFFINE, 1, 0],
  leakyRelu: [LEAKY_RELU, 0.01, 0],
  thresholdedRelu: [THRESHOLDED_RELU, 1, 0],
  scaledTanh: [SCALED_TANH, 1, 1],
  hardSigmoid: [HARD_SIGMOID, 0.2, 0.5],
  elu: [ELU, 1, 0],
  softsign: [SOFTSIGN, 0, 0],
  softplus: [SOFTPLUS, 0, 0],
} as const satisfies Record<string, readonly [code: number, alpha: number, beta: number]>;

export type ActivationName = keyof typeof ACTIVATIONS;

/** An activation of a general cell: its code in src/coefficients.ts and its parameters. */
export interface CellActivation {
  code: number;
  alpha: number;
  beta: number;
}

/** The float64 that `cell` of the general kernels points to. */
export function generalCell(
  clip: number,
  coupled: boolean,
  f: CellActivation,
  g: CellActivation,
  h: CellActivation,
): number[] {
  return [clip, coupled ? 1 : 0, ...[f, g, h].flatMap(({ code, alpha, beta }) => [code, alpha, beta])];
}

/** Elements of float32 of the arrays of a general layer; gates, h and c for one row. */
export function lstmGeneralSizes(I: number, H: number, P: number) {
  const [R, N] = [P || H, round8(4 * H)];
  return {
    gates: 2 * N,
    h: 2 * round8(R),
    c: 2 * round8(H),
    w: 2 * N * (I + R),
    bias: 2 * N,
    hr: 2 * round8(P) * H,
    wihT: 8 * H * round8(I),
    whhT: 8 * H * round8(R),
    hrT: 2 * round8(H) * P,
  };
}

/** Elements of scratch for lstmGeneralForward, and for lstmGeneralBackward. */
export function lstmGeneralScratch(B: number, I: number, H: number, P: number) {
  const R = P || H;
  const [N, Hq, Rq, Iq] = [round8(4 * H), round8(H), round8(R), round8(I)];
  const most = Math.max(Iq, Rq, Hq);
  const sums = 4 * H * (Iq + Rq + 2) + P * Hq + 3 * H;
  return {
    forward: 2 * (Rq + B * Hq + B * Rq),
    backward: 2 * (most + sums + B * (2 * Rq + 2 * Hq + N + most)),
  };
}
