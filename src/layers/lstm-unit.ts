import { BACKWARD_ROWS, FORWARD_ROWS, isSmallLayer, lstmBackwardScratch, lstmSizes } from "../contract.js";
import type { Heap } from "../memory/heap.js";
import type { Parameter } from "./parameters.js";

/** An array of sequences: the row of step t and sequence b is t step + b row elements behind the pointer. */
export interface Steps {
  pointer: number;
  step: number;
  row: number;
}

/** T steps of B sequences, and a pointer to their lengths, 0 for none. */
export interface Run {
  T: number;
  B: number;
  lengths: number;
  /** Whether what backward needs is kept. */
  training: boolean;
}

/** Pointers to a float32 state [B][H] and the float64 behind it; 0 for none. */
export interface State {
  pointer: number;
  wide: number;
}

type ForwardArrays = "hs" | "cs" | "gates" | "tanhC" | "w" | "bias" | "x" | "y";
type BackwardArrays = "wihT" | "whhT" | "work" | "x" | "y";

/** [T][B][width] one after the other, as the kernels have sequences. */
export const dense = (pointer: number, B: number, width: number): Steps => ({ pointer, step: B * width, row: width });

/** Elements of scratch of the forward kernels. */
export const TILE = 32;

/** One layer and direction of an LSTM: its parameters and its kernel calls, on pointers. */
export class LstmUnit {
  readonly inputSize: number;
  readonly hiddenSize: number;
  private readonly heap: Heap;
  private readonly reverse: boolean;
  private readonly wih: Parameter;
  private readonly whh: Parameter;
  private readonly bih: Parameter | undefined;
  private readonly bhh: Parameter | undefined;

  /** `suffix` is that of PyTorch's names, "_l0" say. */
  constructor(
    heap: Heap,
    parameters: Readonly<Record<string, Parameter>>,
    suffix: string,
    inputSize: number,
    hiddenSize: number,
    reverse: boolean,
  ) {
    this.heap = heap;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.reverse = reverse;
    this.wih = parameters[`weight_ih${suffix}`];
    this.whh = parameters[`weight_hh${suffix}`];
    this.bih = parameters[`bias_ih${suffix}`];
    this.bhh = parameters[`bias_hh${suffix}`];
  }

  get small(): boolean {
    return isSmallLayer(this.inputSize, this.hiddenSize);
  }

  /** Elements of the arrays of forward, which backward reads. Without training one step is kept. */
  forwardSizes({ T, B, training }: Omit<Run, "lengths">): Record<ForwardArrays, number> {
    const { inputSize: I, hiddenSize: H } = this;
    const { gates, tanhC, state, w, bias } = lstmSizes(I, H);
    const states = (training ? T + 1 : 1) * B * state;
    const rows = this.reverse ? T * B : 0;
    return {
      hs: states,
      cs: states,
      gates: (training ? T * B : Math.max(B, Math.min(FORWARD_ROWS, T * B))) * gates,
      tanhC: (training ? T : 1) * B * tanhC,
      w,
      bias,
      x: rows * I,
      y: rows * H,
    };
  }

  /** Elements of a state as the kernels keep it. */
  stateSize(B: number): number {
    return B * lstmSizes(this.inputSize, this.hiddenSize).state;
  }

  /** Elements of the arrays that backward needs besides. */
  backwardSizes({ T, B }: Omit<Run, "lengths">): Record<BackwardArrays, number> {
    const { inputSize: I, hiddenSize: H } = this;
    const { wihT, whhT } = lstmSizes(I, H);
    const work = lstmBackwardScratch(T, B, I, H, BACKWARD_ROWS);
    const rows = this.reverse ? T * B : 0;
    return { wihT, whhT, work, x: rows * I, y: rows * H };
  }

