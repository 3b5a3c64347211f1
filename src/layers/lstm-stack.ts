// All layers and directions of an LSTM on pointers: where each has its arrays, what it hands to the next, dropout
// between them, and the order of the steps.

import type { Heap } from "../memory/heap.js";
import { Workspace } from "../memory/workspace.js";
import type { Random } from "../random.js";
import { dropElements } from "./dropout.js";
import { part } from "./lstm-state.js";
import { fillOrders, isOrdered, orderSizes, type StepOptions, type Valid } from "./lstm-steps.js";
import { type Arrays, dense, type LstmUnit, type Rows, type Run } from "./lstm-unit.js";
import type { Sequence } from "./sequence.js";

/** What the sizes of the workspace depend on. */
export interface Call extends Record<string, number | boolean> {
  T: number;
  B: number;
  training: boolean;
  /** Whether steps are taken by orders. */
  ordered: boolean;
  /** Whether the kernels write the output where it is wanted. */
  direct: boolean;
}

/** A call whose input and states are in the workspace. */
export interface Loaded {
  sequence: Sequence;
  call: Call;
  run: Run;
  /** The arrays of each layer, then those of each unit. */
  lists: readonly Arrays[];
}

/** What forward leaves for backward. */
export interface Saved extends Loaded {
  /** What the mask of the dropout of each layer is a function of. */
  keys: readonly number[];
}

/** A backward whose gradients are in its scratch. */
interface Upstream {
  dy: Rows | undefined;
  /** Of h and c of each unit. */
  states: readonly (readonly [h: number, c: number])[];
}

export interface StackOptions {
  inputSize: number;
  hiddenSize: number;
  /** The width of h. */
  outputSize: number;
  numLayers: number;
  dropout: number;
  recompute: boolean;
  steps: StepOptions;
}

export class LstmStack {
  /** Layer by layer, in each the direction from the first step before the reverse one. */
  readonly units: readonly LstmUnit[];
  /** Of an output row: all directions. */
  readonly width: number;
  private readonly heap: Heap;
  private readonly options: StackOptions;
  private readonly directions: number;
  private readonly masks: Random;
  private readonly workspace: Workspace<Call>;

  constructor(heap: Heap, units: readonly LstmUnit[], options: StackOptions, masks: Random) {
    this.heap = heap;
    this.units = units;
    this.options = options;
    this.directions = options.steps.reverse.length;
    this.width = this.directions * options.outputSize;
    this.masks = masks;
    this.workspace = new Workspace<Call>(heap, (call) => this.sizesOf(call));
  }

  callOf({ T, B }: Sequence, training: boolean, { lengths, mask }: Valid): Call {
    const { steps } = this.options;
    const ordered = isOrdered(lengths !== undefined || mask !== undefined, steps);
    const direct = steps.returnSequences && !steps.goBackwards && mask === undefined;
    return { T, B, training, ordered, direct };
  }

  /** Bytes that load() would allocate, for Heap.reserve. */
  missing(call: Call): number {
    return this.workspace.missing(call);
  }

  outputShape({ leading, B }: Sequence): readonly number[] {
    if (this.options.steps.returnSequences) return [...leading, this.width];
    return leading.length === 1 ? [this.width] : [B, this.width];
  }

  /** Copies x and the first states in, after missing() of the same call. */
  load(call: Call, sequence: Sequence, valid: Valid, x: number, h: number, c: number): Loaded {
    const { inputSize: I, hiddenSize: H, outputSize: R, numLayers } = this.options;
    const { T, B, step, row } = sequence;
    const lists = this.workspace.ensure();
    const at = lists[0];
    const run = this.runOf(call, at, sequence, valid);
    const order = call.ordered ? at.input : 0;
    this.heap.kernels.copySteps(at.x, x, order, T, B, I, I, B * I, I, step * I, row * I, 0);
    this.units.forEach((unit, u) => {
      const own = lists[numLayers + u];
      unit.putH(own.hs, part(h, u * B * R), B);
      unit.putC(own.cs, part(c, u * B * H), B);
    });
    return { sequence, call, run, lists };
  }

  /** Writes the output and the last states. */
  forward({ sequence, call, run, lists }: Loaded, output: number, hN: number, cN: number): Saved {
    const { hiddenSize: H, outputSize: R, numLayers, dropout } = this.options;
    const { T, B, training } = run;
    const { width } = this;
    const outputs = this.outputRows(output, sequence);
    const last = call.direct ? outputs : dense(lists[0].y, B, width);
    const keys: number[] = [];
    this.units.forEach((unit, u) => {
      const [k, d] = [Math.floor(u / this.directions), u % this.directions];
      if (d === 0) keys.push(training && k > 0 && dropout > 0 ? this.masks.next() : 0);
      if (d === 0 && k > 0 && training) this.drop(lists[k].x, T * B * width, keys[k]);
      const y = k === numLayers - 1 ? last : dense(lists[k + 1].x, B, width);
      const to = { ...y, pointer: y.pointer + 4 * d * R };
      unit.forward(run, lists[numLayers + u], lists[k].x, to, [part(hN, u * B * R), part(cN, u * B * H)]);
    });
    if (!call.direct) this.moveOutput(sequence, lists[0], outputs, last, false);
    return { sequence, call, run, lists, keys };
  }

  /** The arrays that backward needs besides. */
  backwardSizes({ run, call }: Saved) {
    const { inputSize: I, numLayers } = this.options;
    const { units, width } = this;
    const rows = run.T * run.B;
    const below = numLayers > 1 ? rows * width : 0;
    const state = this.stateSize(run.B);
    return {
      dy: call.direct ? 0 : rows * width,
      dh: units.length * state,
      dc: units.length * state,
      dx: Math.max(rows * I, below),
      dxBelow: below,
      ...most(units.map((unit) => unit.backwardSizes(run))),
    };
  }

