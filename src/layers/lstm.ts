import * as check from "../check.js";
import { ensureEach, place, Result, total } from "../memory/block.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, locate, pointerOf, type Tensor } from "../memory/tensor.js";
import { generator, type Random } from "../train/random.js";
import { dropElements } from "./dropout.js";
import { Layer } from "./layer.js";
import type {
  LstmBackwardOptions,
  LstmForwardOptions,
  LstmGradients,
  LstmOptions,
  LstmResult,
} from "./lstm-options.js";
import { fillOrders, isOrdered, orderSizes, type StepOptions, type Valid } from "./lstm-steps.js";
import {
  type Arrays,
  checkState,
  dense,
  type LstmUnit,
  type Run,
  type State,
  type Steps,
  stateOf,
  stateOfTensor,
} from "./lstm-unit.js";
import { createUnit, isWide, parameterShapes, UNIT_KEYS, unitOptions } from "./lstm-units.js";
import { type Sequence, sequenceOf } from "./sequence.js";
import { LstmStream, type StreamOptions } from "./stream.js";
import { Workspace } from "./workspace.js";

/** What the sizes of the workspace depend on. */
interface Call extends Record<string, number | boolean> {
  T: number;
  B: number;
  training: boolean;
  /** Whether steps are taken by orders. */
  ordered: boolean;
  /** Whether the kernels write the output where it is wanted. */
  direct: boolean;
}

/** What forward leaves for backward. */
interface Saved {
  sequence: Sequence;
  run: Run;
  call: Call;
  /** The arrays of each layer, then those of each unit. */
  lists: readonly Arrays[];
  /** What the mask of the dropout of each layer is a function of. */
  keys: number[];
}

type ResultNames = ["output", "hN", "cN"] | ["dx", "dh0", "dc0"];

const KEYS = [
  ...UNIT_KEYS,
  "numLayers",
  "bidirectional",
  "direction",
  "batchFirst",
  "dropout",
  "dropoutSeed",
  "returnSequences",
  "goBackwards",
  "stateful",
  "recompute",
];
const FORWARD_KEYS = ["batch", "steps", "h0", "c0", "lengths", "mask", "training"];

/**
 * Long short-term memory, as torch.nn.LSTM: i f o = sigmoid, g = tanh of W_ih x + b_ih + W_hh h + b_hh;
 * c' = f c + i g; h' = o tanh(c')
 * (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).
 *
 * Parameters as in PyTorch, for each layer k: weight_ih_lk [4H, I], weight_hh_lk [4H, H], bias_ih_lk, bias_hh_lk [4H],
 * gates i f g o, and the same with the suffix _reverse; weight_hr_lk [P, H] and weight_ch_lk [3H] where the options want
 * them; at first uniform in +-1 / sqrt(H). A layer with at most 64 inputs and units together is computed in float64, and
 * so is any with a projection, peepholes, clip, coupled gates or other activations. Without dropout the results are the
 * same bits for every batch and chunk, and always for every backend but `relaxed`.
 */
export class Lstm extends Layer {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** 0 without a projection. */
  readonly projSize: number;
  /** The width of h: projSize, or hiddenSize. */
  readonly outputSize: number;
  readonly numLayers: number;
  readonly dropout: number;
  readonly bidirectional: boolean;
  readonly batchFirst: boolean;
  readonly stateful: boolean;
  readonly recompute: boolean;
  /** @internal Layer by layer, in each the direction from the first step before the reverse one. */
  readonly units: readonly LstmUnit[];
  private readonly steps: StepOptions;
  private readonly masks: Random;
  private readonly workspace: Workspace<Call>;
  private readonly results: Record<"output" | "hN" | "cN" | "dx" | "dh0" | "dc0", Result>;
  private saved: Saved | undefined;
  /** Where a stateful layer goes on. */
  private carried: { h0: Tensor; c0: Tensor } | undefined;

