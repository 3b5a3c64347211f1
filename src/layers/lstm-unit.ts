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

/** Pointers to a float32 state [B][...] and the float64 behind it; 0 for none. */
export interface State {
  pointer: number;
  wide: number;
}

/** Pointers to arrays, or their sizes in elements of float32, by name. */
export type Arrays = Readonly<Record<string, number>>;

/** What a unit has of its own layer and direction. */
export interface UnitShape {
  inputSize: number;
  hiddenSize: number;
  /** The width of h after a projection, 0 for none. */
  projSize: number;
  reverse: boolean;
}

/** [T][B][width] one after the other, as the kernels have sequences. */
export const dense = (pointer: number, B: number, width: number): Steps => ({ pointer, step: B * width, row: width });

/** One layer and direction of an LSTM: its parameters and its kernel calls, on pointers. */
export abstract class LstmUnit {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** The width of h. */
  readonly outputSize: number;
  protected readonly heap: Heap;
  readonly reverse: boolean;
  /** Whether states are float64. */
  private readonly exact: boolean;
  /** From one row of a state to the next. */
  protected readonly hRow: number;
  protected readonly cRow: number;

  constructor(heap: Heap, shape: UnitShape, exact: boolean, round: (n: number) => number) {
    const { inputSize, hiddenSize, projSize, reverse } = shape;
    this.heap = heap;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.outputSize = projSize || hiddenSize;
    this.reverse = reverse;
    this.exact = exact;
    this.hRow = round(this.outputSize);
    this.cRow = round(hiddenSize);
  }

  /** The arrays of forward, which backward reads. Without training one step is kept. */
  protected abstract ownForwardSizes(run: Omit<Run, "lengths">): Arrays;
  /** The arrays that backward needs besides. */
  protected abstract ownBackwardSizes(run: Omit<Run, "lengths">): Arrays;
  protected abstract runForward(run: Run, at: Arrays, x: number, y: Steps): void;
  protected abstract runBackward(
    run: Run,
    saved: { at: Arrays; x: number },
    at: Arrays,
    dy: Steps | undefined,
    dx: number,
    gradients: readonly number[],
  ): void;
  /** Packs the weights for forward or for a stream. */
  abstract pack(at: Arrays): void;
  /** The arrays of a stream. */
  abstract stepSizes(B: number): Arrays;
  /** Where a stream has x and h, and from one row to the next. */
  abstract stepPlaces(at: Arrays, B: number): Record<"x" | "h" | "c", { pointer: number; row: number }>;
  /** One step of a stream: h goes to at.y. */
  abstract step(at: Arrays, B: number): void;

  forwardSizes(run: Omit<Run, "lengths">): Arrays {
    const states = run.training ? run.T + 1 : 1;
    const rows = this.reverse ? run.T * run.B : 0;
    return {
      hs: states * this.hSize(run.B),
      cs: states * this.cSize(run.B),
      x: rows * this.inputSize,
      y: rows * this.outputSize,
      ...this.ownForwardSizes(run),
    };
  }

  backwardSizes(run: Omit<Run, "lengths">): Arrays {
    const rows = this.reverse ? run.T * run.B : 0;
    return { x: rows * this.inputSize, y: rows * this.outputSize, ...this.ownBackwardSizes(run) };
  }

  /** Elements of h and of c as the kernels keep them. */
  hSize(B: number): number {
    return B * this.hRow * (this.exact ? 2 : 1);
  }

  cSize(B: number): number {
    return B * this.cRow * (this.exact ? 2 : 1);
  }

  /** y = the layer on x [T][B][I], from the state at hs and cs to (hN, cN). */
  forward(run: Run, at: Arrays, x: number, y: Steps, [hN, cN]: readonly State[]): void {
    const { inputSize: I, outputSize: R, reverse } = this;
    const { T, B, training } = run;
    this.pack(at);
    if (reverse) {
      const to = dense(at.y, B, R);
      this.move(run, dense(at.x, B, I), dense(x, B, I), I);
      this.runForward(run, at, at.x, to);
      this.move(run, y, to, R);
    } else this.runForward(run, at, x, y);
    const steps = training ? T : 0;
    this.take(hN, at.hs + 4 * steps * this.hSize(B), B, R, this.hRow);
    this.take(cN, at.cs + 4 * steps * this.cSize(B), B, this.hiddenSize, this.cRow);
  }

