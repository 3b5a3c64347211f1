import {
  AFFINE, ELU, HARD_SIGMOID, LEAKY_RELU, RELU, SCALED_TANH, SIGMOID, SOFTPLUS, SOFTSIGN, TANH, THRESHOLDED_RELU,
} from "../coefficients.js";
import type { Arity } from "./arity.js";
import { gemmTNScratch, packedSize } from "./gemm.js";
import { round4, round16 } from "./round.js";

/**
 * Layers of the LSTM. Gates lie in groups of four units, in a group i f g o. Hp = H rounded up to 4. R is the width of h: H, or P
 * after a projection; Rp = R rounded up to 4. Weights are padded with +0, and so are dh and dc. lstmSizes() has the sizes.
 *
 * `options` is 0 for the cell of PyTorch, or points to words of 32 bits: P (0: no projection); hr, packTransposed() of
 * whr [P][H]; hrT, pack() of it; peepholes [3][Hp], i f o, or 0; slopes [T][B][5Hp], of i f g o and h(c); dwhr [P][H]; dwch
 * [3H]; 1 for coupled gates; clip; then code, alpha and beta of f (gates), g (candidate), h (output), see ACTIVATIONS.
 * hrT, dwhr and dwch are for backward; slopes for keep = 1 and backward.
 */
export interface LstmKernels {
  /**
   * The weights for the products of forward: w [Hp/4][I + R][16], x rows first; bias [4Hp] = bih + bhh. wih [4H][I],
   * whh [4H][R], bih, bhh [4H] or both 0, in PyTorch's layout.
   */
  lstmPack(
    w: number, bias: number, wih: number, whh: number, bih: number, bhh: number, I: number, H: number, R: number,
  ): void;
  /** The same for backward: wihT [ceil(I/16)][4Hp][16], whhT [ceil(R/16)][4Hp][16], rows in the order of the gates. */
  lstmPackTransposed(
    wihT: number, whhT: number, wih: number, whh: number, I: number, H: number, R: number,
  ): void;
  /**
   * One layer and direction over a sequence. y [T][B][R], rows at t yStep + b yRow; x [T][B][I], finite where padded.
   * keep = 1: hs [T + 1][B][Rp], cs [T + 1][B][Hp] with the initial state first, gates [T][B][4Hp], tanhC [T][B][Hp];
   * keep = 0: hs, cs, tanhC one of each in place, gates [max(rows, B)][4Hp]. lengths [B] i32 or 0. scratch:
   * lstmForwardScratch().
   * Pre-activation: bih + bhh, then x[k], then h[k], each as in gemm. c' = f c + (i g), 0 below CELL_TINY;
   * h' = o tanh(c'). sigmoid in its faster form (2.5 ULP). From step lengths[b] on y is 0 and the state stays.
   * With options: zi += pi c, zf += pf c, zo += po c', then each is kept within +-clip; coupled: f = 1 - i; a projection is
   * gemm() of o h(c') from +0. Activations: sigmoid and tanh as above; a x + b (affine, hardSigmoid), a x (leakyRelu),
   * a tanh(b x), x / (1 + |x|) (softsign), elu a (s v + (s - 1)) for
   * x < 0, s + s v = exp(x) as in the gates, softplus max(x, 0) + log(1 + exp(-|x|)): every operation rounded.
   * `rows` changes no bit.
   */
  lstmForward(
    y: number, hs: number, cs: number, gates: number, tanhC: number, x: number, w: number, bias: number,
    options: number, lengths: number, T: number, B: number, I: number, H: number, yStep: number, yRow: number,
    rows: number, keep: number, scratch: number,
  ): void;
  /**
   * The gradients of lstmForward from what it kept. dwih, dwhh, dbih, dbhh (PyTorch's layout; the last two may be 0), dwhr
   * and dwch accumulate over rows T B - 1 down to 0; dx [T][B][I] (0: none);
   * dh [B][Rp], dc [B][Hp]: gradients of the last state in, of the first out; dy [T][B][R], rows at t dyStep + b dyRow
   * (0: none). scratch: lstmBackwardScratch().
   * Per step: dh = dh' + dy; do = (dh t)(o (1 - o)); dc = (dh o)(1 - t t) + dc'; di = (dc g)(i (1 - i));
   * df = (dc c0)(f (1 - f)); dg = (dc i)(1 - g g); dc' = dc f; dh' and dx start from +0 and sum over the packed gate
   * columns as in gemm. Where a sequence has ended dh and dc pass unchanged. `chunk` changes no bit.
   * With options: the slopes that forward kept instead of i (1 - i) and so on; dh is gemm() with hrT from +0; dc += po do;
   * dc' += pi di, then pf df; coupled: di = (dc (g - c0)) i', df = 0.
   */
  lstmBackward(
    dwih: number, dwhh: number, dbih: number, dbhh: number, dx: number, dh: number, dc: number, dy: number, x: number,
    hs: number, cs: number, gates: number, tanhC: number, wihT: number, whhT: number, options: number,
    lengths: number, T: number, B: number, I: number, H: number, dyStep: number, dyRow: number, chunk: number,
    scratch: number,
  ): void;
}

