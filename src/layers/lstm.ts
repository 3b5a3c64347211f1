import { DROPOUT, LSTM } from "../backend/parts.js";
import * as check from "../check.js";
import type { Heap } from "../memory/heap.js";

import { ensureEach, Result } from "../memory/result.js";
import { heapOf, randomOf, type Softcell } from "../memory/softcell.js";
import { stage } from "../memory/stage.js";
import { floats, type Tensor, type TensorLike } from "../memory/tensor.js";
import { generator, type Random } from "../random.js";
import { Layer } from "./layer.js";
import type {
  LstmBackwardOptions,
  LstmForwardOptions,
  LstmGradients,
  LstmOptions,
  LstmParameter,
  LstmResult,
} from "./lstm-options.js";
import { LstmStack, type Saved } from "./lstm-stack.js";
import { checkState } from "./lstm-state.js";
import type { Valid } from "./lstm-steps.js";
import { LstmStream, type StreamOptions } from "./lstm-stream.js";
import { createUnit, parameterShapes, UNIT_KEYS, unitOptions } from "./lstm-units.js";
import type { Parameters } from "./parameters.js";
import { type Sequence, sequenceOf } from "./sequence.js";

type ResultNames = ["output", "hN", "cN"] | ["dx", "dh0", "dc0"];

const KEYS = [
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
 * Long short-term memory, as torch.nn.LSTM: i f o = sigmoid, g = tanh of W_ih x + b_ih + W_hh h + b_hh; c' = f c + i g;
 * h' = o tanh(c') (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).
 *
 * Parameters as in PyTorch, for each layer k: weight_ih_lk [4H, I], weight_hh_lk [4H, H], bias_ih_lk, bias_hh_lk [4H],
 * gates i f g o, and the same with the suffix _reverse; weight_hr_lk [P, H] and weight_ch_lk [3H] where the options
 * want them; at first uniform in +-1 / sqrt(H). Without dropout the results are the same bits for every batch and chunk, and
 * always for every backend but `relaxed`.
 */
export class Lstm extends Layer<LstmParameter> {
  /** The number of features of a step of x. */
  readonly inputSize: number;
  /** The number of units of each layer and direction. */
  readonly hiddenSize: number;
  /** 0 without a projection. */
  readonly projSize: number;
  /** The width of h: projSize, or hiddenSize. */
  readonly outputSize: number;
  /** The number of layers on top of each other. */
  readonly numLayers: number;
  /** The probability that an output between layers is dropped. */
  readonly dropout: number;
  /** Whether there are two directions. */
  readonly bidirectional: boolean;
  /** Whether x and output are [batch, steps, ...]. */
  readonly batchFirst: boolean;
  /** Whether a forward goes on from the one before. */
  readonly stateful: boolean;
  /** Whether backward computes most states again. */
  readonly recompute: boolean;
  private readonly random: Random;
  protected override readonly options: LstmOptions;
  private readonly stack: LstmStack;
  /** Whether all steps are taken from the first to the last. */
  private readonly streams: boolean;
  private readonly results: Record<"output" | "hN" | "cN" | "dx" | "dh0" | "dc0", Result>;
  private saved: Saved | undefined;
  /** Where a stateful layer goes on. */
  private carried: { h0: Tensor; c0: Tensor } | undefined;

