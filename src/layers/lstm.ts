import * as check from "../check.js";
import { isSmallLayer } from "../contract.js";
import { Block, ensureEach, place, placeEach, Result, total } from "../memory/block.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, locate, pointerOf, Tensor } from "../memory/tensor.js";
import { generator, type Random } from "../train/random.js";
import { dropElements } from "./dropout.js";
import { Layer, positive } from "./layer.js";
import { cellsOf } from "./lstm-cell-options.js";
import { GeneralUnit } from "./lstm-general.js";
import type {
  LstmBackwardOptions,
  LstmForwardOptions,
  LstmGradients,
  LstmOptions,
  LstmResult,
} from "./lstm-options.js";
import { PlainUnit } from "./lstm-plain.js";
import {
  type Arrays,
  dense,
  type LstmUnit,
  type Run,
  type State,
  type Steps,
  type UnitParameters,
} from "./lstm-unit.js";
import { type Sequence, sequenceOf } from "./sequence.js";
import { LstmStream, type StreamOptions } from "./stream.js";

/** What forward leaves for backward: pointers into the workspace. */
interface Saved {
  sequence: Sequence;
  run: Run;
  units: readonly Arrays[];
  /** The input of each layer, [T][B][...], and what the mask of its dropout is a function of. */
  inputs: number[];
  keys: number[];
}

/** Where forward has its arrays. */
interface Layout {
  at: Arrays;
  inputs: number[];
  units: readonly Arrays[];
}

/** The sizes of the last forward, and where they were placed. */
interface Plan {
  T: number;
  B: number;
  training: boolean;
  lists: readonly Arrays[];
  elements: number;
  base: number;
  layout: Layout | undefined;
}

type ResultNames = ["output", "hN", "cN"] | ["dx", "dh0", "dc0"];