  /** @internal */
  constructor(heap: Heap, random: Random, options: LstmOptions) {
    check.options("options", options ?? {}, KEYS);
    const reverse = directionsOf(options ?? {});
    const { inputSize, hiddenSize, projSize, bias, peepholes, cells } = unitOptions(options, reverse.length);
    const {
      numLayers = 1,
      dropout = 0,
      dropoutSeed,
      batchFirst = false,
      stateful = false,
      recompute = false,
    } = options;
    const { returnSequences = true, goBackwards = false } = options;
    check.integer("numLayers", numLayers, 1, 1024);
    check.fraction("dropout", dropout);
    const masks = generator(random, dropoutSeed, "dropoutSeed");
    const flags = { batchFirst, returnSequences, goBackwards, stateful, recompute };
    for (const [name, value] of Object.entries(flags)) check.boolean(name, value);
    const R = projSize || hiddenSize;
    const plans = Array.from({ length: numLayers }, (_, k) =>
      reverse.map((turned, d) => ({
        suffix: `_l${k}${turned ? "_reverse" : ""}`,
        cell: cells?.[d],
        shape: { inputSize: k === 0 ? inputSize : reverse.length * R, hiddenSize, projSize, reverse: turned },
      })),
    ).flat();
    super(heap, "lstm", parameterShapes(plans, bias, peepholes), isWide(plans));
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.projSize = projSize;
    this.outputSize = R;
    this.numLayers = numLayers;
    this.dropout = dropout;
    this.masks = masks;
    this.bidirectional = reverse.length === 2;
    this.batchFirst = batchFirst;
    this.stateful = stateful;
    this.recompute = recompute;
    this.steps = { goBackwards, returnSequences, reverse };
    this.parameters.fillUniform(random, 1 / Math.sqrt(hiddenSize));
    this.units = plans.map((plan) => createUnit(heap, plan, this.parameters.byName));
    this.workspace = this.own(new Workspace<Call>(heap, (call) => this.sizesOf(call)));
    const result = (withWide: boolean): Result => this.own(new Result(heap, withWide));
    const [output, dx] = [result(false), result(false)];
    const [hN, cN, dh0, dc0] = [result(true), result(true), result(true), result(true)];
    this.results = { output, hN, cN, dx, dh0, dc0 };
  }

  /**
   * Runs the sequences. x: a tensor [steps, batch, inputSize] ([batch, steps, inputSize] with batchFirst, [steps,
   * inputSize] for one sequence), or an array with `batch`; it is copied.
   * Throws RangeError for sizes that do not fit, a length outside 1..steps, no step at all.
   */
  forward(x: Floats, options: LstmForwardOptions = {}): LstmResult {
    this.alive();
    const { heap, inputSize: I, hiddenSize: H, outputSize: R, units, width, workspace } = this;
    floats(heap, "x", x);
    check.options("options", options, FORWARD_KEYS);
    const sequence = sequenceOf(x, I, this.batchFirst, options);
    const { T, B, step, row } = sequence;
    const { training = true } = options;
    const { h0, c0 } = this.initial(options, B);
    checkState(heap, "h0", h0, [units.length, B, R]);
    checkState(heap, "c0", c0, [units.length, B, H]);
    const valid = validOf(heap, options, sequence);
    check.boolean("training", training);

    const from = [x, h0, c0].map((v) => (v === undefined ? -1 : pointerOf(heap, v)));
    const call = this.callOf(sequence, training, valid);
    const shape = this.outputShape(sequence);
    const foreign = [from[0] < 0 ? T * B * I : 0, h0 ? units.length * B * R : 0, c0 ? units.length * B * H : 0];
    const staged = heap.scratch(4 * (foreign[0] + foreign[1] + foreign[2]));
    this.reserve(["output", "hN", "cN"], shape, B, workspace.missing(call));
    const lists = workspace.ensure();
    const at = lists[0];
    const run = this.runOf(call, at, sequence, valid);
    const order = call.ordered ? at.input : 0;
    const given = locate(heap, x, from[0], staged);
    heap.kernels.copySteps(at.x, given, order, T, B, I, I, B * I, I, step * I, row * I, 0);
    const h = stateOf(heap, h0, from[1], staged + 4 * foreign[0]);
    const c = stateOf(heap, c0, from[2], staged + 4 * (foreign[0] + foreign[1]));
    units.forEach((unit, u) => {
      const own = lists[this.numLayers + u];
      unit.putH(own.hs, part(h, u * B * R), B);
      unit.putC(own.cs, part(c, u * B * H), B);
    });
    // only now: x, h0 and c0 may be results of the call before
    const [output, hN, cN] = this.ensure(["output", "hN", "cN"], shape, B);
    const [hEnd, cEnd] = [stateOfTensor(hN), stateOfTensor(cN)];
    const outputs = this.outputSteps(output.pointer, sequence);
    const last = call.direct ? outputs : dense(at.y, B, width);
    const keys: number[] = [];
    units.forEach((unit, u) => {
      const [k, d] = this.place(u);
      if (d === 0) keys.push(training && k > 0 && this.dropout > 0 ? this.masks.next() : 0);
      if (d === 0 && k > 0) this.drop(lists[k].x, T * B * width, keys[k], training);
      const y = k === this.numLayers - 1 ? last : dense(lists[k + 1].x, B, width);
      const to = { ...y, pointer: y.pointer + 4 * d * R };
      unit.forward(run, lists[this.numLayers + u], lists[k].x, to, [part(hEnd, u * B * R), part(cEnd, u * B * H)]);
    });
    if (!call.direct) this.moveOutput(sequence, at, outputs, last, false);
    this.saved = training ? { sequence, run, call, lists, keys } : undefined;
    if (this.stateful) this.carried = { h0: hN, c0: cN };
    return { output, hN, cN };
  }