  /** @internal */
  constructor(heap: Heap, random: Random, options: LstmOptions, shared?: Parameters) {
    check.options("options", options ?? {}, [...UNIT_KEYS, ...KEYS]);
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
    if (dropout > 0) heap.use(DROPOUT);
    super(heap, "lstm", shared ?? parameterShapes(plans, bias, peepholes));
    this.random = random;
    this.options = options;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.projSize = projSize;
    this.outputSize = R;
    this.numLayers = numLayers;
    this.dropout = dropout;
    this.bidirectional = reverse.length === 2;
    this.batchFirst = batchFirst;
    this.stateful = stateful;
    this.recompute = recompute;
    this.streams = !goBackwards && !reverse.includes(true);
    if (!shared) this.parameters.fillUniform(random, 1 / Math.sqrt(hiddenSize));
    const units = plans.map((plan) => createUnit(heap, plan, this.parameters.byName));
    const steps = { goBackwards, returnSequences, reverse };
    const shape = { inputSize, hiddenSize, outputSize: R, numLayers, dropout, recompute, steps };
    this.stack = this.own(new LstmStack(heap, units, shape, masks));
    const result = (): Result => this.own(new Result(heap, this.home));
    const [output, hN, cN] = [result(), result(), result()];
    this.results = { output, hN, cN, dx: result(), dh0: result(), dc0: result() };
  }

  /**
   * Runs the sequences. x: a tensor [steps, batch, inputSize] ([batch, steps, inputSize] with batchFirst, [steps,
   * inputSize] for one sequence), or an array with `batch`; it is copied.
   * Throws RangeError for sizes that do not fit, a length outside 1..steps, no step at all.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3 });
   * const { output, hN, cN } = layer.forward(new Float32Array(20), { batch: 2 });
   * [output.shape, hN.shape, cN.shape]; // [[5, 2, 3], [1, 2, 3], [1, 2, 3]]
   */
  forward(given: TensorLike, options: LstmForwardOptions = {}): LstmResult {
    this.alive();
    const { heap, inputSize: I, hiddenSize: H, outputSize: R, stack } = this;
    const units = stack.units.length;
    const x = floats(heap, "x", given);
    check.options("options", options, FORWARD_KEYS);
    const sequence = sequenceOf(x, I, this.batchFirst, options);
    const { B } = sequence;
    const { training = true } = options;
    const initial = this.initial(options, B);
    const h0 = checkState(heap, "h0", initial.h0, [units, B, R]);
    const c0 = checkState(heap, "c0", initial.c0, [units, B, H]);
    const valid = validOf(options, sequence);
    check.boolean("training", training);

    const { given: at } = stage(heap, { x, h0, c0 }, {});
    const call = stack.callOf(sequence, training, valid);
    const shape = stack.outputShape(sequence);
    this.reserve(["output", "hN", "cN"], shape, B, stack.missing(call));
    const loaded = stack.load(call, sequence, valid, at.x, at.h0, at.c0);
    // only now: x, h0 and c0 may be results of the call before
    this.home.restart();
    const [output, hN, cN] = this.ensure(["output", "hN", "cN"], shape, B);
    const saved = stack.forward(loaded, output.pointer, hN.pointer, cN.pointer);
    this.saved = training ? saved : undefined;
    if (this.stateful) this.carried = { h0: hN, c0: cN };
    return { output, hN, cN };
  }

  override share(): Lstm {
    this.alive();
    return new Lstm(this.heap, this.random, this.options, this.parameters);
  }

  /**
   * Back-propagation through the last forward: adds to params.*.grad, returns the gradients of x, h0 and c0.
   * dOutput as output; undefined where only hN or cN have a gradient. Throws Error before forward, after a forward
   * without `training`, and the second time.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3 });
   * const { output } = layer.forward(new Float32Array(10));
   * const { loss, dx } = mse(sc, output, new Float32Array(15));
   * layer.backward(dx).dx.shape; // 5, 1, 2
   */
  backward(dGiven?: TensorLike, options: LstmBackwardOptions = {}): LstmGradients {
    this.alive();
    const { heap, hiddenSize: H, outputSize: R, saved, stack } = this;
    if (!saved) throw new Error("lstm: backward expected a forward with training before it");
    const { B, shape } = saved.sequence;
    const units = stack.units.length;
    check.options("options", options, ["dhN", "dcN"]);
    const shapeOut = stack.outputShape(saved.sequence);
    const dOutput = dGiven === undefined ? undefined : floats(heap, "dOutput", dGiven, shapeOut);
    const dhN = checkState(heap, "dhN", options.dhN, [units, B, R]);
    const dcN = checkState(heap, "dcN", options.dcN, [units, B, H]);

    const { given, at } = stage(heap, { dOutput, dhN, dcN }, stack.backwardSizes(saved));
    this.reserve(["dx", "dh0", "dc0"], shape, B, 0);
    const upstream = stack.loadGradients(saved, at, given.dOutput, given.dhN, given.dcN);
    // only now: dOutput, dhN and dcN may be results of the call before
    const [dx, dh0, dc0] = this.ensure(["dx", "dh0", "dc0"], shape, B);
    stack.backward(saved, at, upstream, dx.pointer, dh0.pointer, dc0.pointer);
    this.saved = undefined;
    return { dx, dh0, dc0 };
  }

