import { LSTM } from "../../backend/parts.js";
import * as check from "../../check.js";
import { pieceBytes } from "../../memory/align.js";
import { Block, type Pointers, place, total } from "../../memory/block.js";
import { Disposable } from "../../memory/disposable.js";
import type { Heap } from "../../memory/heap.js";
import { bring } from "../../memory/places.js";
import { ensureEach, Result } from "../../memory/result.js";
import { heapOf, randomOf, type Softcell } from "../../memory/softcell.js";
import { floats, Tensor, type TensorLike } from "../../memory/tensor.js";
import type { Random } from "../../random.js";
import { Layer, lastAxis } from "../layer.js";
import type { Parameters } from "../parameters.js";
import { putState, stateSize, takeState } from "../recurrent/state.js";
import type { Kept, Run } from "../recurrent/unit.js";
import { CELL_KEYS, cellOptions, shapesOf } from "./cell-options.js";
import { LstmForward, type LstmParameters } from "./forward.js";
import type { LstmCellOptions, LstmCellParameter } from "./options.js";
import { LstmUnit } from "./unit.js";

/** The state before a step. */
export interface LstmCellState {
  /** [batch, hiddenSize (or projSize)]. Default 0. */
  h?: TensorLike;
  /** [batch, hiddenSize]. Default 0. */
  c?: TensorLike;
}

/** Options of LstmCell.forward(). */
export interface LstmCellForwardOptions {
  /** Whether to keep what backward needs. Default: `training` of the cell. */
  training?: boolean;
}

/** The gradients of the state after a step. */
export interface LstmCellUpstream {
  /** The gradient of h, [batch, hiddenSize (or projSize)]. Default 0. */
  dh?: TensorLike;
  /** The gradient of c, [batch, hiddenSize]. Default 0. */
  dc?: TensorLike;
}

/** Tensors of the cell: they live until its next backward, which overwrites them. */
export interface LstmCellGradients {
  /** The gradient of x, of its shape. */
  dx: Tensor;
  /** The gradient of h of the step before. */
  dh: Tensor;
  /** The gradient of c of the step before. */
  dc: Tensor;
}

/** The shapes of the tensors of one step. */
interface Shapes {
  x: readonly number[];
  h: readonly number[];
  c: readonly number[];
}

/** One step that an LstmCell has made: tensors of its own, until dispose(). */
export class LstmCellStep extends Disposable {
  /** [batch, hiddenSize, or projSize] */
  readonly h: Tensor;
  /** [batch, hiddenSize] */
  readonly c: Tensor;
  /** i f g o after their activations: [batch, 4 x hiddenSize] */
  readonly gates: Tensor;
  /** tanh(c), or the activation h of it: [batch, hiddenSize] */
  readonly tanhC: Tensor;
  /** @internal What backward needs, until it has run. */
  kept: { cell: LstmCell; memory: Block; kept: Kept; shapes: Shapes } | undefined;

  /** @internal */
  constructor(heap: Heap, { h, c }: Shapes, kept: LstmCellStep["kept"]) {
    super();
    const gates = [...c.slice(0, -1), 4 * c[c.length - 1]];
    this.h = new Tensor(heap, h);
    this.c = new Tensor(heap, c);
    this.gates = new Tensor(heap, gates);
    this.tanhC = new Tensor(heap, c);
    this.kept = kept;
  }

  /** @internal Bytes of the tensors of a step. */
  static bytes({ h, c }: Shapes): number {
    const cell = check.product(c);
    return pieceBytes(4 * check.product(h)) + 2 * pieceBytes(4 * cell) + pieceBytes(16 * cell);
  }

  /**
   * Frees what backward needs and the tensors, those that are not yet. Throws Error where there is nothing left.
   *
   * @example
   * const cell = lstmCell(sc, { inputSize: 2, hiddenSize: 3 });
   * const step = cell.forward(Float32Array.of(1, -1));
   * step.dispose();
   * step.h.disposed; // true
   */
  dispose(): void {
    const living = [this.h, this.c, this.gates, this.tanhC].filter(({ disposed }) => !disposed);
    if (!living.length && !this.kept && !this.h.heap.disposed) throw new Error("this step is disposed");
    for (const tensor of living) tensor.dispose();
    this.kept?.memory.dispose();
    this.kept = undefined;
  }
}