  /**
   * Back-propagation through the last forward: adds to params.*.grad, returns the gradients of x, h0 and c0.
   * dOutput as output; undefined where only hN or cN have a gradient. Throws Error before forward, after a forward
   * without `training`, and the second time.
   */
  backward(dOutput?: Floats, options: LstmBackwardOptions = {}): LstmGradients {
    this.alive();
    const { heap, inputSize: I, hiddenSize: H, outputSize: R, saved, units, width } = this;
    if (!saved) throw new Error("lstm: backward expected a forward with training before it");
    const { sequence, run, call, lists, keys } = saved;
    const { T, B, step, row } = sequence;
    check.options("options", options, ["dhN", "dcN"]);
    const { dhN, dcN } = options;
    const outputShape = this.outputShape(sequence);
    const outputs = check.product(outputShape);
    if (dOutput !== undefined) floats(heap, "dOutput", dOutput, outputShape);
    checkState(heap, "dhN", dhN, [units.length, B, R]);
    checkState(heap, "dcN", dcN, [units.length, B, H]);

    const from = [dOutput, dhN, dcN].map((v) => (v === undefined ? -1 : pointerOf(heap, v)));
    const below = this.numLayers > 1 ? T * B * width : 0;
    const state = padded(Math.max(...units.map((unit) => Math.max(unit.hSize(B), unit.cSize(B)))));
    const sizes = {
      dOutput: from[0] < 0 ? outputs : 0,
      dy: call.direct ? 0 : T * B * width,
      dhN: units.length * B * R,
      dcN: units.length * B * H,
      dh: units.length * state,
      dc: units.length * state,
      dx: Math.max(T * B * I, below),
      dxBelow: below,
      ...most(units.map((unit) => unit.backwardSizes(run))),
    };
    const at = place(heap.scratch(4 * total(sizes)), sizes);
    const { shape } = sequence;
    this.reserve(["dx", "dh0", "dc0"], shape, B, 0);
    let dy: Steps | undefined;
    if (dOutput !== undefined) {
      const given = this.outputSteps(locate(heap, dOutput, from[0], at.dOutput), sequence);
      dy = call.direct ? given : dense(at.dy, B, width);
      if (!call.direct) this.moveOutput(sequence, lists[0], dy, given, true);
    }
    const [h, c] = [stateOf(heap, dhN, from[1], at.dhN), stateOf(heap, dcN, from[2], at.dcN)];
    const gradients = units.map((unit, u) => {
      const pair = [at.dh + 4 * u * state, at.dc + 4 * u * state];
      unit.putH(pair[0], part(h, u * B * R), B);
      unit.putC(pair[1], part(c, u * B * H), B);
      return pair;
    });
    const [dx, dh0, dc0] = this.ensure(["dx", "dh0", "dc0"], shape, B);
    const [hStart, cStart] = [stateOfTensor(dh0), stateOfTensor(dc0)];
    for (let k = this.numLayers - 1; k >= 0; k--) {
      // the gradients of the layers take turns, so that the last one, k = 0, is dx
      const to = k % 2 ? at.dxBelow : at.dx;
      for (let d = 0; d < this.directions; d++) {
        const u = k * this.directions + d;
        const kept = { at: lists[this.numLayers + u], x: lists[k].x };
        const own = dy && { ...dy, pointer: dy.pointer + 4 * d * R };
        const starts = [part(hStart, u * B * R), part(cStart, u * B * H)];
        units[u].backward(run, kept, at, own, to, d > 0, gradients[u], starts);
      }
      if (k > 0) this.drop(to, T * B * width, keys[k], true);
      dy = dense(to, B, k === 0 ? I : width);
    }
    const order = call.ordered ? lists[0].inputOf : 0;
    heap.kernels.copySteps(dx.pointer, at.dx, order, T, B, I, I, step * I, row * I, B * I, I, 0);
    this.saved = undefined;
    return { dx, dh0, dc0 };
  }