  /**
   * The next forward of a stateful layer starts from 0 again.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3, stateful: true });
   * layer.forward(new Float32Array(10));
   * layer.resetStates();
   */
  resetStates(): void {
    this.alive();
    this.carried = undefined;
  }

  /**
   * A stream of single steps for `batch` independent sequences, with the bits of forward. Throws Error for a layer with
   * a reverse direction, and for one that goes backwards.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3 });
   * const stream = layer.stream({ batch: 2 });
   * stream.step(Float32Array.of(1, -1, 0.5, 2)).length; // 6
   */
  stream(options: StreamOptions = {}): LstmStream {
    this.alive();
    if (!this.streams) {
      throw new Error("lstm: stream expected the forward direction; the other starts at the last step");
    }
    return new LstmStream(this, this.stack.units, options);
  }

  /**
   * Frees the parameters, the states, and every tensor this layer has returned. Throws Error the second time.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3 });
   * const { output } = layer.forward(new Float32Array(10));
   * layer.dispose();
   * output.disposed; // true
   */
  override dispose(): void {
    super.dispose();
    this.saved = undefined;
    this.carried = undefined;
  }

  /** What a forward starts from: what it is given, or the state that is carried. */
  private initial({ h0, c0 }: LstmForwardOptions, B: number): { h0?: TensorLike; c0?: TensorLike } {
    const { carried } = this;
    if (!carried || h0 !== undefined || c0 !== undefined) return { h0, c0 };
    if (carried.h0.disposed || carried.c0.disposed) {
      throw new Error("lstm: a stateful forward expected hN and cN of the one before, got disposed ones");
    }
    const before = carried.h0.shape[1];
    if (before === B) return carried;
    throw new RangeError(`"batch" expected ${before}, that of the states before resetStates(), got ${B}`);
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
    const units = this.stack.units.length;
    return [shape, [units, B, this.outputSize], [units, B, this.hiddenSize]];
  }
}

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

/** The lengths or the mask of a call, checked and copied. */
function validOf({ lengths, mask }: LstmForwardOptions, { T, B }: Sequence): Valid {
  if (lengths !== undefined && mask !== undefined) throw new RangeError(`"mask" expected no lengths beside it`);
  const ends = lengths === undefined ? undefined : check.lengthOf("lengths", check.integers("lengths", lengths), B);
  ends?.forEach((length, b) => check.integer(`lengths[${b}]`, length, 1, T));
  return { lengths: ends, mask: mask && check.lengthOf("mask", check.bits("mask", mask), T * B) };
}

/**
 * A long short-term memory layer: torch.nn.LSTM, with the options of ONNX and Keras. Throws
 * TypeError for a wrong kind, RangeError for a wrong value.
 *
 * @example
 * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3, bidirectional: true });
 * layer.forward(new Float32Array(10), { batch: 1 }).output.shape; // 5, 1, 6
 */
export function lstm(sc: Softcell, options: LstmOptions): Lstm {
  return new Lstm(heapOf(sc, LSTM), randomOf(sc), options);
}
