import * as check from "../check.js";
import { isSmallLayer, lstmSizes } from "../contract.js";
import { Block, place, total } from "../memory/block.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, locate, pointerOf, Tensor } from "../memory/tensor.js";
import type { Lstm } from "./lstm.js";

export interface StreamOptions {
  /** The number of independent sequences. Default 1. */
  batch?: number;
}

/**
 * An LSTM fed step by step. The weights are packed when the stream is made: after a change of them call refresh().
 * A step allocates nothing, in JavaScript or in linear memory.
 */
export class LstmStream {
  readonly batch: number;
  private readonly lstm: Lstm;
  private readonly heap: Heap;
  private readonly memory: Block;
  private readonly at: Record<
    "w" | "bias" | "xh" | "c" | "gates" | "tanhC" | "y" | "frame" | "staged" | "tile",
    number
  >;
  private readonly inputs: number;
  /** Elements from one row of x to the next, and where h lies: see lstmStep in src/contract.ts. */
  private readonly xRow: number;
  private readonly h: number;
  private input: Float32Array;
  private output: Float32Array;

  /** @internal */
  constructor(lstm: Lstm, options: StreamOptions) {
    check.options("options", options, ["batch"]);
    const { batch: B = 1 } = options;
    check.integer("batch", B, 1, 2 ** 24);
    const { heap, inputSize: I, hiddenSize: H } = lstm;
    const { w, bias, gates, tanhC, state } = lstmSizes(I, H);
    const sizes = {
      w,
      bias,
      xh: B * (I + state) + 1,
      c: B * state,
      gates: B * gates,
      tanhC: B * tanhC,
      y: B * H,
      frame: B * I,
      staged: B * H,
      tile: 32,
    };
    this.lstm = lstm;
    this.heap = heap;
    this.batch = B;
    this.inputs = B * I;
    this.memory = new Block(heap);
    this.at = place(this.memory.ensure(total(sizes)), sizes);
    const small = isSmallLayer(I, H);
    this.xRow = small ? I : I + state;
    this.h = this.at.xh + (small ? (4 * B * I + 7) & ~7 : 4 * I);
    this.input = new Float32Array(heap.buffer, this.at.frame, B * I);
    this.output = new Float32Array(heap.buffer, this.at.y, B * H);
    this.refresh();
  }

  /**
   * One step: frame [batch, inputSize] => h [batch, hiddenSize], a live view that the next step overwrites and that a
   * growing memory detaches. Throws RangeError for a wrong length; the state has not moved then.
   */
  step(frame: Floats): Float32Array {
    const { heap, lstm, at, batch: B } = this;
    this.alive();
    floats(heap, "frame", frame, this.inputs);
    const { inputSize: I, hiddenSize: H } = lstm;
    let from = pointerOf(heap, frame);
    if (from < 0) {
      if (heap.isStale(this.input)) this.input = new Float32Array(heap.buffer, this.at.frame, this.inputs);
      this.input.set(frame as Float32Array);
      from = at.frame;
    }
    const { kernels } = heap;
    kernels.copySteps(at.xh, from, 0, 1, B, I, I, 0, this.xRow, 0, I);
    kernels.lstmStep(at.y, at.xh, at.c, at.gates, at.tanhC, at.w, at.bias, B, I, H, at.tile);
    if (heap.isStale(this.output)) this.output = new Float32Array(heap.buffer, at.y, B * H);
    return this.output;
  }

  /** The state becomes h0 and c0, batch x hiddenSize each, or 0. */
  reset(state: { h0?: Floats; c0?: Floats } = {}): void {
    this.alive();
    check.options("state", state, ["h0", "c0"]);
    const { heap, at, batch: B } = this;
    const { inputSize: I, hiddenSize: H } = this.lstm;
    for (const name of ["h0", "c0"] as const) {
      const value = state[name];
      if (value !== undefined) floats(heap, name, value, B * H);
    }
    const put = (to: number, value: Floats | undefined, ld: number): void => {
      const from = value === undefined ? 0 : locate(heap, value, pointerOf(heap, value), at.staged);
      const wide = value instanceof Tensor ? value.widePointer : 0;
      heap.kernels.lstmPutState(to, from, wide, B, I, H, ld);
    };
    put(this.h, state.h0, this.xRow);
    put(at.c, state.c0, (H + 3) & ~3);
  }

  /** Packs the weights again, after a load or an optimiser step. The state stays. */
  refresh(): void {
    this.alive();
    this.lstm.pack(this.at.w, this.at.bias);
  }

  /** Frees the memory of the stream. Throws Error the second time. */
  dispose(): void {
    if (this.memory.pointer === 0) throw new Error("this stream is disposed");
    this.memory.dispose();
  }

  declare [Symbol.dispose]: () => void;

  /** Throws Error after dispose() of the stream or of its layer. */
  private alive(): void {
    if (this.memory.pointer === 0) throw new Error("this stream is disposed");
    this.lstm.alive();
  }
}

if (Symbol.dispose) {
  Object.defineProperty(LstmStream.prototype, Symbol.dispose, { value: LstmStream.prototype.dispose });
}
