import { round4 } from "../contract/round.js";
import type { Heap } from "../memory/heap.js";
import type { Parameter } from "./parameters.js";

/** An array of sequences: the row of step t and sequence b is t step + b row elements behind the pointer. */
export interface Rows {
  pointer: number;
  step: number;
  row: number;
}

/** T steps of B sequences. */
export interface Extent {
  T: number;
  B: number;
  /** Whether what backward needs is kept, */
  training: boolean;
  /** for so many steps at a time: backward runs forward again on the others. */
  segment: number;
}

export interface Run extends Extent {
  /** A pointer to the lengths, 0 for none. */
  lengths: number;
  /** Which step is the t-th from the end of each sequence: an order for copySteps, where a unit is reverse. */
  turned: number;
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
export const dense = (pointer: number, B: number, width: number): Rows => ({ pointer, step: B * width, row: width });

/** The steps from step t on. */
const later = (steps: Rows, t: number): Rows =>
  t === 0 ? steps : { ...steps, pointer: steps.pointer + 4 * t * steps.step };

/** One layer and direction of an LSTM: its parameters and its kernel calls, on pointers. */
export abstract class LstmUnit {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** The width of h. */
  readonly outputSize: number;
  protected readonly heap: Heap;
  readonly reverse: boolean;
  /** From one row of a state to the next. */
  protected readonly hRow: number;
  protected readonly cRow: number;

  constructor(heap: Heap, shape: UnitShape) {
    const { inputSize, hiddenSize, projSize, reverse } = shape;
    this.heap = heap;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.outputSize = projSize || hiddenSize;
    this.reverse = reverse;
    this.hRow = round4(this.outputSize);
    this.cRow = round4(hiddenSize);
  }

  /** The arrays that forward leaves for backward. Without training one step of each is kept. */
  protected abstract ownKeptSizes(extent: Extent): Arrays;
  /** The weights as the kernels take them, and scratch: what else forward, a stream and a cell need. */
  abstract packedSizes(B: number): Arrays;
  /** The arrays that backward needs besides. */
  protected abstract ownBackwardSizes(extent: Extent): Arrays;
  protected abstract runForward(run: Run, at: Arrays, x: number, y: Rows): void;
  protected abstract runBackward(
    run: Run,
    saved: { at: Arrays; x: number },
    at: Arrays,
    dy: Rows | undefined,
    dx: number,
    gradients: readonly number[],
  ): void;
  /** gates [B][4H] = i f g o and tanhC [B][H] of one step of B sequences, float32, from what forward has kept. */
  abstract takeGates(at: Arrays, B: number, gates: number, tanhC: number): void;
  /** Packs the weights for forward or for a stream. */
  abstract pack(at: Arrays): void;
  /** The arrays of a stream. */
  abstract stepSizes(B: number): Arrays;
  /** One step of a stream on x [B][I]: h goes to at.y. */
  abstract step(at: Arrays, x: number, B: number): void;

  /** States h, c of each step, and what else forward keeps for backward. */
  keptSizes(extent: Extent): Arrays {
    const { T, B, training } = extent;
    const states = training ? T + 1 : 1;
    return { hs: states * this.hSize(B), cs: states * this.cSize(B), ...this.ownKeptSizes(extent) };
  }

  forwardSizes(extent: Extent): Arrays {
    const { T, B, segment } = extent;
    const rows = this.reverse ? T * B : 0;
    const cuts = Math.ceil(T / segment) - 1;
    return {
      x: rows * this.inputSize,
      y: rows * this.outputSize,
      starts: cuts * (this.hSize(B) + this.cSize(B)),
      ends: cuts ? B : 0,
      again: cuts ? segment * B * this.outputSize : 0,
      ...this.keptSizes({ ...extent, T: Math.min(segment, T) }),
      ...this.packedSizes(B),
    };
  }

  backwardSizes(extent: Extent): Arrays {
    const rows = this.reverse ? extent.T * extent.B : 0;
    const own = this.ownBackwardSizes({ ...extent, T: Math.min(extent.segment, extent.T) });
    return { x: rows * this.inputSize, y: rows * this.outputSize, ...own };
  }

  /** Elements of h and of c as the kernels keep them. */
  hSize(B: number): number {
    return B * this.hRow;
  }

  cSize(B: number): number {
    return B * this.cRow;
  }

  /** y = the layer on x [T][B][I], from the state at hs and cs to (hN, cN). */
  forward(run: Run, at: Arrays, x: number, y: Rows, [hN, cN]: readonly number[]): void {
    const { inputSize: I, outputSize: R, reverse } = this;
    const { T, B, segment, training } = run;
    const [input, output] = reverse ? [at.x, dense(at.y, B, R)] : [x, y];
    this.pack(at);
    if (reverse) this.move(run, dense(input, B, I), dense(x, B, I), I);
    let t = 0;
    for (; t + segment < T; t += segment) {
      this.keepStart(run, at, t);
      this.runForward(this.segmentOf(run, at, t), at, input + 4 * t * B * I, later(output, t));
      this.goOn(run, at);
    }
    this.runForward(this.segmentOf(run, at, t), at, input + 4 * t * B * I, later(output, t));
    if (reverse) this.move(run, y, output, R);
    const steps = training ? T - t : 0;
    this.takeStates(hN, cN, at.hs + 4 * steps * this.hSize(B), at.cs + 4 * steps * this.cSize(B), B);
  }

