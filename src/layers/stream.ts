import * as check from "../check.js";
import { isSmallLayer, lstmSizes } from "../contract.js";
import { Block, placeEach, total } from "../memory/block.js";
import type { Heap } from "../memory/heap.js";
import { type Floats, floats, locate, pointerOf, Tensor } from "../memory/tensor.js";
import type { Lstm } from "./lstm.js";
import { type LstmUnit, TILE } from "./lstm-unit.js";

export interface StreamOptions {
  /** The number of independent sequences. Default 1. */
  batch?: number;
}

/** The arrays of one layer: see lstmStep in src/contract.ts. */
interface StreamLayer {
  unit: LstmUnit;
  at: Record<"w" | "bias" | "xh" | "c" | "gates" | "tanhC" | "y" | "frame" | "staged" | "tile", number>;
  inputSize: number;
  hiddenSize: number;
  /** Elements from one row of x to the next, and where h lies. */
  xRow: number;
  h: number;
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
  private readonly layers: readonly StreamLayer[];
  private readonly first: StreamLayer;
  private readonly last: StreamLayer;
  private input: Float32Array;
  private output: Float32Array;

  /** @internal */
  constructor(lstm: Lstm, options: StreamOptions) {
    check.options("options", options, ["batch"]);
    const { batch: B = 1 } = options;
    check.integer("batch", B, 1, 2 ** 24);
    const { heap, units } = lstm;
    const sizes = units.map((unit, k) => sizesOf(unit, B, k === 0 ? units.length : 0));
    this.lstm = lstm;
    this.heap = heap;
    this.batch = B;
    this.memory = new Block(heap);
    const base = this.memory.ensure(sizes.reduce((sum, s) => sum + total(s), 0));
    this.layers = placeEach(base, sizes).map((at, k) => {
      const { inputSize: I, hiddenSize: H } = units[k];
      const small = isSmallLayer(I, H);
      const h = at.xh + (small ? (4 * B * I + 7) & ~7 : 4 * I);
      const xRow = small ? I : I + lstmSizes(I, H).state;
      return { unit: units[k], at, inputSize: I, hiddenSize: H, xRow, h };
    });
    this.first = this.layers[0];
    this.last = this.layers[this.layers.length - 1];
    this.input = new Float32Array(heap.buffer, this.first.at.frame, B * lstm.inputSize);
    this.output = new Float32Array(heap.buffer, this.last.at.y, B * lstm.hiddenSize);
    this.refresh();
  }

  /**
   * One step: frame [batch, inputSize] => h of the last layer [batch, hiddenSize], a live view that the next step overwrites
   * and that a growing memory detaches. Throws RangeError for a wrong length; the state has not moved then.
   */
  step(frame: Floats): Float32Array {
    const { heap, layers, batch: B, first, last } = this;
    this.alive();
    const inputs = B * first.inputSize;
    floats(heap, "frame", frame, inputs);
    let from = pointerOf(heap, frame);
    if (from < 0) {
      if (heap.isStale(this.input)) this.input = new Float32Array(heap.buffer, first.at.frame, inputs);
      this.input.set(frame as Float32Array);
      from = first.at.frame;
    }
    const { kernels } = heap;
    for (let k = 0; k < layers.length; k++) {
      const { at, inputSize: I, hiddenSize: H, xRow } = layers[k];
      kernels.copySteps(at.xh, from, 0, 1, B, I, I, 0, xRow, 0, I, 0, 0);
      kernels.lstmStep(at.y, at.xh, at.c, at.gates, at.tanhC, at.w, at.bias, B, I, H, at.tile);
      from = at.y;
    }
    if (heap.isStale(this.output)) this.output = new Float32Array(heap.buffer, last.at.y, B * last.hiddenSize);
    return this.output;
  }

  /** The state becomes h0 and c0, [numLayers, batch, hiddenSize] each, or 0. */
  reset(state: { h0?: Floats; c0?: Floats } = {}): void {
    this.alive();
    check.options("state", state, ["h0", "c0"]);
    const { heap, layers, batch: B } = this;
    const size = B * this.lstm.hiddenSize;
    for (const name of ["h0", "c0"] as const) {
      const value = state[name];
      if (value !== undefined) floats(heap, name, value, layers.length * size);
    }
    this.put(state.h0, (layer, part) => layer.unit.putState(layer.h, part, B, layer.xRow));
    this.put(state.c0, (layer, part) => layer.unit.putState(layer.at.c, part, B));
  }

  /** Packs the weights again, after a load or an optimiser step. The state stays. */
  refresh(): void {
    this.alive();
    for (const { unit, at } of this.layers) unit.pack(at.w, at.bias);
  }

  /** Frees the memory of the stream. Throws Error the second time. */
  dispose(): void {
    if (this.memory.pointer === 0) throw new Error("this stream is disposed");
    this.memory.dispose();
  }

  declare [Symbol.dispose]: () => void;

  /** Gives each layer its part of a state [numLayers][batch][hiddenSize]. */
  private put(
    value: Floats | undefined,
    put: (layer: StreamLayer, part: { pointer: number; wide: number }) => void,
  ): void {
    const { heap, layers, batch: B, lstm } = this;
    const size = B * lstm.hiddenSize;
    const pointer = value === undefined ? 0 : locate(heap, value, pointerOf(heap, value), this.first.at.staged);
    const wide = value instanceof Tensor ? value.widePointer : 0;
    layers.forEach((layer, k) => {
      put(layer, { pointer: pointer && pointer + 4 * k * size, wide: wide && wide + 8 * k * size });
    });
  }

  /** Throws Error after dispose() of the stream or of its layer. */
  private alive(): void {
    if (this.memory.pointer === 0) throw new Error("this stream is disposed");
    this.lstm.alive();
  }
}

if (Symbol.dispose) {
  Object.defineProperty(LstmStream.prototype, Symbol.dispose, { value: LstmStream.prototype.dispose });
}

/** Elements of the arrays of one layer; the first one has room for a whole state of all. */
function sizesOf({ inputSize: I, hiddenSize: H }: LstmUnit, B: number, layers: number): StreamLayer["at"] {
  const { w, bias, gates, tanhC, state } = lstmSizes(I, H);
  return {
    w,
    bias,
    xh: B * (I + state) + 1,
    c: B * state,
    gates: B * gates,
    tanhC: B * tanhC,
    y: B * H,
    frame: B * I,
    staged: layers * B * H,
    tile: TILE,
  };
}