/**
 * One step of an LSTM, as torch.nn.LSTMCell, for loops that you write yourself, with the results of Lstm bit for bit. Its
 * parameters are weight_ih [4H, I], weight_hh [4H, H], bias_ih, bias_hh [4H], and as in Lstm weight_hr and weight_ch; at
 * first they are uniform in +-1 / sqrt(H). Each forward packs the weights anew: for whole sequences lstm() is faster, and its
 * stream() for single steps.
 */
export class LstmCell extends Layer<LstmCellParameter> {
  /** The number of features of x. */
  readonly inputSize: number;
  /** The number of units. */
  readonly hiddenSize: number;
  /** 0 without a projection. */
  readonly projSize: number;
  /** The width of h: projSize, or hiddenSize. */
  readonly outputSize: number;
  private readonly random: Random;
  protected override readonly options: LstmCellOptions;
  private readonly unit: LstmUnit;
  private readonly results: readonly Result[];

  /** @internal */
  constructor(heap: Heap, random: Random, options: LstmCellOptions, shared?: Parameters) {
    check.options("options", options ?? {}, CELL_KEYS);
    const cell = cellOptions(options, 1);
    const { inputSize, hiddenSize, projSize } = cell.shape;
    super(heap, "lstmCell", shared ?? shapesOf(cell, inputSize));
    this.random = random;
    this.options = options;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.projSize = projSize;
    this.outputSize = projSize || hiddenSize;
    if (!shared) this.parameters.fillUniform(random, 1 / Math.sqrt(hiddenSize));
    const parameters = this.parameters.byName as LstmParameters;
    this.unit = new LstmUnit(heap, new LstmForward(heap, cell.shape, parameters, cell.cells?.[0]), false);
    this.results = [0, 1, 2].map(() => this.own(new Result(heap, this.home)));
  }

  /**
   * A step of each sequence of a batch from a state, which may be the step before: x [batch, inputSize], or a tensor
   * [inputSize] for a single one; it is copied.
   * Throws RangeError for sizes that do not fit; nothing is allocated then.
   *
   * @example
   * const cell = lstmCell(sc, { inputSize: 2, hiddenSize: 3 });
   * const first = cell.forward(Float32Array.of(1, -1));
   * const second = cell.forward(Float32Array.of(0.5, 2), first);
   * second.h.shape; // 1, 3
   */
  forward(given: TensorLike, state: LstmCellState = {}, options: LstmCellForwardOptions = {}): LstmCellStep {
    this.alive();
    const { heap, inputSize: I, hiddenSize: H, outputSize: R, unit } = this;
    const x = floats(heap, "x", given);
    check.options("state", state, state instanceof LstmCellStep ? Object.keys(state) : ["h", "c"]);
    check.options("options", options, ["training"]);
    const { training = this.training } = options;
    check.boolean("training", training);
    const shape = lastAxis(x, I);
    if (shape.length > 2) throw new RangeError(`"x" expected shape [batch, ${I}], got [${shape}]`);
    const leading = shape.slice(0, -1);
    const shapes = { x: shape, h: [...leading, R], c: [...leading, H] };
    const h = state.h === undefined ? undefined : floats(heap, "state.h", state.h, shapes.h);
    const c = state.c === undefined ? undefined : floats(heap, "state.c", state.c, shapes.c);

    const B = check.product(leading);
    const run = runOf(B);
    const kept = { x: B * I, ...unit.keptSizes(run) };
    const packed = unit.packedSizes(B);
    const { at: arrays, room } = bring(heap, [x, h, c], total(packed));
    heap.reserve(pieceBytes(4 * total(kept)) + LstmCellStep.bytes(shapes));
    const memory = new Block(heap, { kind: "step of a cell" });
    const at: Pointers = { ...place(room, packed), ...place(memory.ensure(total(kept)), kept) };
    const step = new LstmCellStep(heap, shapes, { cell: this, memory, kept: { at, x: at.x }, shapes });
    heap.f32.copyWithin(at.x >>> 2, arrays[0] >>> 2, (arrays[0] >>> 2) + B * I);
    unit.states.forEach((state, i) => {
      putState(heap, state, at[state.name], arrays[1 + i], B);
    });
    const y = { pointer: step.h.pointer, step: 0, row: R };
    unit.forward(run, at, at.x, y, [step.h.pointer, step.c.pointer]);
    unit.takeGates(at, B, step.gates.pointer, step.tanhC.pointer);
    if (!training) release(step);
    return step;
  }

