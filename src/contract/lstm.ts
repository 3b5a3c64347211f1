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
   * [width] and x [T][B][cols] lie at t step + b row. reversed = 1: x[lengths[b] - 1 - t][b], which is its own inverse;
   * added = 1: y += x, where t < lengths[b].
   */
  copySteps(
    y: number, x: number, lengths: number, T: number, B: number, cols: number, width: number, yStep: number,
    yRow: number, xStep: number, xRow: number, reversed: number, added: number,
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
}

export const LSTM: Arity<LstmKernels> = {
  lstmPack: 8, lstmPackTransposed: 6, lstmPutState: 7, lstmTakeState: 6, copySteps: 13, lstmForward: 18, lstmStep: 11,
  lstmBackward: 28,
};

/** Rows that a product takes at a time. They change no bit: 128 and 256 were the fastest. */
export const FORWARD_ROWS = 128;
export const BACKWARD_ROWS = 256;

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