const KEYS = [
  "inputSize",
  "hiddenSize",
  "numLayers",
  "bidirectional",
  "direction",
  "projSize",
  "bias",
  "batchFirst",
  "dropout",
  "dropoutSeed",
  "peepholes",
  "clip",
  "inputForget",
  "activations",
];
const FORWARD_KEYS = ["batch", "steps", "h0", "c0", "lengths", "training"];
const NAMES = ["weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr", "weight_ch"];
const NONE: State = { pointer: 0, wide: 0 };

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
  /** @internal Layer by layer, in each the direction from the first step before the reverse one. */
  readonly units: readonly LstmUnit[];
  private readonly masks: Random;
  private readonly workspace: Block;
  private readonly results: Record<"output" | "hN" | "cN" | "dx" | "dh0" | "dc0", Result>;
  private saved: Saved | undefined;
  private planned: Plan | undefined;

  /** @internal */
  constructor(heap: Heap, random: Random, options: LstmOptions) {
    check.options("options", options ?? {}, KEYS);
    const I = positive("inputSize", options?.inputSize);
    const H = positive("hiddenSize", options?.hiddenSize);
    const { numLayers = 1, projSize = 0, peepholes = false, dropout = 0, dropoutSeed } = options;
    check.integer("numLayers", numLayers, 1, 1024);
    check.integer("projSize", projSize, 0, H - 1);
    check.fraction("dropout", dropout);
    const masks = generator(random, dropoutSeed, "dropoutSeed");
    const bias = options.bias === undefined || check.boolean("bias", options.bias);
    const batchFirst = options.batchFirst !== undefined && check.boolean("batchFirst", options.batchFirst);
    const directions = directionsOf(options);
    const cells = cellsOf(options, directions.length);
    const R = projSize || H;
    const kinds = Array.from({ length: numLayers }, (_, k) =>
      directions.map((direction, d) => ({
        suffix: `_l${k}${direction}`,
        cell: cells?.[d],
        shape: {
          inputSize: k === 0 ? I : directions.length * R,
          hiddenSize: H,
          projSize,
          reverse: direction === "_reverse",
        },
      })),
    ).flat();
    const shapes: Record<string, readonly number[]> = {};
    for (const { suffix, shape } of kinds) {
      shapes[`weight_ih${suffix}`] = [4 * H, shape.inputSize];
      shapes[`weight_hh${suffix}`] = [4 * H, R];
      if (bias) {
        shapes[`bias_ih${suffix}`] = [4 * H];
        shapes[`bias_hh${suffix}`] = [4 * H];
      }
      if (projSize) shapes[`weight_hr${suffix}`] = [projSize, H];
      if (peepholes) shapes[`weight_ch${suffix}`] = [3 * H];
    }
    const wide = cells !== undefined || kinds.some(({ shape }) => isSmallLayer(shape.inputSize, H));
    super(heap, "lstm", shapes, wide);
    this.inputSize = I;
    this.hiddenSize = H;
    this.projSize = projSize;
    this.outputSize = R;
    this.numLayers = numLayers;
    this.dropout = dropout;
    this.masks = masks;
    this.bidirectional = directions.length === 2;
    this.batchFirst = batchFirst;
    this.parameters.fillUniform(random, 1 / Math.sqrt(H));
    const { byName } = this.parameters;
    this.units = kinds.map(({ suffix, cell, shape }) => {
      const own = Object.fromEntries(NAMES.map((name) => [name, byName[name + suffix]])) as UnitParameters;
      return cell ? new GeneralUnit(heap, shape, own, cell) : new PlainUnit(heap, shape, own);
    });
    this.workspace = this.own(new Block(heap));
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
    const { heap, inputSize: I, hiddenSize: H, outputSize: R, units, width } = this;
    floats(heap, "x", x);
    check.options("options", options, FORWARD_KEYS);
    const sequence = sequenceOf(x, I, this.batchFirst, options);
    const { T, B, step, row } = sequence;
    const { h0, c0, lengths, training = true } = options;
    const [hidden, cells] = [units.length * B * R, units.length * B * H];
    if (h0 !== undefined) floats(heap, "h0", h0, hidden);
    if (c0 !== undefined) floats(heap, "c0", c0, cells);
    if (lengths !== undefined) {
      check.lengthOf("lengths", check.int32Array("lengths", lengths), B);
      lengths.forEach((length, b) => check.integer(`lengths[${b}]`, length, 1, T));
    }
    check.boolean("training", training);

    const between = this.numLayers - 1;
    const elements = this.elementsOf(T, B, training);
    const from = [x, h0, c0].map((v) => (v === undefined ? -1 : pointerOf(heap, v)));
    const ends = lengths && heap.stable(lengths);
    this.reserve(["output", "hN", "cN"], sequence, width, elements);
    const { at, inputs, units: unitAt } = this.layout(this.workspace.ensure(elements));
    const { kernels } = heap;
    if (ends) heap.i32.set(ends, at.lengths >>> 2);
    const run = { T, B, lengths: ends ? at.lengths : 0, training };
    const given = locate(heap, x, from[0], at.given);
    kernels.copySteps(at.x, given, run.lengths, T, B, I, I, B * I, I, step * I, row * I, 0, 0);
    const [h, c] = [this.stateOf(h0, from[1], at.h0), this.stateOf(c0, from[2], at.c0)];
    units.forEach((unit, u) => {
      unit.putH(unitAt[u].hs, part(h, u * B * R), B);
      unit.putC(unitAt[u].cs, part(c, u * B * H), B);
    });
    // only now: x, h0 and c0 may be results of the call before
    const [output, hN, cN] = this.ensure(["output", "hN", "cN"], sequence, width);
    const [hEnd, cEnd] = [stateOfTensor(hN), stateOfTensor(cN)];
    const keys = inputs.map((_, k) => (training && k > 0 && this.dropout > 0 ? this.masks.next() : 0));
    units.forEach((unit, u) => {
      const [k, d] = this.place(u);
      if (d === 0 && k > 0) this.drop(inputs[k], T * B * width, keys[k], training);
      const y =
        k === between
          ? { pointer: output.pointer, step: step * width, row: row * width }
          : dense(inputs[k + 1], B, width);
      const to = { ...y, pointer: y.pointer + 4 * d * R };
      unit.forward(run, unitAt[u], inputs[k], to, [part(hEnd, u * B * R), part(cEnd, u * B * H)]);
    });
    this.saved = training ? { sequence, run, units: unitAt, inputs, keys } : undefined;
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
    const { sequence, run, inputs, keys } = saved;
    const { T, B, step, row } = sequence;
    check.options("options", options, ["dhN", "dcN"]);
    const { dhN, dcN } = options;
    const [hidden, cells] = [units.length * B * R, units.length * B * H];
    if (dOutput !== undefined) floats(heap, "dOutput", dOutput, T * B * width);
    if (dhN !== undefined) floats(heap, "dhN", dhN, hidden);
    if (dcN !== undefined) floats(heap, "dcN", dcN, cells);

    const below = this.numLayers > 1 ? T * B * width : 0;
    const state = padded(Math.max(...units.map((unit) => Math.max(unit.hSize(B), unit.cSize(B)))));
    const sizes = {
      dy: T * B * width,
      dhN: hidden,
      dcN: cells,
      dh: units.length * state,
      dc: units.length * state,
      dx: Math.max(T * B * I, below),
      dxBelow: below,
      ...most(units.map((unit) => unit.backwardSizes({ T, B, training: true }))),
    };
    const from = [dOutput, dhN, dcN].map((v) => (v === undefined ? -1 : pointerOf(heap, v)));
    const at = place(heap.scratch(4 * total(sizes)), sizes);
    this.reserve(["dx", "dh0", "dc0"], sequence, I, 0);
    const given = dOutput === undefined ? 0 : locate(heap, dOutput, from[0], at.dy);
    const [h, c] = [this.stateOf(dhN, from[1], at.dhN), this.stateOf(dcN, from[2], at.dcN)];
    const gradients = units.map((unit, u) => {
      const pair = [at.dh + 4 * u * state, at.dc + 4 * u * state];
      unit.putH(pair[0], part(h, u * B * R), B);
      unit.putC(pair[1], part(c, u * B * H), B);
      return pair;
    });
    const [dx, dh0, dc0] = this.ensure(["dx", "dh0", "dc0"], sequence, I);
    const [hStart, cStart] = [stateOfTensor(dh0), stateOfTensor(dc0)];
    let dy: Steps | undefined = dOutput && { pointer: given, step: step * width, row: row * width };
    for (let k = this.numLayers - 1; k >= 0; k--) {
      // the gradients of the layers take turns, so that the last one, k = 0, is dx
      const to = k % 2 ? at.dxBelow : at.dx;
      for (let d = 0; d < this.directions; d++) {
        const u = k * this.directions + d;
        const kept = { at: saved.units[u], x: inputs[k] };
        const own = dy && { ...dy, pointer: dy.pointer + 4 * d * R };
        const starts = [part(hStart, u * B * R), part(cStart, u * B * H)];
        units[u].backward(run, kept, at, own, to, d > 0, gradients[u], starts);
      }
      if (k > 0) this.drop(to, T * B * width, keys[k], true);
      dy = dense(to, B, k === 0 ? I : width);
    }
    heap.kernels.copySteps(dx.pointer, at.dx, 0, T, B, I, I, step * I, row * I, B * I, I, 0, 0);
    this.saved = undefined;
    return { dx, dh0, dc0 };
  }

  /** A stream of single steps for `batch` independent sequences, with the bits of forward. One direction only. */
  stream(options: StreamOptions = {}): LstmStream {
    this.alive();
    if (this.units.length !== this.numLayers || this.units.some((unit) => unit.reverse)) {
      throw new Error("lstm: stream expected the forward direction; the other starts at the last step");
    }
    return new LstmStream(this, options);
  }

  override dispose(): void {
    super.dispose();
    this.saved = undefined;
  }

  private get directions(): number {
    return this.bidirectional ? 2 : 1;
  }

  /** The width of an output row. */
  private get width(): number {
    return this.directions * this.outputSize;
  }

  /** The layer and direction of a unit. */
  private place(u: number): [layer: number, direction: number] {
    return [Math.floor(u / this.directions), u % this.directions];
  }

  /** Elements of the workspace of forward. The sizes stay for layout(), and for a next call of the same kind. */
  private elementsOf(T: number, B: number, training: boolean): number {
    const { planned, inputSize: I, hiddenSize: H, outputSize: R, units } = this;
    if (planned?.T === T && planned.B === B && planned.training === training) return planned.elements;
    const given = T * B * I;
    const sizes = { x: given, lengths: B, given, h0: units.length * B * R, c0: units.length * B * H };
    const below = Array.from({ length: this.numLayers - 1 }, () => ({ x: T * B * this.width }));
    const lists = [sizes, ...below, ...units.map((unit) => unit.forwardSizes({ T, B, training }))];
    const elements = lists.reduce((sum, list: Arrays) => sum + total(list), 0);
    this.planned = { T, B, training, lists, elements, base: 0, layout: undefined };
    return elements;
  }

  /** Where the arrays of forward are, and the input of each layer, in a workspace that begins at `base`. */
  private layout(base: number): Layout {
    const plan = this.planned as Plan;
    if (plan.layout && plan.base === base) return plan.layout;
    const places = placeEach(base, plan.lists);
    const inputs = places.slice(0, this.numLayers).map(({ x }) => x);
    plan.base = base;
    plan.layout = { at: places[0], inputs, units: places.slice(this.numLayers) };
    return plan.layout;
  }

  /** Drops elements in place, and scales the others: in training only, and the same ones for the same key. */
  private drop(x: number, n: number, key: number, training: boolean): void {
    if (training && this.dropout > 0) dropElements(this.heap, x, x, n, key, this.dropout);
  }

  /** Makes sure that the three results of a call and its workspace can be allocated. */
  private reserve(names: ResultNames, sequence: Sequence, width: number, workspace: number): void {
    const shapes = this.shapes(sequence, width);
    const missing = names.reduce((sum, name, i) => sum + this.results[name].missing(shapes[i]), 0);
    this.heap.reserve(missing + (workspace ? this.workspace.missing(workspace) : 0));
  }

  private ensure(names: ResultNames, sequence: Sequence, width: number): Tensor[] {
    const results = names.map((name) => this.results[name]);
    return ensureEach(results, this.shapes(sequence, width));
  }

  private shapes({ leading, B }: Sequence, width: number): number[][] {
    const state = [this.units.length, B];
    return [
      [...leading, width],
      [...state, this.outputSize],
      [...state, this.hiddenSize],
    ];
  }

  /** Where a state is that was given, a foreign array at `staged`. */
  private stateOf(state: Floats | undefined, pointer: number, staged: number): State {
    if (state === undefined) return NONE;
    return {
      pointer: locate(this.heap, state, pointer, staged),
      wide: state instanceof Tensor ? state.widePointer : 0,
    };
  }
}

/** What begins so many elements behind the beginning of a state. */
const part = ({ pointer, wide }: State, elements: number): State => ({
  pointer: pointer && pointer + 4 * elements,
  wide: wide && wide + 8 * elements,
});

/** The suffixes of the directions of a layer. */
function directionsOf({ bidirectional, direction }: LstmOptions): readonly string[] {
  if (bidirectional !== undefined) check.boolean("bidirectional", bidirectional);
  if (direction === undefined) return bidirectional ? ["", "_reverse"] : [""];
  check.oneOf("direction", direction, ["forward", "reverse", "bidirectional"]);
  if (bidirectional !== undefined && bidirectional !== (direction === "bidirectional")) {
    throw new RangeError(
      `"direction" expected to agree with bidirectional ${bidirectional}, got ${check.show(direction)}`,
    );
  }
  return direction === "bidirectional" ? ["", "_reverse"] : direction === "reverse" ? ["_reverse"] : [""];
}

const stateOfTensor = ({ pointer, widePointer }: Tensor): State => ({ pointer, wide: widePointer });

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