  /** y = the layer on x [T][B][I], from the state at hs and cs to (hN, cN). `tile` are TILE elements. */
  forward(
    run: Run,
    at: Record<ForwardArrays, number>,
    x: number,
    y: Steps,
    [hN, cN]: readonly State[],
    tile: number,
  ): void {
    const { kernels } = this.heap;
    const { inputSize: I, hiddenSize: H, reverse } = this;
    const { T, B, lengths, training } = run;
    this.pack(at.w, at.bias);
    if (reverse) this.move(run, dense(at.x, B, I), dense(x, B, I), I);
    const from = reverse ? at.x : x;
    const to = reverse ? dense(at.y, B, H) : y;
    kernels.lstmForward(
      to.pointer,
      at.hs,
      at.cs,
      at.gates,
      at.tanhC,
      from,
      at.w,
      at.bias,
      lengths,
      T,
      B,
      I,
      H,
      to.step,
      to.row,
      FORWARD_ROWS,
      training ? 1 : 0,
      tile,
    );
    if (reverse) this.move(run, y, to, H);
    const last = training ? 4 * T * this.stateSize(B) : 0;
    this.takeState(hN, at.hs + last, B);
    this.takeState(cN, at.cs + last, B);
  }

  /**
   * Adds the gradients of the weights; dx [T][B][I] gets, or with `added` is increased by, that of x; dy may be undefined.
   * `saved` is what forward was given and has kept; dh and dc hold the gradient of the last state, then of the first.
   */
  backward(
    run: Run,
    saved: { at: Record<ForwardArrays, number>; x: number },
    at: Record<BackwardArrays, number>,
    dy: Steps | undefined,
    dx: number,
    added: boolean,
    [dh, dc]: readonly number[],
    [dh0, dc0]: readonly State[],
  ): void {
    const { kernels } = this.heap;
    const { inputSize: I, hiddenSize: H, wih, whh, bih, bhh, reverse } = this;
    const { T, B, lengths } = run;
    const { hs, cs, gates, tanhC } = saved.at;
    kernels.lstmPackTransposed(at.wihT, at.whhT, wih.pointer, whh.pointer, I, H);
    if (reverse && dy) this.move(run, dense(at.y, B, H), dy, H);
    const from = reverse && dy ? dense(at.y, B, H) : dy;
    kernels.lstmBackward(
      wih.gradPointer,
      whh.gradPointer,
      bih?.gradPointer ?? 0,
      bhh?.gradPointer ?? 0,
      wih.widePointer,
      whh.widePointer,
      bih?.widePointer ?? 0,
      bhh?.widePointer ?? 0,
      reverse ? at.x : dx,
      dh,
      dc,
      from?.pointer ?? 0,
      reverse ? saved.at.x : saved.x,
      hs,
      cs,
      gates,
      tanhC,
      at.wihT,
      at.whhT,
      lengths,
      T,
      B,
      I,
      H,
      from?.step ?? 0,
      from?.row ?? 0,
      BACKWARD_ROWS,
      at.work,
    );
    if (reverse) this.move(run, dense(dx, B, I), dense(at.x, B, I), I, added);
    this.takeState(dh0, dh, B);
    this.takeState(dc0, dc, B);
  }

  /** Packed copies of the weights; see lstmPack in src/contract.ts. */
  pack(w: number, bias: number): void {
    const { wih, whh, bih, bhh } = this;
    const [pih, phh] = [bih?.pointer ?? 0, bhh?.pointer ?? 0];
    this.heap.kernels.lstmPack(w, bias, wih.pointer, whh.pointer, pih, phh, this.inputSize, this.hiddenSize);
  }

  /** to = state as the kernels keep it, rows ld elements apart. */
  putState(to: number, { pointer, wide }: State, B: number, ld = round4(this.hiddenSize)): void {
    this.heap.kernels.lstmPutState(to, pointer, pointer ? wide : 0, B, this.inputSize, this.hiddenSize, ld);
  }

  /** state = from, as the kernels keep it. */
  private takeState({ pointer, wide }: State, from: number, B: number): void {
    this.heap.kernels.lstmTakeState(pointer, wide, from, B, this.inputSize, this.hiddenSize);
  }

  /** to = from with the steps of each sequence from the last to the first. */
  private move({ T, B, lengths }: Run, to: Steps, from: Steps, width: number, added = false): void {
    const { kernels } = this.heap;
    const strides = [to.step, to.row, from.step, from.row] as const;
    kernels.copySteps(to.pointer, from.pointer, lengths, T, B, width, width, ...strides, 1, added ? 1 : 0);
  }
}

const round4 = (n: number): number => (n + 3) & ~3;
