import { DROPOUT } from "../../backend/parts.js";
import * as check from "../../check.js";
import { place, total } from "../../memory/block.js";
import type { Heap } from "../../memory/heap.js";
import { bring } from "../../memory/places.js";
import { ensureEach, Result } from "../../memory/result.js";
import { type Floats, floats, type Tensor, type TensorLike } from "../../memory/tensor.js";
import { Layer } from "../layer.js";
import type { Parameters } from "../parameters.js";
import { type Kind, type Position, parametersOf, positionsOf, shapesOf } from "./kind.js";
import { type Recurrence, SEQUENCE_KEYS, type SequenceOptions, validOf } from "./options.js";
import { sequenceOf } from "./sequence.js";
import { RecurrentStack, type Saved } from "./stack.js";
import { givenState, type State } from "./state.js";
import { RecurrentStream, type SessionOptions, type StreamOptions } from "./stream.js";

/** What calls of a kind take and return. */
export interface Signature {
  forward: SequenceOptions;
  result: { output: Tensor };
  backward: object;
  gradients: { dx: Tensor };
  saved: object;
  reset: SessionOptions;
}

/** States by their names, as users give them. */
type Named = Readonly<Record<string, TensorLike | undefined>>;

/** Forward and backward of a recurrent layer: arguments checked, results owned by the layer. */
export abstract class Recurrent<P extends string, S extends Signature> extends Layer<P> {
  /** The number of features of a step of x. */
  readonly inputSize: number;
  /** The width of the output of one direction. */
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
  private readonly kind: Kind;
  private readonly positions: readonly Position[];
  private readonly stack: RecurrentStack;
  /** Whether all steps are taken from the first to the last. */
  private readonly streams: boolean;
  /** The output and the last states; the gradients of x and of the first ones. */
  private readonly results: readonly Result[];
  private readonly gradients: readonly Result[];
  private saved: Saved | undefined;
  /** Where a stateful layer goes on. */
  private carried: readonly Tensor[] | undefined;