  /** The next forward of a stateful layer starts from 0 again. */
  resetStates(): void {
    this.alive();
    this.carried = undefined;
  }

  /** A stream of single steps for `batch` independent sequences, with the bits of forward. One direction only. */
  stream(options: StreamOptions = {}): LstmStream {
    this.alive();
    if (this.steps.goBackwards || this.steps.reverse.includes(true)) {
      throw new Error("lstm: stream expected the forward direction; the other starts at the last step");
    }
    return new LstmStream(this, options);
  }

  override dispose(): void {
    super.dispose();
    this.saved = undefined;
    this.carried = undefined;
  }

  private get directions(): number {
    return this.steps.reverse.length;
  }

  /** The width of an output row. */
  private get width(): number {
    return this.directions * this.outputSize;
  }

  /** The layer and direction of a unit. */
  private place(u: number): [layer: number, direction: number] {
    return [Math.floor(u / this.directions), u % this.directions];
  }

  /** What a forward starts from: what it is given, or the state that is carried. */
  private initial({ h0, c0 }: LstmForwardOptions, B: number): { h0?: Floats; c0?: Floats } {
    const { carried } = this;
    if (!carried || h0 !== undefined || c0 !== undefined) return { h0, c0 };
    const before = carried.h0.shape[1];
    if (before === B) return carried;
    throw new RangeError(`"batch" expected ${before}, that of the states before resetStates(), got ${B}`);
  }

  private callOf({ T, B }: Sequence, training: boolean, { lengths, mask }: Valid): Call {
    const ordered = isOrdered(lengths !== undefined || mask !== undefined, this.steps);
    const direct = this.steps.returnSequences && !this.steps.goBackwards && mask === undefined;
    return { T, B, training, ordered, direct };
  }

  /** Steps of which training keeps everything. */
  private segment({ T, training }: Call): number {
    return this.recompute && training ? Math.ceil(Math.sqrt(T)) : T;
  }

  /** The arrays of the workspace: of each layer, then of each unit. */
  private sizesOf(call: Call): readonly Arrays[] {
    const { units, width } = this;
    const { T, B, ordered, direct } = call;
    const own = { x: T * B * this.inputSize, y: direct ? 0 : T * B * width };
    const first = { ...own, ...orderSizes(T, B, ordered, direct, this.steps) };
    const above = Array.from({ length: this.numLayers - 1 }, () => ({ x: T * B * width }));
    return [first, ...above, ...units.map((unit) => unit.forwardSizes({ ...call, segment: this.segment(call) }))];
  }

  /** The run of a call, whose orders are written. */
  private runOf(call: Call, at: Arrays, sequence: Sequence, valid: Valid): Run {
    const { T, B, training, ordered } = call;
    if (ordered) fillOrders(this.heap.i32, at, sequence, valid, call.direct, this.steps);
    const lengths = valid.lengths || valid.mask ? at.lengths : 0;
    return { T, B, training, segment: this.segment(call), lengths, turned: ordered ? at.turned : 0 };
  }

  /** How the rows of the output lie. */
  private outputSteps(pointer: number, { step, row }: Sequence): Steps {
    const { width } = this;
    return this.steps.returnSequences ? { pointer, step: step * width, row: row * width } : dense(pointer, 0, width);
  }

