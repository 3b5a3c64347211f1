import type { Pointers, Sizes } from "../../memory/block.js";
import type { Heap } from "../../memory/heap.js";
import { dense, later, type Strided } from "./sequence.js";
import { type State, stateSize, takeState } from "./state.js";

/** T steps of B sequences. */
export interface Extent {
  T: number;
  B: number;
  /** Whether what backward needs is kept, */
  training: boolean;
  /** for so many steps at a time: backward runs forward again on the others. At least 1. */
  segment: number;
}

export interface Run extends Extent {
  /** A pointer to the lengths, 0 for none. */
  lengths: number;
  /** Which step is the t-th from the end of each sequence: an order for copySteps, where a unit is reverse. */
  turned: number;
  /** Of the parameters. */
  version: number;
}

/** What forward was given and has kept. */
export interface Kept {
  at: Pointers;
  x: number;
}

/**
 * One layer and direction for training, on pointers: what its kernels need to be told, and around them the other direction and
 * the segments of `recompute`, which are the same for all kinds.
 */
export abstract class RecurrentUnit {
  readonly inputSize: number;
  /** The output first. Each has an array of its name. */
  readonly states: readonly State[];
  protected readonly heap: Heap;
  private readonly reverse: boolean;
  /** Where the weights are packed, and which version of them. */
  private packed: { at: Pointers; version: number } | undefined;

  constructor(heap: Heap, inputSize: number, states: readonly State[], reverse: boolean) {
    this.heap = heap;
    this.inputSize = inputSize;
    this.states = states;
    this.reverse = reverse;
  }

  /** What forward leaves for backward beside the states. Without training one step of each is kept. */
  protected abstract ownKeptSizes(extent: Extent): Sizes;
  /** The weights as the kernels take them, and scratch: what else forward needs. */
  abstract packedSizes(B: number): Sizes;
  /** The arrays that backward needs besides. */
  protected abstract ownBackwardSizes(extent: Extent): Sizes;
  /** Packs the weights for forward. */
  protected abstract pack(at: Pointers): void;
  protected abstract runForward(run: Run, at: Pointers, x: number, y: Strided): void;
  protected abstract runBackward(
    run: Run,
    kept: Kept,
    at: Pointers,
    dy: Strided | undefined,
    dx: number,
    dStates: readonly number[],
  ): void;

  /** The states of each step, and what else forward keeps for backward. */
  keptSizes(extent: Extent): Sizes {
    const steps = extent.training ? extent.T + 1 : 1;
    const states = this.states.map((state) => [state.name, steps * stateSize(state, extent.B)]);
    return { ...Object.fromEntries(states), ...this.ownKeptSizes(extent) };
  }

  forwardSizes(extent: Extent): Sizes {
    const { T, B, segment } = extent;
    const rows = this.reverse ? T * B : 0;
    const cuts = Math.max(0, Math.ceil(T / segment) - 1);
    return {
      x: rows * this.inputSize,
      y: rows * this.outputSize,
      starts: cuts * this.startSize(B),
      ends: cuts ? B : 0,
      again: cuts ? segment * B * this.outputSize : 0,
      ...this.keptSizes({ ...extent, T: Math.min(segment, T) }),
      ...this.packedSizes(B),
    };
  }

  backwardSizes(extent: Extent): Sizes {
    const rows = this.reverse ? extent.T * extent.B : 0;
    const own = this.ownBackwardSizes({ ...extent, T: Math.min(extent.segment, extent.T) });
    return { x: rows * this.inputSize, y: rows * this.outputSize, ...own };
  }