  /** @internal */
  constructor(heap: Heap, kind: Kind, recurrence: Recurrence, shared?: Parameters) {
    const { numLayers, dropout, reverse, recompute, goBackwards, returnSequences, random } = recurrence;
    const { inputSize, states } = kind;
    const positions = positionsOf(kind, recurrence);
    if (dropout > 0) heap.use(DROPOUT);
    if (dropout > 0 && numLayers === 1) tellOfDropout(kind.name, dropout);
    super(heap, kind.name, shared ?? shapesOf(kind, positions));
    this.kind = kind;
    this.positions = positions;
    this.inputSize = inputSize;
    this.outputSize = states[0].width;
    this.numLayers = numLayers;
    this.dropout = dropout;
    this.bidirectional = reverse.length === 2;
    this.batchFirst = recurrence.batchFirst;
    this.stateful = recurrence.stateful;
    this.recompute = recompute;
    this.streams = !goBackwards && !reverse.includes(true);
    const { parameters } = this;
    const units = positions.map((position) => kind.unit(position, parametersOf(kind, position, parameters.byName)));
    const steps = { goBackwards, returnSequences, reverse };
    const options = { name: kind.name, inputSize, states, numLayers, dropout, recompute, steps };
    this.stack = this.own(new RecurrentStack(heap, units, options, parameters, random));
    const results = () => ["", ...states].map(() => this.own(new Result(heap, this.home)));
    [this.results, this.gradients] = [results(), results()];
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
  forward(given: TensorLike, options?: S["forward"]): S["result"] {
    this.alive();
    const { heap, stack, kind } = this;
    const { states } = kind;
    const x = floats(heap, "x", given);
    check.options("options", options, [...SEQUENCE_KEYS, ...states.map(({ name }) => `${name}0`)]);
    const sequence = sequenceOf(x, this.inputSize, this.batchFirst, options ?? {});
    const { B } = sequence;
    const { training = this.training } = options ?? {};
    const initial = this.initial((options ?? {}) as Named, B);
    const firsts = states.map((state, i) => this.givenState(`${state.name}0`, initial[i], state, B));
    const valid = validOf(options ?? {}, sequence);
    check.boolean("training", training);

    const { at } = bring(heap, [x, ...firsts]);
    const plan = stack.planOf(sequence, training, valid);
    const shapes = this.shapes(stack.outputShape(sequence), B);
    this.reserve(this.results, shapes, stack.missing(plan));
    const loaded = stack.load(plan, sequence, valid, at[0], at.slice(1));
    // only now: x and the first states may be results of the call before
    this.home.restart();
    const [output, ...finals] = ensureEach(this.results, shapes);
    const saved = stack.forward(
      loaded,
      output.pointer,
      finals.map(({ pointer }) => pointer),
    );
    this.saved = training ? saved : undefined;
    if (this.stateful) this.carried = finals;
    return { output, ...named(states, finals, (name) => `${name}N`) };
  }

  /**
   * Propagates gradients back through the last forward: adds to params.*.grad and returns the gradients of x and of the
   * first states. dOutput has the shape of output; leave it out where only the last states have a gradient. Throws
   * Error before forward, after a forward without `training`, and the second time.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3 });
   * const { output } = layer.forward(new Float32Array(10));
   * const { loss, dx } = mse(sc, output, new Float32Array(15));
   * layer.backward(dx).dx.shape; // 5, 1, 2
   */
  backward(given?: TensorLike, options?: S["backward"]): S["gradients"] {
    this.alive();
    const { heap, saved, stack, kind } = this;
    const { states } = kind;
    if (!saved) throw new Error(`${kind.name}: backward expected a forward with training before it`);
    const { B, shape } = saved.sequence;
    const nameOf = (name: string) => `d${name}N`;
    check.options(
      "options",
      options,
      states.map(({ name }) => nameOf(name)),
    );
    const dOutput = given === undefined ? undefined : floats(heap, "dOutput", given, stack.outputShape(saved.sequence));
    const dFinals = states.map((state) => {
      const name = nameOf(state.name);
      return this.givenState(name, (options as Named | undefined)?.[name], state, B);
    });

    const sizes = stack.backwardSizes(saved);
    const { at, room } = bring(heap, [dOutput, ...dFinals], total(sizes));
    const work = place(room, sizes);
    const shapes = this.shapes(shape, B);
    this.reserve(this.gradients, shapes, 0);
    const upstream = stack.loadGradients(saved, work, at[0], at.slice(1));
    // only now: what was given may be results of the call before
    const [dx, ...dFirsts] = ensureEach(this.gradients, shapes);
    stack.backward(
      saved,
      work,
      upstream,
      dx.pointer,
      dFirsts.map(({ pointer }) => pointer),
    );
    this.saved = undefined;
    return { dx, ...named(states, dFirsts, (name) => `d${name}0`) };
  }

  /**
   * Makes the next forward of a stateful layer start from 0 again.
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
   * A stream of single steps for `batch` independent sequences, with the results of forward bit for bit. Throws Error
   * for a layer with a reverse direction, and for one that goes backwards.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3 });
   * const stream = layer.stream({ batch: 2 });
   * stream.step(Float32Array.of(1, -1, 0.5, 2)).length; // 6
   */
  stream(options: StreamOptions = {}): RecurrentStream<S["saved"], S["reset"]> {
    this.alive();
    const { kind, positions, parameters } = this;
    if (!this.streams) {
      throw new Error(`${kind.name}: stream expected the forward direction; the other starts at the last step`);
    }
    return new RecurrentStream<S["saved"], S["reset"]>(
      this,
      positions.map((position) => kind.stepUnit(position, parametersOf(kind, position, parameters.byName))),
      options,
    );
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

  private givenState(name: string, value: TensorLike | undefined, { width }: State, B: number): Floats | undefined {
    return givenState(this.heap, name, value, [this.positions.length, B, width]);
  }

  /** What a forward starts from: what it is given, or the states that are carried. */
  private initial(given: Named, B: number): readonly (TensorLike | undefined)[] {
    const { carried, kind } = this;
    const firsts = kind.states.map(({ name }) => given[`${name}0`]);
    if (!carried || firsts.some((state) => state !== undefined)) return firsts;
    if (carried.some(({ disposed }) => disposed)) {
      const names = kind.states.map(({ name }) => `${name}N`).join(" and ");
      throw new Error(`${kind.name}: a stateful forward expected ${names} of the one before, got disposed ones`);
    }
    const before = carried[0].shape[1];
    if (before === B) return carried;
    throw new RangeError(`"batch" expected ${before}, that of the states before resetStates(), got ${B}`);
  }

  /** Makes sure that the results of a call and its workspace can be allocated. */
  private reserve(results: readonly Result[], shapes: readonly (readonly number[])[], workspace: number): void {
    this.heap.reserve(results.reduce((sum, result, i) => sum + result.missing(shapes[i]), workspace));
  }

  /** The shapes of a result like `shape` and of the states. */
  private shapes(shape: readonly number[], B: number): readonly (readonly number[])[] {
    return [shape, ...this.kind.states.map(({ width }) => [this.positions.length, B, width])];
  }
}

/** Whether the console has been told. */
let told = false;

/** As PyTorch warns. */
function tellOfDropout(name: string, p: number): void {
  if (told) return;
  told = true;
  globalThis.console?.warn(
    `softcell: ${name} with dropout ${p} and numLayers 1 drops nothing: it drops outputs between layers, not behind the last. ` +
      "Make a dropout() for its output, or leave the option out. This is said once.",
  );
}

const named = (states: readonly State[], tensors: readonly Tensor[], nameOf: (name: string) => string) =>
  Object.fromEntries(states.map(({ name }, i) => [nameOf(name), tensors[i]]));
