import * as check from "../check.js";
import { BACKWARD_ROWS, FORWARD_ROWS, lstmBackwardScratch, packedSize } from "../contract.js";
import { Block, Layout, Result } from "../memory/block.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, locate, pointerOf, Tensor } from "../memory/tensor.js";
import type { Random } from "../train/random.js";
import { Layer, positive } from "./layer.js";
import { LstmStream, type StreamOptions } from "./stream.js";

export interface LstmOptions {
  inputSize: number;
  hiddenSize: number;
  /** Default true. */
  bias?: boolean;
  /** x and output are [batch, steps, ...] instead of [steps, batch, ...]. Default false. */
  batchFirst?: boolean;
}

export interface LstmForwardOptions {
  /** The number of sequences, where x has no shape or another one. Default 1. */
  batch?: number;
  /** The number of steps, likewise. Default: what the length gives. */
  steps?: number;
  /** The initial state, batch x hiddenSize each. Default 0. */
  h0?: Floats;
  c0?: Floats;
  /** The number of steps of each sequence, in any order. Beyond them output is 0 and x is not read. Default: all. */
  lengths?: Int32Array;
  /** Keep what backward needs. Default true; false needs less memory. */
  training?: boolean;
}

/** Tensors of the layer: live until its next forward, which overwrites them. */
export interface LstmResult {
  /** [steps, batch, hiddenSize], or as x lies */
  output: Tensor;
  /** [1, batch, hiddenSize]: the state after the last step of each sequence */
  hN: Tensor;
  cN: Tensor;
}

export interface LstmBackwardOptions {
  /** The gradients of hN and cN, batch x hiddenSize each. Default 0. */
  dhN?: Floats;
  dcN?: Floats;
}

/** Tensors of the layer: live until its next backward, which overwrites them. */
export interface LstmGradients {
  /** As x; 0 beyond the lengths. */
  dx: Tensor;
  /** [1, batch, hiddenSize] */
  dh0: Tensor;
  dc0: Tensor;
}

/** Sizes and strides of one call, in elements. x and output lie alike but for their width. */
interface Shape {
  T: number;
  B: number;
  /** The leading axes of x and output. */
  leading: readonly number[];
  /** Rows of a sequence array lie at (t * step + b * row) * width. */
  step: number;
  row: number;
}

/** What forward leaves for backward: byte offsets in the workspace. */
interface Saved extends Shape {
  x: number;
  hs: number;
  cs: number;
  gates: number;
  tanhC: number;
  /** 0: none */
  lengths: number;
}

const TILE = 32;

