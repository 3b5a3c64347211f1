// All layers and directions on pointers: where each has its arrays, what it hands to the next, dropout between them, and the
// order of the steps.
import { type Pointers, padded, type Sizes } from "../../memory/block.js";
import type { Heap } from "../../memory/heap.js";
import { Workspace } from "../../memory/workspace.js";
import type { Random } from "../../random.js";
import { dropElements } from "../dropout.js";
import type { Parameters } from "../parameters.js";
import { dense, type Sequence, type Strided } from "./sequence.js";
import { part, putState, type State, stateSize, takeState } from "./state.js";
import { fillOrders, isOrdered, orderSizes, type StepOptions, type Valid } from "./steps.js";
import type { RecurrentUnit, Run } from "./unit.js";

/** What the sizes of the workspace depend on. */
export interface Plan extends Record<string, number | boolean> {
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
  plan: Plan;
  run: Run;
  /** The arrays of each layer, then those of each unit. */
  lists: readonly Pointers[];
}

/** What forward leaves for backward. */
export interface Saved extends Loaded {
  /** What decides which elements the dropout of each layer drops. */
  keys: readonly number[];
}

/** A backward whose gradients are in its scratch. */
interface Upstream {
  dy: Strided | undefined;
  /** Of the states of each unit. */
  states: readonly (readonly number[])[];
}

export interface StackOptions {
  /** Of the kind of layer. */
  name: string;
  inputSize: number;
  /** Of each unit, the output first. */
  states: readonly State[];
  numLayers: number;
  dropout: number;
  recompute: boolean;
  steps: StepOptions;
}

export class RecurrentStack {
  /** Layer by layer, in each the direction from the first step before the reverse one. */
  readonly units: readonly RecurrentUnit[];
  /** Of an output row: all directions. */
  readonly width: number;
  private readonly heap: Heap;
  private readonly options: StackOptions;
  private readonly directions: number;
  private readonly parameters: Parameters;
  private readonly random: Random;
  private readonly workspace: Workspace<Plan>;

  constructor(
    heap: Heap,
    units: readonly RecurrentUnit[],
    options: StackOptions,
    parameters: Parameters,
    random: Random,
  ) {
    this.heap = heap;
    this.parameters = parameters;
    this.units = units;
    this.options = options;
    this.directions = options.steps.reverse.length;
    this.width = this.directions * options.states[0].width;
    this.random = random;
    this.workspace = new Workspace<Plan>(heap, (plan) => this.sizesOf(plan), {
      kind: `${options.name} workspace`,
    });
  }

  planOf({ T, B }: Sequence, training: boolean, { lengths, mask }: Valid): Plan {
    const { steps } = this.options;
    const ordered = isOrdered(lengths !== undefined || mask !== undefined, steps);
    const direct = steps.returnSequences && !steps.goBackwards && mask === undefined;
    return { T, B, training, ordered, direct };
  }

  /** Bytes that load() would allocate, for Heap.reserve. */
  missing(plan: Plan): number {
    return this.workspace.missing(plan);
  }

  outputShape({ leading, B }: Sequence): readonly number[] {
    if (this.options.steps.returnSequences) return [...leading, this.width];
    return leading.length === 1 ? [this.width] : [B, this.width];
  }

  /** Copies x and the first states in, after missing() of the same plan. */
  load(plan: Plan, sequence: Sequence, valid: Valid, x: number, states: readonly number[]): Loaded {
    const { inputSize: I, numLayers } = this.options;
    const { T, B, step, row } = sequence;
    const lists = this.workspace.ensure();
    const at = lists[0];
    const run = this.runOf(plan, at, sequence, valid);
    const order = plan.ordered ? at.input : 0;
    this.heap.kernels.copySteps(at.x, x, order, T, B, I, I, B * I, I, step * I, row * I, 0);
    this.units.forEach((unit, u) => {
      unit.states.forEach((state, i) => {
        putState(this.heap, state, lists[numLayers + u][state.name], part(states[i], u * B * state.width), B);
      });
    });
    return { sequence, plan, run, lists };
  }

  /** Writes the output and the last states. */
  forward({ sequence, plan, run, lists }: Loaded, output: number, finals: readonly number[]): Saved {
    const { states, numLayers, dropout } = this.options;
    const { T, B, training } = run;
    const { width } = this;
    const outputs = this.outputRows(output, sequence);
    const last = plan.direct ? outputs : dense(lists[0].y, B, width);
    const keys: number[] = [];
    this.units.forEach((unit, u) => {
      const [k, d] = [Math.floor(u / this.directions), u % this.directions];
      if (d === 0) keys.push(training && k > 0 && dropout > 0 ? this.random.next() : 0);
      if (d === 0 && k > 0 && training) this.drop(lists[k].x, T * B * width, keys[k]);
      const y = k === numLayers - 1 ? last : dense(lists[k + 1].x, B, width);
      const to = { ...y, pointer: y.pointer + 4 * d * states[0].width };
      const own = states.map((state, i) => part(finals[i], u * B * state.width));
      unit.forward(run, lists[numLayers + u], lists[k].x, to, own);
    });
    if (!plan.direct) this.moveOutput(sequence, lists[0], outputs, last, false);
    return { sequence, plan, run, lists, keys };
  }

