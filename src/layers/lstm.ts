import * as check from "../check.js";
import { BACKWARD_ROWS, FORWARD_ROWS, isSmallLayer, lstmBackwardScratch, lstmSizes } from "../contract.js";
import { Block, place, Result, total } from "../memory/block.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, locate, pointerOf, Tensor } from "../memory/tensor.js";
import type { Random } from "../train/random.js";
import { Layer, positive } from "./layer.js";
import type {
  LstmBackwardOptions,
  LstmForwardOptions,
  LstmGradients,
  LstmOptions,
  LstmResult,
} from "./lstm-options.js";
import { type Sequence, sequenceOf } from "./sequence.js";
import { LstmStream, type StreamOptions } from "./stream.js";

/** What forward leaves for backward: pointers into the workspace; lengths 0 for none. */
interface Saved extends Sequence {
  at: Record<"x" | "hs" | "cs" | "gates" | "tanhC", number>;
  lengths: number;
}

type ResultNames = ["output", "hN", "cN"] | ["dx", "dh0", "dc0"];

const TILE = 32;
const FORWARD_KEYS = ["batch", "steps", "h0", "c0", "lengths", "training"];

/**
 * A long short-term memory layer, as torch.nn.LSTM with one layer and one direction:
 * i f o = sigmoid, g = tanh of W_ih x + b_ih + W_hh h + b_hh; c' = f c + i g; h' = o tanh(c')
 * (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).
 *
 * Parameters as in PyTorch: weight_ih_l0 [4H, I], weight_hh_l0 [4H, H], bias_ih_l0, bias_hh_l0 [4H], gates i f g o; at
 * first uniform in +-1 / sqrt(H). A layer with at most 64 inputs and units together is computed in float64. The results are the same bits for every batch, chunk and backend but `relaxed`.
 */
export class Lstm extends Layer {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly batchFirst: boolean;
  private readonly workspace: Block;
  private readonly results: Record<"output" | "hN" | "cN" | "dx" | "dh0" | "dc0", Result>;
  private saved: Saved | undefined;

  /** @internal */
  constructor(heap: Heap, random: Random, options: LstmOptions) {
    check.options("options", options ?? {}, ["inputSize", "hiddenSize", "bias", "batchFirst"]);
    const I = positive("inputSize", options?.inputSize);
    const H = positive("hiddenSize", options?.hiddenSize);
    const bias = options.bias === undefined || check.boolean("bias", options.bias);
    const batchFirst = options.batchFirst !== undefined && check.boolean("batchFirst", options.batchFirst);
    const weights = { weight_ih_l0: [4 * H, I], weight_hh_l0: [4 * H, H] };
    const biases = { bias_ih_l0: [4 * H], bias_hh_l0: [4 * H] };
    super(heap, "lstm", bias ? { ...weights, ...biases } : weights, isSmallLayer(I, H));
    this.inputSize = I;
    this.hiddenSize = H;
    this.batchFirst = batchFirst;
    this.parameters.fillUniform(random, 1 / Math.sqrt(H));
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
    const { heap, inputSize: I, hiddenSize: H } = this;
    floats(heap, "x", x);
    check.options("options", options, FORWARD_KEYS);
    const sequence = sequenceOf(x, I, this.batchFirst, options);
    const { T, B, step, row } = sequence;
    const { h0, c0, lengths, training = true } = options;
    if (h0 !== undefined) floats(heap, "h0", h0, B * H);
    if (c0 !== undefined) floats(heap, "c0", c0, B * H);
    if (lengths !== undefined) {
      check.lengthOf("lengths", check.int32Array("lengths", lengths), B);
      lengths.forEach((length, b) => check.integer(`lengths[${b}]`, length, 1, T));
    }
    check.boolean("training", training);

    const sizes = forwardSizes(sequence, I, H, training);
    const from = [x, h0, c0].map((v) => (v === undefined ? -1 : pointerOf(heap, v)));
    const ends = lengths && heap.stable(lengths);
    this.reserve(["output", "hN", "cN"], sequence, H, total(sizes));
    const at = place(this.workspace.ensure(total(sizes)), sizes);
    const { kernels } = heap;
    if (ends) heap.i32.set(ends, at.lengths >>> 2);
    const endsAt = ends ? at.lengths : 0;
    const given = locate(heap, x, from[0], at.given);
    kernels.copySteps(at.x, given, endsAt, T, B, I, I, B * I, I, step * I, row * I);
    this.putState(at.hs, h0, from[1], at.state, B);
    this.putState(at.cs, c0, from[2], at.state, B);
    // only now: x, h0 and c0 may be results of the call before
    const [output, hN, cN] = this.ensure(["output", "hN", "cN"], sequence, H);
    this.pack(at.w, at.bias);
    kernels.lstmForward(
      output.pointer,
      at.hs,
      at.cs,
      at.gates,
      at.tanhC,
      at.x,
      at.w,
      at.bias,
      endsAt,
      T,
      B,
      I,
      H,
      step * H,
      row * H,
      FORWARD_ROWS,
      training ? 1 : 0,
      at.tile,
    );
    const last = training ? 4 * T * B * lstmSizes(I, H).state : 0;
    this.takeState(hN, at.hs + last, B);
    this.takeState(cN, at.cs + last, B);
    this.saved = training ? { ...sequence, at, lengths: endsAt } : undefined;
    return { output, hN, cN };
  }