/**
 * A long short-term memory layer, as torch.nn.LSTM with one layer and one direction:
 * i f o = sigmoid, g = tanh of W_ih x + b_ih + W_hh h + b_hh; c' = f c + i g; h' = o tanh(c')
 *
 * Parameters as in PyTorch: weight_ih_l0 [4H, I], weight_hh_l0 [4H, H], bias_ih_l0, bias_hh_l0 [4H], gates i f g o; at
 * first uniform in +-1 / sqrt(H). The results are the same bits for every batch, chunk and backend but `relaxed`.
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
    super(heap, "lstm", bias ? { ...weights, bias_ih_l0: [4 * H], bias_hh_l0: [4 * H] } : weights);
    this.inputSize = I;
    this.hiddenSize = H;
    this.batchFirst = batchFirst;
    const bound = 1 / Math.sqrt(H);
    for (const { data } of Object.values(this.params)) {
      for (let i = 0; i < data.length; i++) data[i] = (2 * random.uniform() - 1) * bound;
    }
    this.workspace = this.own(new Block(heap));
    const result = (): Result => this.own(new Result(heap));
    this.results = {
      output: result(), hN: result(), cN: result(), dx: result(), dh0: result(), dc0: result(),
    };
  }

  /**
   * Runs the sequences. x: a tensor [steps, batch, inputSize] ([batch, steps, inputSize] with batchFirst, [steps,
   * inputSize] for one sequence), or a flat array with `batch`. With `training` x is kept as a copy.
   * Throws RangeError for sizes that do not fit, a length outside 1..steps, no step at all.
   */
  forward(x: Floats, options: LstmForwardOptions = {}): LstmResult {
    this.alive();
    const { heap, inputSize: I, hiddenSize: H } = this;
    const { kernels } = heap;
    const shape = this.shapeOf(floats(heap, "x", x), options);
    const { T, B, leading, step, row } = shape;
    const { h0, c0, lengths, training } = this.checkForward(options, shape);
    const [N, Hp] = [4 * round4(H), round4(H)];
    const [xFrom, hFrom, cFrom] = [x, h0, c0].map((v) => (v === undefined ? -1 : pointerOf(heap, v)));

    const layout = new Layout();
    const states = training ? (T + 1) * B * Hp : B * Hp;
    const at = {
      x: layout.add(T * B * I), hs: layout.add(states), cs: layout.add(states),
      gates: layout.add((training ? T * B : Math.max(Math.min(FORWARD_ROWS, T * B), B)) * N),
      tanhC: layout.add(training ? T * B * Hp : B * Hp), lengths: layout.add(B),
      w: layout.add(N * (I + H)), bias: layout.add(N), tile: layout.add(TILE), given: layout.add(xFrom < 0 ? T * B * I : 0),
      h0: layout.add(B * H), c0: layout.add(B * H),
    };
    const { results, workspace } = this;
    const [outputShape, stateShape] = [[...leading, H], [1, B, H]];
    heap.reserve(
      workspace.missing(layout.size) + results.output.missing(outputShape) + results.hN.missing(stateShape) +
        results.cN.missing(stateShape),
    );
    const base = workspace.ensure(layout.size);
    const [output, hN, cN] = [
      results.output.ensure(outputShape), results.hN.ensure(stateShape), results.cN.ensure(stateShape),
    ];
    const p = (offset: number): number => base + offset;

    const ends = lengths ? p(at.lengths) : 0;
    if (lengths) heap.i32.set(lengths, ends >>> 2);
    const given = locate(heap, x, xFrom, p(at.given));
    kernels.copySteps(p(at.x), given, ends, T, B, I, I, B * I, I, step * I, row * I);
    const start = (to: number, value: Floats | undefined, pointer: number, place: number): void => {
      const from = value === undefined ? 0 : locate(heap, value, pointer, place);
      kernels.copySteps(to, from, 0, 1, B, H, Hp, 0, Hp, 0, H);
    };
    start(p(at.hs), h0, hFrom, p(at.h0));
    start(p(at.cs), c0, cFrom, p(at.c0));
    this.pack(p(at.w), p(at.bias));
    kernels.lstmForward(
      output.pointer, p(at.hs), p(at.cs), p(at.gates), p(at.tanhC), p(at.x), p(at.w), p(at.bias), ends, T, B, I, H,
      step * H, row * H, FORWARD_ROWS, training ? 1 : 0, p(at.tile),
    );
    const last = training ? 4 * T * B * Hp : 0;
    kernels.copySteps(hN.pointer, p(at.hs) + last, 0, 1, B, H, H, 0, H, 0, Hp);
    kernels.copySteps(cN.pointer, p(at.cs) + last, 0, 1, B, H, H, 0, H, 0, Hp);
    const { x: xs, hs, cs, gates, tanhC } = at;
    this.saved = training ? { ...shape, x: xs, hs, cs, gates, tanhC, lengths: lengths ? at.lengths : 0 } : undefined;
    return { output, hN, cN };
  }

  /**
   * Back-propagation through the last forward: adds to params.*.grad, returns the gradients of x, h0 and c0.
   * dOutput as output; undefined where only hN or cN have a gradient. Throws Error before forward, after a forward
   * without `training`, and the second time.
   */
  backward(dOutput?: Floats, options: LstmBackwardOptions = {}): LstmGradients {
    this.alive();
    if (!this.saved) throw new Error("lstm: backward expected a forward with training before it");
    const { heap, inputSize: I, hiddenSize: H, saved } = this;
    const { kernels } = heap;
    const { T, B, leading, step, row } = saved;
    check.options("options", options, ["dhN", "dcN"]);
    const { dhN, dcN } = options;
    if (dOutput !== undefined) floats(heap, "dOutput", dOutput, T * B * H);
    if (dhN !== undefined) floats(heap, "dhN", dhN, B * H);
    if (dcN !== undefined) floats(heap, "dcN", dcN, B * H);
    const [N, Hp] = [4 * round4(H), round4(H)];
    const pointers = [dOutput, dhN, dcN].map((v) => (v === undefined ? -1 : pointerOf(heap, v)));

    const layout = new Layout();
    const at = {
      dy: layout.add(T * B * H), dhN: layout.add(B * H), dcN: layout.add(B * H), dh: layout.add(B * Hp),
      dc: layout.add(B * Hp), dx: layout.add(T * B * I), wihT: layout.add(packedSize(N, I)),
      whhT: layout.add(packedSize(N, H)), work: layout.add(lstmBackwardScratch(T, B, I, H, BACKWARD_ROWS)),
    };
    const place = heap.scratch(4 * layout.size);
    const { results } = this;
    const [xShape, stateShape] = [[...leading, I], [1, B, H]];
    heap.reserve(
      results.dx.missing(xShape) + results.dh0.missing(stateShape) + results.dc0.missing(stateShape),
    );
    const [dx, dh0, dc0] = [
      results.dx.ensure(xShape), results.dh0.ensure(stateShape), results.dc0.ensure(stateShape),
    ];
    const p = (offset: number): number => place + offset;
    const s = (offset: number): number => this.workspace.pointer + offset;
    const give = (value: Floats | undefined, i: number, to: number): number =>
      value === undefined ? 0 : locate(heap, value, pointers[i], to);

    const dy = give(dOutput, 0, p(at.dy));
    kernels.copySteps(p(at.dh), give(dhN, 1, p(at.dhN)), 0, 1, B, H, Hp, 0, Hp, 0, H);
    kernels.copySteps(p(at.dc), give(dcN, 2, p(at.dcN)), 0, 1, B, H, Hp, 0, Hp, 0, H);
    const { weight_ih_l0: wih, weight_hh_l0: whh, bias_ih_l0: bih, bias_hh_l0: bhh } = this.params;
    kernels.lstmPackTransposed(p(at.wihT), p(at.whhT), wih.pointer, whh.pointer, I, H);
    const contiguous = step === B;
    kernels.lstmBackward(
      wih.gradPointer, whh.gradPointer, bih?.gradPointer ?? 0, bhh?.gradPointer ?? 0,
      contiguous ? dx.pointer : p(at.dx), p(at.dh), p(at.dc), dy, s(saved.x), s(saved.hs), s(saved.cs), s(saved.gates),
      s(saved.tanhC), p(at.wihT), p(at.whhT), saved.lengths ? s(saved.lengths) : 0, T, B, I, H, step * H, row * H,
      BACKWARD_ROWS, p(at.work),
    );
    if (!contiguous) kernels.copySteps(dx.pointer, p(at.dx), 0, T, B, I, I, step * I, row * I, B * I, I);
    kernels.copySteps(dh0.pointer, p(at.dh), 0, 1, B, H, H, 0, H, 0, Hp);
    kernels.copySteps(dc0.pointer, p(at.dc), 0, 1, B, H, H, 0, H, 0, Hp);
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
    this.heap.kernels.lstmPack(
      w, bias, wih.pointer, whh.pointer, bih?.pointer ?? 0, bhh?.pointer ?? 0, this.inputSize, this.hiddenSize,
    );
  }

  private checkForward(options: LstmForwardOptions, { T, B }: Shape) {
    const { heap, hiddenSize: H } = this;
    const { h0, c0, lengths, training = true } = options;
    if (h0 !== undefined) floats(heap, "h0", h0, B * H);
    if (c0 !== undefined) floats(heap, "c0", c0, B * H);
    if (lengths !== undefined) {
      check.lengthOf("lengths", check.int32Array("lengths", lengths), B);
      lengths.forEach((length, b) => check.integer(`lengths[${b}]`, length, 1, T));
    }
    return { h0, c0, lengths, training: check.boolean("training", training) };
  }

  private shapeOf(x: Floats, options: LstmForwardOptions): Shape {
    check.options("options", options, ["batch", "steps", "h0", "c0", "lengths", "training"]);
    const I = this.inputSize;
    let { batch, steps } = options;
    let single = false;
    if (batch === undefined && steps === undefined && x instanceof Tensor) {
      const { shape } = x;
      single = shape.length === 2;
      if (shape.at(-1) !== I || (shape.length !== 3 && !single)) {
        throw new RangeError(`"x" expected shape [steps, batch, ${I}], got [${shape}]`);
      }
      [steps, batch] = single ? [shape[0], 1] : this.batchFirst ? [shape[1], shape[0]] : shape;
    }
    const B = check.integer("batch", batch ?? 1, 0);
    const T = check.integer("steps", steps ?? (B ? x.length / (B * I) : 1), 1);
    check.lengthOf("x", x, T * B * I);
    if (single) return { T, B, leading: [T], step: 1, row: 1 };
    if (this.batchFirst) return { T, B, leading: [B, T], step: 1, row: T };
    return { T, B, leading: [T, B], step: B, row: 1 };
  }
}

const round4 = (n: number): number => (n + 3) & ~3;