  /** The arrays that backward needs besides. */
  backwardSizes({ run, plan }: Saved): Sizes {
    const { inputSize: I, numLayers } = this.options;
    const { units, width } = this;
    const rows = run.T * run.B;
    const below = numLayers > 1 ? rows * width : 0;
    return {
      dy: plan.direct ? 0 : rows * width,
      dStates: units.length * this.statesSize(run.B),
      dx: Math.max(rows * I, below),
      dxBelow: below,
      ...most(units.map((unit) => unit.backwardSizes(run))),
    };
  }

  /** Takes the gradients of the output (0: none) and of the last states. */
  loadGradients({ sequence, plan, lists }: Saved, at: Pointers, dOutput: number, dFinals: readonly number[]): Upstream {
    const { B } = sequence;
    const given = this.outputRows(dOutput, sequence);
    const dy = plan.direct ? given : dense(at.dy, B, this.width);
    if (dOutput && !plan.direct) this.moveOutput(sequence, lists[0], dy, given, true);
    const states = this.units.map((unit, u) => {
      let to = at.dStates + 4 * u * this.statesSize(B);
      return unit.states.map((state, i) => {
        const own = to;
        putState(this.heap, state, own, part(dFinals[i], u * B * state.width), B);
        to += padded(stateSize(state, B));
        return own;
      });
    });
    return { dy: dOutput ? dy : undefined, states };
  }

  /** Adds the gradients of the parameters, and writes those of x and of the first states. */
  backward(saved: Saved, at: Pointers, upstream: Upstream, dx: number, dStates: readonly number[]): void {
    const { inputSize: I, states, numLayers } = this.options;
    const { sequence, run, plan, lists, keys } = saved;
    const { T, B, step, row } = sequence;
    let { dy } = upstream;
    for (let k = numLayers - 1; k >= 0; k--) {
      // the gradients of the layers take turns, so that the last one, k = 0, is dx
      const to = k % 2 ? at.dxBelow : at.dx;
      for (let d = 0; d < this.directions; d++) {
        const u = k * this.directions + d;
        const kept = { at: lists[numLayers + u], x: lists[k].x };
        const own = dy && { ...dy, pointer: dy.pointer + 4 * d * states[0].width };
        this.units[u].backward(run, kept, at, own, to, d > 0, upstream.states[u]);
      }
      if (k > 0) this.drop(to, T * B * this.width, keys[k]);
      dy = dense(to, B, k === 0 ? I : this.width);
    }
    // only now: dy may lie in any of them
    this.units.forEach((unit, u) => {
      unit.states.forEach((state, i) => {
        takeState(this.heap, state, part(dStates[i], u * B * state.width), upstream.states[u][i], B);
      });
    });
    const order = plan.ordered ? lists[0].inputOf : 0;
    this.heap.kernels.copySteps(dx, at.dx, order, T, B, I, I, step * I, row * I, B * I, I, 0);
  }

  dispose(): void {
    this.workspace.dispose();
  }

  /** The arrays of the workspace: of each layer, then of each unit. */
  private sizesOf(plan: Plan): readonly Sizes[] {
    const { inputSize, numLayers, steps } = this.options;
    const { T, B, ordered, direct } = plan;
    const own = { x: T * B * inputSize, y: direct ? 0 : T * B * this.width };
    const first = { ...own, ...orderSizes(T, B, ordered, direct, steps) };
    const above = Array.from({ length: numLayers - 1 }, () => ({ x: T * B * this.width }));
    const extent = { ...plan, segment: this.segment(plan) };
    return [first, ...above, ...this.units.map((unit) => unit.forwardSizes(extent))];
  }

  /** Steps of which training keeps everything. */
  private segment({ T, training }: Plan): number {
    return Math.max(1, this.options.recompute && training ? Math.ceil(Math.sqrt(T)) : T);
  }

  /** The run of a plan, whose orders are written. */
  private runOf(plan: Plan, at: Pointers, sequence: Sequence, valid: Valid): Run {
    const { T, B, training, ordered } = plan;
    if (ordered) fillOrders(this.heap.i32, at, sequence, valid, plan.direct, this.options.steps);
    const lengths = valid.lengths || valid.mask ? at.lengths : 0;
    const { version } = this.parameters;
    return { T, B, training, segment: this.segment(plan), lengths, turned: ordered ? at.turned : 0, version };
  }

  /** Elements of the states of a unit, each on a line of the cache. */
  private statesSize(B: number): number {
    return this.options.states.reduce((sum, state) => sum + padded(stateSize(state, B)) / 4, 0);
  }

  /** How the rows of the output lie. */
  private outputRows(pointer: number, { step, row }: Sequence): Strided {
    const { width } = this;
    if (!this.options.steps.returnSequences) return dense(pointer, 0, width);
    return { pointer, step: step * width, row: row * width };
  }

  /** The output, or with `back` its gradient, between the place of the user and steps as the layer takes them. */
  private moveOutput({ T, B }: Sequence, at: Pointers, to: Strided, from: Strided, back: boolean): void {
    const { states, steps } = this.options;
    const R = states[0].width;
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
function most(sizes: readonly Sizes[]): Sizes {
  const largest: Record<string, number> = { ...sizes[0] };
  for (const other of sizes) {
    for (const name of Object.keys(other)) largest[name] = Math.max(largest[name], other[name]);
  }
  return largest;
}