  private outputShape({ leading, B }: Sequence): readonly number[] {
    if (this.steps.returnSequences) return [...leading, this.width];
    return leading.length === 1 ? [this.width] : [B, this.width];
  }

  /** The output, or with `back` its gradient, between the place of the user and steps as the layer takes them. */
  private moveOutput({ T, B }: Sequence, at: Arrays, to: Steps, from: Steps, back: boolean): void {
    const [R, size] = [this.outputSize, this.steps.returnSequences ? T * B : B];
    for (let d = 0; d < this.directions; d++) {
      const [order, steps] = back
        ? [at.outputOf + 4 * d * T * B, T]
        : [at.output + 4 * d * size, size / Math.max(1, B)];
      const [y, x] = [to.pointer + 4 * d * R, from.pointer + 4 * d * R];
      this.heap.kernels.copySteps(y, x, order, steps, B, R, R, to.step, to.row, from.step, from.row, 0);
    }
  }

  /** Drops elements in place, and scales the others: in training only, and the same ones for the same key. */
  private drop(x: number, n: number, key: number, training: boolean): void {
    if (training && this.dropout > 0) dropElements(this.heap, x, x, n, key, this.dropout);
  }

  /** Makes sure that the three results of a call and its workspace can be allocated. */
  private reserve(names: ResultNames, shape: readonly number[], B: number, workspace: number): void {
    const shapes = this.shapes(shape, B);
    const missing = names.reduce((sum, name, i) => sum + this.results[name].missing(shapes[i]), 0);
    this.heap.reserve(missing + workspace);
  }

  private ensure(names: ResultNames, shape: readonly number[], B: number): Tensor[] {
    const results = names.map((name) => this.results[name]);
    return ensureEach(results, this.shapes(shape, B));
  }

  private shapes(shape: readonly number[], B: number): readonly (readonly number[])[] {
    const units = this.units.length;
    return [shape, [units, B, this.outputSize], [units, B, this.hiddenSize]];
  }
}

/** What begins so many elements behind the beginning of a state. */
const part = ({ pointer, wide }: State, elements: number): State => ({
  pointer: pointer && pointer + 4 * elements,
  wide: wide && wide + 8 * elements,
});

/** For each direction of a layer whether it is reverse. */
function directionsOf({ bidirectional, direction }: LstmOptions): readonly boolean[] {
  if (bidirectional !== undefined) check.boolean("bidirectional", bidirectional);
  if (direction === undefined) return bidirectional ? [false, true] : [false];
  check.oneOf("direction", direction, ["forward", "reverse", "bidirectional"]);
  if (bidirectional !== undefined && bidirectional !== (direction === "bidirectional")) {
    throw new RangeError(
      `"direction" expected to agree with bidirectional ${bidirectional}, got ${check.show(direction)}`,
    );
  }
  return direction === "bidirectional" ? [false, true] : [direction === "reverse"];
}

/** The lengths or the mask of a call, checked, as they are now: memory may grow. */
function validOf(heap: Heap, { lengths, mask }: LstmForwardOptions, { T, B }: Sequence): Valid {
  if (lengths !== undefined) {
    check.lengthOf("lengths", check.int32Array("lengths", lengths), B);
    lengths.forEach((length, b) => check.integer(`lengths[${b}]`, length, 1, T));
  }
  if (mask !== undefined) {
    check.lengthOf("mask", check.uint8Array("mask", mask), T * B);
    const wrong = mask.findIndex((value) => value > 1);
    if (wrong >= 0) throw new RangeError(`"mask" expected 0 or 1, got ${mask[wrong]} at ${wrong}`);
    if (lengths !== undefined) throw new RangeError(`"mask" expected no lengths beside it`);
  }
  return { lengths: lengths && heap.stable(lengths), mask: mask && heap.stable(mask) };
}

/** Elements up to the next multiple of 64 bytes. */
const padded = (elements: number): number => Math.ceil(elements / 16) * 16;

/** The largest size of each array. */
function most(sizes: readonly Arrays[]): Arrays {
  const largest: Record<string, number> = { ...sizes[0] };
  for (const other of sizes) {
    for (const name in other) largest[name] = Math.max(largest[name], other[name]);
  }
  return largest;
}