  protected override again(parameters: Parameters): LstmCell {
    return new LstmCell(this.heap, this.random, this.options, parameters);
  }

  /**
   * Back-propagation through a step: adds to params.*.grad, returns the gradients of x and of the state before. In a
   * loop from the last step to the first the upstream is what this gave for the step after, dh with what h gets from
   * elsewhere. The step keeps its tensors, and frees the rest. Throws Error for a step without `training`, and the
   * second time.
   *
   * @example
   * const cell = lstmCell(sc, { inputSize: 2, hiddenSize: 3 });
   * const step = cell.forward(Float32Array.of(1, -1));
   * cell.backward(step, { dh: Float32Array.of(1, 0, 0) }).dx.shape; // 1, 2
   */
  backward(step: LstmCellStep, upstream: LstmCellUpstream = {}): LstmCellGradients {
    this.alive();
    const { heap, unit } = this;
    if (!(step instanceof LstmCellStep)) {
      throw new TypeError(`"step" expected what forward has returned, got ${check.show(step)}`);
    }
    if (!step.kept) throw new Error("lstmCell: backward expected a step with training before it, and once");
    const { cell, kept, shapes } = step.kept;
    if (cell !== this) throw new TypeError(`"step" expected one of this cell, got one of another`);
    check.options("upstream", upstream, ["dh", "dc", "dx"]);
    const dh = upstream.dh === undefined ? undefined : floats(heap, "upstream.dh", upstream.dh, shapes.h);
    const dc = upstream.dc === undefined ? undefined : floats(heap, "upstream.dc", upstream.dc, shapes.c);

    const B = check.product(shapes.x.slice(0, -1));
    const run = runOf(B);
    const [hSize, cSize] = unit.states.map((state) => stateSize(state, B));
    const sizes = { dh: hSize, dc: cSize, ...unit.backwardSizes(run) };
    const { at: arrays, room } = bring(heap, [dh, dc], total(sizes));
    const at = place(room, sizes);
    const wanted = [shapes.x, shapes.h, shapes.c];
    heap.reserve(this.results.reduce((sum, result, i) => sum + result.missing(wanted[i]), 0));
    const dStates = [at.dh, at.dc];
    unit.states.forEach((state, i) => {
      putState(heap, state, dStates[i], arrays[i], B);
    });
    // only now: dh and dc may be results of the call before
    const [dx, ...dFirsts] = ensureEach(this.results, wanted);
    unit.backward(run, kept, at, undefined, dx.pointer, false, dStates);
    unit.states.forEach((state, i) => {
      takeState(heap, state, dFirsts[i].pointer, dStates[i], B);
    });
    release(step);
    return { dx, dh: dFirsts[0], dc: dFirsts[1] };
  }
}

const runOf = (B: number): Run => ({ T: 1, B, training: true, segment: 1, lengths: 0, turned: 0, version: 0 });

/** Frees what backward needs. */
function release(step: LstmCellStep): void {
  step.kept?.memory.dispose();
  step.kept = undefined;
}

/**
 * One step of an LSTM, for loops that you write yourself: torch.nn.LSTMCell. Throws TypeError
 * for a wrong kind, RangeError for a wrong value.
 *
 * @example
 * const cell = lstmCell(sc, { inputSize: 2, hiddenSize: 3 });
 * cell.forward([1, -1]).h.shape; // 1, 3
 */
export function lstmCell(sc: Softcell, options: LstmCellOptions): LstmCell {
  return new LstmCell(heapOf(sc, LSTM), randomOf(sc), options);
}