  /**
   * y = the layer on x [T][B][inputSize], from the states in their arrays to `finals`. The same `at` says that what was packed
   * there is still there.
   */
  forward(run: Run, at: Pointers, x: number, y: Strided, finals: readonly number[]): void {
    const { inputSize: I, outputSize: R, reverse } = this;
    const { T, B, segment, training } = run;
    const [input, output] = reverse ? [at.x, dense(at.y, B, R)] : [x, y];
    if (this.packed?.at !== at || this.packed.version !== run.version) {
      this.pack(at);
      this.packed = { at, version: run.version };
    }
    if (reverse) this.move(run, dense(input, B, I), dense(x, B, I), I);
    let t = 0;
    for (; t + segment < T; t += segment) {
      this.copyStart(run, at, t, false);
      this.runForward(this.segmentOf(run, at, t), at, input + 4 * t * B * I, later(output, t));
      for (const state of this.states) {
        const size = stateSize(state, B);
        this.copy(at[state.name], at[state.name] + 4 * segment * size, size);
      }
    }
    this.runForward(this.segmentOf(run, at, t), at, input + 4 * t * B * I, later(output, t));
    if (reverse) this.move(run, y, output, R);
    const steps = training ? T - t : 0;
    this.states.forEach((state, i) => {
      takeState(this.heap, state, finals[i], at[state.name] + 4 * steps * stateSize(state, B), B);
    });
  }

  /**
   * Adds the gradients of the weights; dx [T][B][inputSize] gets, or with `added` is increased by, that of x; dy may be
   * undefined. `dStates` are those of the last states, then of the first.
   */
  backward(
    run: Run,
    kept: Kept,
    at: Pointers,
    dy: Strided | undefined,
    dx: number,
    added: boolean,
    dStates: readonly number[],
  ): void {
    const { inputSize: I, outputSize: R, reverse } = this;
    const { T, B, segment } = run;
    const upstream = reverse && dy ? dense(at.y, B, R) : dy;
    const [input, dInput] = reverse ? [kept.at.x, at.x] : [kept.x, dx];
    if (reverse && dy && upstream) this.move(run, upstream, dy, R);
    const last = T - 1 - ((T - 1) % segment);
    for (let t = last; t >= 0; t -= segment) {
      const [own, x] = [this.segmentOf(run, kept.at, t), input + 4 * t * B * I];
      if (t < last) {
        this.copyStart(run, kept.at, t, true);
        this.runForward(own, kept.at, x, dense(kept.at.again, B, R));
      }
      this.runBackward(own, { at: kept.at, x }, at, upstream && later(upstream, t), dInput + 4 * t * B * I, dStates);
    }
    if (reverse) this.move(run, dense(dx, B, I), dense(dInput, B, I), I, added);
  }

  private get outputSize(): number {
    return this.states[0].width;
  }

  /** Elements of the states with which a segment starts. */
  private startSize(B: number): number {
    return this.states.reduce((sum, state) => sum + stateSize(state, B), 0);
  }

  /** The run of the segment from step t on. */
  private segmentOf(run: Run, at: Pointers, t: number): Run {
    const { T, B, segment, lengths } = run;
    if (segment >= T) return run;
    const { i32 } = this.heap;
    if (lengths) for (let b = 0; b < B; b++) i32[(at.ends >>> 2) + b] = i32[(lengths >>> 2) + b] - t;
    return { ...run, T: Math.min(segment, T - t), lengths: lengths && at.ends };
  }

  /** Keeps the states with which the segment at step t starts, or with `back` takes them again. */
  private copyStart({ B, segment }: Run, at: Pointers, t: number, back: boolean): void {
    let start = at.starts + 4 * (t / segment) * this.startSize(B);
    for (const state of this.states) {
      const size = stateSize(state, B);
      if (back) this.copy(at[state.name], start, size);
      else this.copy(start, at[state.name], size);
      start += 4 * size;
    }
  }

  private copy(to: number, from: number, elements: number): void {
    this.heap.f32.copyWithin(to >>> 2, from >>> 2, (from >>> 2) + elements);
  }

  /** to = from with the steps of each sequence from the last to the first. */
  private move({ T, B, turned }: Run, to: Strided, from: Strided, width: number, added = false): void {
    const { kernels } = this.heap;
    const strides = [to.step, to.row, from.step, from.row] as const;
    kernels.copySteps(to.pointer, from.pointer, turned, T, B, width, width, ...strides, added ? 1 : 0);
  }
}