export const LSTM: Arity<LstmKernels> = {
  lstmPack: 9, lstmPackTransposed: 7, lstmForward: 19, lstmBackward: 25,
};

/** Rows that a product takes at a time. They change no bit: 128 and 256 were the fastest. */
export const FORWARD_ROWS = 128;
export const BACKWARD_ROWS = 256;

/** Elements of the arrays of an LSTM layer; gates, tanhC, slopes, h and c for one row. */
export function lstmSizes(I: number, H: number, P = 0) {
  const R = P || H;
  const [Hp, h] = [round4(H), round4(R)];
  const G = 4 * Hp;
  const weights = { w: G * (I + R), bias: G, wihT: packedSize(G, I), whhT: packedSize(G, R) };
  return { gates: G, tanhC: Hp, slopes: 5 * Hp, h, c: Hp, ...weights, hr: packedSize(H, P), hrT: packedSize(P, H) };
}

/** Elements of scratch for lstmForward: a tile, and what a projection takes and gives. */
export function lstmForwardScratch(B: number, H: number, P = 0): number {
  return 32 + (P ? round4(P) + B * (round4(H) + round4(P)) : 0);
}

/** Elements of scratch for lstmBackward. */
export function lstmBackwardScratch(T: number, B: number, I: number, H: number, P: number, chunk: number): number {
  const [Hp, R] = [round4(H), P || H];
  const steps = Math.min(Math.max(1, Math.floor(chunk / Math.max(1, B))), T);
  const rows = Math.min(steps * B, chunk);
  const projected = P ? B * Hp + steps * B * (round4(P) + Hp) : 0;
  const work = Math.max(rows * (4 * Hp + round16(Math.max(I, R))), P ? gemmTNScratch(P, H, rows, chunk) : 0);
  return 32 + Math.max(I, Hp) + steps * B * 4 * Hp + projected + work;
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

/** What a cell can have besides a projection and peepholes. */
export interface CellOptions {
  coupled: boolean;
  clip: number;
  /** f of the gates, g of the candidate, h of the output. */
  activations: readonly [f: CellActivation, g: CellActivation, h: CellActivation];
}

const POINTERS = ["hr", "hrT", "peepholes", "slopes", "dwhr", "dwch"] as const;

export type OptionPointers = Partial<Record<(typeof POINTERS)[number], number | undefined>>;

/** Words of `options`. */
export const OPTIONS_SIZE = 18;

/** Writes the words that `options` points to. */
export function putOptions(
  f32: Float32Array, i32: Int32Array, options: number, P: number, { coupled, clip, activations }: CellOptions,
  pointers: OptionPointers,
): void {
  const at = options >>> 2;
  i32.set([P, ...POINTERS.map((name) => pointers[name] ?? 0), coupled ? 1 : 0], at);
  f32[at + 8] = clip;
  activations.forEach(({ code, alpha, beta }, i) => {
    i32[at + 9 + 3 * i] = code;
    f32.set([alpha, beta], at + 10 + 3 * i);
  });
}