  /**
   * Adds the gradients of the weights; dx [T][B][I] gets, or with `added` is increased by, that of x; dy may be undefined.
   * `saved` is what forward was given and has kept; dh and dc hold the gradient of the last state, then of the first.
   */
  backward(
    run: Run,
    saved: { at: Arrays; x: number },
    at: Arrays,
    dy: Steps | undefined,
    dx: number,
    added: boolean,
    gradients: readonly number[],
    [dh0, dc0]: readonly State[],
  ): void {
    const { inputSize: I, outputSize: R, reverse } = this;
    const { B } = run;
    if (reverse) {
      const turned = dy && dense(at.y, B, R);
      if (dy && turned) this.move(run, turned, dy, R);
      this.runBackward(run, { at: saved.at, x: saved.at.x }, at, turned, at.x, gradients);
      this.move(run, dense(dx, B, I), dense(at.x, B, I), I, added);
    } else this.runBackward(run, saved, at, dy, dx, gradients);
    this.take(dh0, gradients[0], B, R, this.hRow);
    this.take(dc0, gradients[1], B, this.hiddenSize, this.cRow);
  }

  /** h and c as the kernels keep them, at to, from states. */
  putH(to: number, state: State, B: number, row = this.hRow): void {
    this.put(to, state, B, this.outputSize, row);
  }

  putC(to: number, state: State, B: number): void {
    this.put(to, state, B, this.hiddenSize, this.cRow);
  }

  /** A state as the kernels keep it, n wide, with all its bits: what float32 there is float64 holds, too. */
  stateValues(at: { pointer: number; row: number }, n: number, B: number): Float64Array {
    const values = new Float64Array(B * n);
    for (let b = 0; b < B; b++) values.set(this.stateRow(at, n, b), b * n);
    return values;
  }

  /** The inverse of stateValues(). */
  setStateValues(at: { pointer: number; row: number }, n: number, values: Float64Array): void {
    for (let b = 0; b < values.length / n; b++) this.stateRow(at, n, b).set(values.subarray(b * n, (b + 1) * n));
  }

  private stateRow(
    { pointer, row }: { pointer: number; row: number },
    n: number,
    b: number,
  ): Float32Array | Float64Array {
    const { buffer } = this.heap;
    return this.exact
      ? new Float64Array(buffer, pointer + 8 * b * row, n)
      : new Float32Array(buffer, pointer + 4 * b * row, n);
  }

  private put(to: number, { pointer, wide }: State, B: number, n: number, row: number): void {
    this.heap.kernels.lstmPutState(to, pointer, pointer ? wide : 0, this.exact ? 1 : 0, B, n, row);
  }

  private take({ pointer, wide }: State, from: number, B: number, n: number, row: number): void {
    this.heap.kernels.lstmTakeState(pointer, wide, from, this.exact ? 1 : 0, B, n, row);
  }

  /** to = from with the steps of each sequence from the last to the first. */
  private move({ T, B, lengths }: Run, to: Steps, from: Steps, width: number, added = false): void {
    const { kernels } = this.heap;
    const strides = [to.step, to.row, from.step, from.row] as const;
    kernels.copySteps(to.pointer, from.pointer, lengths, T, B, width, width, ...strides, 1, added ? 1 : 0);
  }
}

/** The parameters of a unit, by the first part of PyTorch's names. */
export type UnitParameters = Readonly<
  Record<"weight_ih" | "weight_hh", Parameter> &
    Partial<Record<"bias_ih" | "bias_hh" | "weight_hr" | "weight_ch", Parameter>>
>;