  /** Takes the gradients of the output (0: none) and of the last states. */
  loadGradients({ sequence, call, lists }: Saved, at: Arrays, dOutput: number, h: number, c: number): Upstream {
    const { hiddenSize: H, outputSize: R } = this.options;
    const { B } = sequence;
    const given = this.outputRows(dOutput, sequence);
    const dy = call.direct ? given : dense(at.dy, B, this.width);
    if (dOutput && !call.direct) this.moveOutput(sequence, lists[0], dy, given, true);
    const state = 4 * this.stateSize(B);
    const states = this.units.map((unit, u) => {
      const pair = [at.dh + u * state, at.dc + u * state] as const;
      unit.putH(pair[0], part(h, u * B * R), B);
      unit.putC(pair[1], part(c, u * B * H), B);
      return pair;
    });
    return { dy: dOutput ? dy : undefined, states };
  }

  /** Adds the gradients of the parameters, and writes those of x and of the first states. */
  backward(saved: Saved, at: Arrays, upstream: Upstream, dx: number, dh0: number, dc0: number): void {
    const { inputSize: I, hiddenSize: H, outputSize: R, numLayers } = this.options;
    const { sequence, run, call, lists, keys } = saved;
    const { T, B, step, row } = sequence;
    let { dy } = upstream;
    for (let k = numLayers - 1; k >= 0; k--) {
      // the gradients of the layers take turns, so that the last one, k = 0, is dx
      const to = k % 2 ? at.dxBelow : at.dx;
      for (let d = 0; d < this.directions; d++) {
        const u = k * this.directions + d;
        const kept = { at: lists[numLayers + u], x: lists[k].x };
        const own = dy && { ...dy, pointer: dy.pointer + 4 * d * R };
        this.units[u].backward(run, kept, at, own, to, d > 0, upstream.states[u]);
      }
      if (k > 0) this.drop(to, T * B * this.width, keys[k]);
      dy = dense(to, B, k === 0 ? I : this.width);
    }
    // only now: dy may lie in any of them
    this.units.forEach((unit, u) => {
      unit.takeStates(part(dh0, u * B * R), part(dc0, u * B * H), ...upstream.states[u], B);
    });
    const order = call.ordered ? lists[0].inputOf : 0;
    this.heap.kernels.copySteps(dx, at.dx, order, T, B, I, I, step * I, row * I, B * I, I, 0);
  }

  dispose(): void {
    this.workspace.dispose();
  }

  /** The arrays of the workspace: of each layer, then of each unit. */
  private sizesOf(call: Call): readonly Arrays[] {
    const { inputSize, numLayers, steps } = this.options;
    const { T, B, ordered, direct } = call;
    const own = { x: T * B * inputSize, y: direct ? 0 : T * B * this.width };
    const first = { ...own, ...orderSizes(T, B, ordered, direct, steps) };
    const above = Array.from({ length: numLayers - 1 }, () => ({ x: T * B * this.width }));
    const extent = { ...call, segment: this.segment(call) };
    return [first, ...above, ...this.units.map((unit) => unit.forwardSizes(extent))];
  }

  /** Rows of which training keeps everything. */
  private segment({ T, training }: Call): number {
    return this.options.recompute && training ? Math.ceil(Math.sqrt(T)) : T;
  }

  /** The run of a call, whose orders are written. */
  private runOf(call: Call, at: Arrays, sequence: Sequence, valid: Valid): Run {
    const { T, B, training, ordered } = call;
    if (ordered) fillOrders(this.heap.i32, at, sequence, valid, call.direct, this.options.steps);
    const lengths = valid.lengths || valid.mask ? at.lengths : 0;
    return { T, B, training, segment: this.segment(call), lengths, turned: ordered ? at.turned : 0 };
  }

  /** Elements between the states of two units, a multiple of 64 bytes. */
  private stateSize(B: number): number {
    const sizes = this.units.map((unit) => Math.max(unit.hSize(B), unit.cSize(B)));
    return Math.ceil(Math.max(...sizes) / 16) * 16;
  }

  /** How the rows of the output lie. */
  private outputRows(pointer: number, { step, row }: Sequence): Rows {
    const { width } = this;
    if (!this.options.steps.returnSequences) return dense(pointer, 0, width);
    return { pointer, step: step * width, row: row * width };
  }

  /** The output, or with `back` its gradient, between the place of the user and steps as the layer takes them. */
  private moveOutput({ T, B }: Sequence, at: Arrays, to: Rows, from: Rows, back: boolean): void {
    const { outputSize: R, steps } = this.options;
    const count = back || steps.returnSequences ? T : 1;
    for (let d = 0; d < this.directions; d++) {
      const order = (back ? at.outputOf : at.output) + 4 * d * count * B;
      const [y, x] = [to.pointer + 4 * d * R, from.pointer + 4 * d * R];
      this.heap.kernels.copySteps(y, x, order, count, B, R, R, to.step, to.row, from.step, from.row, 0);
    }
  }

  /** Drops elements in place, and scales the others: the same ones for the same key. */
  private drop(x: number, n: number, key: number): void {
    const { dropout } = this.options;
    if (dropout > 0) dropElements(this.heap, x, x, n, key, dropout);
  }
}

/** The largest size of each array. */
function most(sizes: readonly Arrays[]): Arrays {
  const largest: Record<string, number> = { ...sizes[0] };
  for (const other of sizes) {
    for (const name in other) largest[name] = Math.max(largest[name], other[name]);
  }
  return largest;
}