  /**
   * Adds the gradients of the weights; dx [T][B][I] gets, or with `added` is increased by, that of x; dy may be
   * undefined. `saved` is what forward was given and has kept; `dStates` are those of h and c of the last state, then
   * of the first.
   */
  backward(
    run: Run,
    saved: { at: Arrays; x: number },
    at: Arrays,
    dy: Rows | undefined,
    dx: number,
    added: boolean,
    dStates: readonly number[],
  ): void {
    const { inputSize: I, outputSize: R, reverse } = this;
    const { T, B, segment } = run;
    const upstream = reverse && dy ? dense(at.y, B, R) : dy;
    const [input, dInput] = reverse ? [saved.at.x, at.x] : [saved.x, dx];
    if (reverse && dy && upstream) this.move(run, upstream, dy, R);
    const last = T - 1 - ((T - 1) % segment);
    for (let t = last; t >= 0; t -= segment) {
      const [part, x] = [this.segmentOf(run, saved.at, t), input + 4 * t * B * I];
      if (t < last) this.again(part, saved.at, x, t);
      const own = { at: saved.at, x };
      this.runBackward(part, own, at, upstream && later(upstream, t), dInput + 4 * t * B * I, dStates);
    }
    if (reverse) this.move(run, dense(dx, B, I), dense(dInput, B, I), I, added);
  }

  /** States, or their gradients, from h and c as the kernels keep them. */
  takeStates(toH: number, toC: number, h: number, c: number, B: number): void {
    const { outputSize: R, hiddenSize: H } = this;
    this.copyState(toH, h, B, R, R, this.hRow);
    this.copyState(toC, c, B, H, H, this.cRow);
  }

  /** The run of the segment from step t on. */
  private segmentOf(run: Run, at: Arrays, t: number): Run {
    const { T, B, segment, lengths } = run;
    if (segment >= T) return run;
    const { i32 } = this.heap;
    if (lengths) for (let b = 0; b < B; b++) i32[(at.ends >>> 2) + b] = i32[(lengths >>> 2) + b] - t;
    return { ...run, T: Math.min(segment, T - t), lengths: lengths && at.ends };
  }

  /** Keeps the state with which the segment at step t starts. */
  private keepStart({ B, segment }: Run, at: Arrays, t: number): void {
    const [h, c] = [this.hSize(B), this.cSize(B)];
    const to = at.starts + 4 * (t / segment) * (h + c);
    this.copy(to, at.hs, h);
    this.copy(to + 4 * h, at.cs, c);
  }

  /** The state behind a segment becomes the first one. */
  private goOn({ B, segment }: Run, at: Arrays): void {
    const [h, c] = [this.hSize(B), this.cSize(B)];
    this.copy(at.hs, at.hs + 4 * segment * h, h);
    this.copy(at.cs, at.cs + 4 * segment * c, c);
  }

  /** Forward of the segment at step t once more, for what it keeps. */
  private again(part: Run, at: Arrays, x: number, t: number): void {
    const { B, segment } = part;
    const [h, c] = [this.hSize(B), this.cSize(B)];
    const start = at.starts + 4 * (t / segment) * (h + c);
    this.copy(at.hs, start, h);
    this.copy(at.cs, start + 4 * h, c);
    this.runForward(part, at, x, dense(at.again, B, this.outputSize));
  }

  private copy(to: number, from: number, elements: number): void {
    this.heap.f32.copyWithin(to >>> 2, from >>> 2, (from >>> 2) + elements);
  }

  /** h and c as the kernels keep them, at to, from states [B][n], 0 for zeros. */
  putH(to: number, state: number, B: number): void {
    this.copyState(to, state, B, this.outputSize, this.hRow, this.outputSize);
  }

  putC(to: number, state: number, B: number): void {
    this.copyState(to, state, B, this.hiddenSize, this.cRow, this.hiddenSize);
  }

  /** The rows of a state, padded with 0 up to `row` in it. */
  private copyState(to: number, from: number, B: number, n: number, toRow: number, fromRow: number): void {
    this.heap.kernels.copySteps(to, from, 0, 1, B, n, Math.max(n, toRow), 0, toRow, 0, fromRow, 0);
  }

  /** to = from with the steps of each sequence from the last to the first. */
  private move({ T, B, turned }: Run, to: Rows, from: Rows, width: number, added = false): void {
    const { kernels } = this.heap;
    const strides = [to.step, to.row, from.step, from.row] as const;
    kernels.copySteps(to.pointer, from.pointer, turned, T, B, width, width, ...strides, added ? 1 : 0);
  }
}

/** The parameters of a unit, by the first part of PyTorch's names. */
export type UnitParameters = Readonly<
  Record<"weight_ih" | "weight_hh", Parameter> &
    Partial<Record<"bias_ih" | "bias_hh" | "weight_hr" | "weight_ch", Parameter>>
>;