  /**
   * Back-propagation through the last forward: adds to params.*.grad, returns the gradients of x, h0 and c0.
   * dOutput as output; undefined where only hN or cN have a gradient. Throws Error before forward, after a forward
   * without `training`, and the second time.
   */
  backward(dOutput?: Floats, options: LstmBackwardOptions = {}): LstmGradients {
    this.alive();
    const { heap, inputSize: I, hiddenSize: H, saved } = this;
    if (!saved) throw new Error("lstm: backward expected a forward with training before it");
    const { T, B, step, row } = saved;
    check.options("options", options, ["dhN", "dcN"]);
    const { dhN, dcN } = options;
    if (dOutput !== undefined) floats(heap, "dOutput", dOutput, T * B * H);
    if (dhN !== undefined) floats(heap, "dhN", dhN, B * H);
    if (dcN !== undefined) floats(heap, "dcN", dcN, B * H);

    const sizes = backwardSizes(saved, I, H);
    const from = [dOutput, dhN, dcN].map((v) => (v === undefined ? -1 : pointerOf(heap, v)));
    const at = place(heap.scratch(4 * total(sizes)), sizes);
    this.reserve(["dx", "dh0", "dc0"], saved, I, 0);
    const { kernels } = heap;
    const dy = dOutput === undefined ? 0 : locate(heap, dOutput, from[0], at.dy);
    this.putState(at.dh, dhN, from[1], at.state, B);
    this.putState(at.dc, dcN, from[2], at.state, B);
    const [dx, dh0, dc0] = this.ensure(["dx", "dh0", "dc0"], saved, I);
    const { weight_ih_l0: wih, weight_hh_l0: whh, bias_ih_l0: bih, bias_hh_l0: bhh } = this.params;
    kernels.lstmPackTransposed(at.wihT, at.whhT, wih.pointer, whh.pointer, I, H);
    const { x, hs, cs, gates, tanhC } = saved.at;
    kernels.lstmBackward(
      wih.gradPointer,
      whh.gradPointer,
      bih?.gradPointer ?? 0,
      bhh?.gradPointer ?? 0,
      wih.widePointer,
      whh.widePointer,
      bih?.widePointer ?? 0,
      bhh?.widePointer ?? 0,
      at.dx,
      at.dh,
      at.dc,
      dy,
      x,
      hs,
      cs,
      gates,
      tanhC,
      at.wihT,
      at.whhT,
      saved.lengths,
      T,
      B,
      I,
      H,
      step * H,
      row * H,
      BACKWARD_ROWS,
      at.work,
    );
    kernels.copySteps(dx.pointer, at.dx, 0, T, B, I, I, step * I, row * I, B * I, I);
    this.takeState(dh0, at.dh, B);
    this.takeState(dc0, at.dc, B);
    this.saved = undefined;
    return { dx, dh0, dc0 };
  }

  /** A stream of single steps for `batch` independent sequences, with the bits of forward. */
  stream(options: StreamOptions = {}): LstmStream {
    this.alive();
    return new LstmStream(this, options);
  }

  override dispose(): void {
    super.dispose();
    this.saved = undefined;
  }

  /** @internal Packed copies of the weights; see lstmPack in src/contract.ts. */
  pack(w: number, bias: number): void {
    const { weight_ih_l0: wih, weight_hh_l0: whh, bias_ih_l0: bih, bias_hh_l0: bhh } = this.params;
    const [pih, phh] = [bih?.pointer ?? 0, bhh?.pointer ?? 0];
    this.heap.kernels.lstmPack(w, bias, wih.pointer, whh.pointer, pih, phh, this.inputSize, this.hiddenSize);
  }

  /** Makes sure that the three results of a call and its workspace can be allocated. */
  private reserve(names: ResultNames, sequence: Sequence, width: number, workspace: number): void {
    const shapes = this.shapes(sequence, width);
    const missing = names.reduce((sum, name, i) => sum + this.results[name].missing(shapes[i]), 0);
    this.heap.reserve(missing + (workspace ? this.workspace.missing(workspace) : 0));
  }

  private ensure(names: ResultNames, sequence: Sequence, width: number): Tensor[] {
    const shapes = this.shapes(sequence, width);
    return names.map((name, i) => this.results[name].ensure(shapes[i]));
  }

  private shapes({ leading, B }: Sequence, width: number): number[][] {
    const state = [1, B, this.hiddenSize];
    return [[...leading, width], state, state];
  }

  /** to = state [B][H], as the kernels keep it, or 0 for none; a foreign array goes through `staged`. */
  private putState(to: number, state: Floats | undefined, pointer: number, staged: number, B: number): void {
    const { heap, inputSize: I, hiddenSize: H } = this;
    const from = state === undefined ? 0 : locate(heap, state, pointer, staged);
    heap.kernels.lstmPutState(to, from, wideOf(state), B, I, H, round4(H));
  }

  /** state [B][H] = from, as the kernels keep it */
  private takeState(state: Tensor, from: number, B: number): void {
    const { inputSize: I, hiddenSize: H } = this;
    this.heap.kernels.lstmTakeState(state.pointer, state.widePointer, from, B, I, H);
  }
}

const wideOf = (x: Floats | undefined): number => (x instanceof Tensor ? x.widePointer : 0);
const round4 = (n: number): number => (n + 3) & ~3;

/** The workspace of forward, in elements. With training all steps are kept, else one. */
function forwardSizes({ T, B }: Sequence, I: number, H: number, training: boolean) {
  const { gates, tanhC, state, w, bias } = lstmSizes(I, H);
  const states = (training ? T + 1 : 1) * B * state;
  return {
    x: T * B * I,
    hs: states,
    cs: states,
    gates: (training ? T * B : Math.max(B, Math.min(FORWARD_ROWS, T * B))) * gates,
    tanhC: (training ? T : 1) * B * tanhC,
    lengths: B,
    w,
    bias,
    tile: TILE,
    given: T * B * I,
    state: B * H,
  };
}

/** The scratch of backward, in elements. */
function backwardSizes({ T, B }: Sequence, I: number, H: number) {
  const { wihT, whhT, state } = lstmSizes(I, H);
  const work = lstmBackwardScratch(T, B, I, H, BACKWARD_ROWS);
  return { dy: T * B * H, state: B * H, dh: B * state, dc: B * state, dx: T * B * I, wihT, whhT, work };
}
