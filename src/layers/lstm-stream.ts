import * as check from "../check.js";
import { Block, placeEach, total } from "../memory/block.js";
import { Disposable } from "../memory/disposable.js";
import type { Heap } from "../memory/heap.js";
import { stage } from "../memory/stage.js";
import { floats, pointerOf, type TensorLike } from "../memory/tensor.js";
import { checkState, part } from "./lstm-state.js";
import type { Arrays, LstmUnit } from "./lstm-unit.js";

/** Options of Lstm.stream(). */
export interface StreamOptions {
  /** The number of independent sequences. Default 1. */
  batch?: number;
}

/** One session of the batch; without it all of them. */
export interface SessionOptions {
  /** Its index in the batch. Default: all. */
  session?: number;
}

/** Options of LstmStream.reset(). */
export interface ResetOptions extends SessionOptions {
  /**
   * [numLayers, batch, hiddenSize] each, batch 1 for one session; h0 is projSize wide where there is one. Default 0.
   */
  h0?: TensorLike;
  /** See h0. */
  c0?: TensorLike;
}

/** The state of a stream, copied bit for bit. */
export interface StreamState {
  /** [numLayers][batch][hiddenSize, or projSize] */
  h: Float32Array;
  /** [numLayers][batch][hiddenSize] */
  c: Float32Array;
}

/** What a stream is of. */
interface Streamed {
  readonly heap: Heap;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly outputSize: number;
  /** Throws Error after dispose(). */
  alive(): void;
  stream(options: StreamOptions): LstmStream;
}

/** One layer and its arrays. */
interface StreamLayer {
  unit: LstmUnit;
  at: Arrays;
}

/**
 * An LSTM fed step by step. The weights are packed when the stream is made: after a change of them call refresh().
 * A step allocates nothing, in JavaScript or in linear memory.
 */
export class LstmStream extends Disposable {
  /** The number of independent sequences. */
  readonly batch: number;
  private readonly lstm: Streamed;
  private readonly heap: Heap;
  private readonly memory: Block;
  private readonly layers: readonly StreamLayer[];
  /** Where a foreign frame goes, and where h of the last layer is. */
  private readonly frame: number;
  private readonly y: number;
  private readonly frameShape: readonly number[];

  /** @internal */
  constructor(lstm: Streamed, units: readonly LstmUnit[], options: StreamOptions) {
    super();
    check.options("options", options, ["batch"]);
    const { batch: B = 1 } = options;
    check.integer("batch", B, 1, 2 ** 24);
    const { heap } = lstm;
    const sizes: Arrays[] = [{ frame: B * lstm.inputSize }, ...units.map((unit) => unit.stepSizes(B))];
    this.lstm = lstm;
    this.heap = heap;
    this.batch = B;
    this.frameShape = [B, lstm.inputSize];
    this.memory = new Block(heap);
    const base = this.memory.ensure(sizes.reduce((sum, s) => sum + total(s), 0));
    const [at, ...placed] = placeEach(base, sizes);
    this.frame = at.frame;
    this.layers = units.map((unit, k) => ({ unit, at: placed[k] }));
    this.y = placed[placed.length - 1].y;
    this.refresh();
  }

  /**
   * One step: frame [batch, inputSize] => h of the last layer [batch, hiddenSize], a live view that the next step
   * overwrites and that a growing memory detaches. Throws RangeError for a wrong length; the state has not moved then.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3 });
   * const stream = layer.stream();
   * const h = stream.step(Float32Array.of(1, -1)).slice();
   * h.length; // 3
   */
  step(given: TensorLike): Float32Array {
    const { heap, layers, batch: B, lstm } = this;
    this.alive();
    const frame = floats(heap, "frame", given, this.frameShape);
    let from = pointerOf(heap, frame);
    if (from < 0) {
      from = this.frame;
      heap.f32.set(frame as Float32Array, from >>> 2);
    }
    for (let k = 0; k < layers.length; k++) {
      const { unit, at } = layers[k];
      unit.step(at, from, B);
      from = at.y;
    }
    return this.memory.view(this.y, B * lstm.outputSize);
  }

  /**
   * The state, or that of one session, becomes h0 and c0, or 0. Throws RangeError for other sizes.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3 });
   * const stream = layer.stream();
   * stream.step(Float32Array.of(1, -1));
   * stream.reset();
   * stream.save().h; // 0, 0, 0
   */
  reset(options: ResetOptions = {}): void {
    this.alive();
    check.options("options", options, ["h0", "c0", "session"]);
    const { heap, layers, lstm } = this;
    const { first, count } = this.sessions(options);
    const widths = { h: lstm.outputSize, c: lstm.hiddenSize };
    const states = {
      h: checkState(heap, "h0", options.h0, [layers.length, count, widths.h]),
      c: checkState(heap, "c0", options.c0, [layers.length, count, widths.c]),
    };
    const { given } = stage(heap, states, {});
    layers.forEach(({ unit, at }, k) => {
      unit.putH(at.hs + 4 * unit.hSize(first), part(given.h, k * count * widths.h), count);
      unit.putC(at.cs + 4 * unit.cSize(first), part(given.c, k * count * widths.c), count);
    });
  }

  /**
   * A copy of the state, or of that of one session.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3 });
   * const stream = layer.stream();
   * const state = stream.save();
   * state.h.length; // 3
   */
  save(options: SessionOptions = {}): StreamState {
    this.alive();
    check.options("options", options, ["session"]);
    const sessions = this.sessions(options);
    return {
      h: this.values("hs", this.lstm.outputSize, sessions),
      c: this.values("cs", this.lstm.hiddenSize, sessions),
    };
  }

  /**
   * The state, or that of one session, becomes one that was saved so. Throws RangeError for other lengths.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3 });
   * const stream = layer.stream();
   * const state = stream.save();
   * stream.step(Float32Array.of(1, -1));
   * stream.restore(state);
   * stream.save().h; // 0, 0, 0
   */
  restore(state: StreamState, options: SessionOptions = {}): void {
    this.alive();
    check.options("state", state ?? null, ["h", "c"]);
    check.options("options", options, ["session"]);
    const { lstm } = this;
    const n = this.layers.length * this.sessions(options).count;
    for (const [name, width] of [
      ["h", lstm.outputSize],
      ["c", lstm.hiddenSize],
    ] as const) {
      check.lengthOf(`state.${name}`, check.numbers(`state.${name}`, state[name]), n * width);
    }
    this.reset({ h0: state.h, c0: state.c, ...options });
  }

  /**
   * A stream of its own that goes on from the state of this one, with the weights as the layer has them now.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3 });
   * const stream = layer.stream();
   * const other = stream.fork();
   * other.step(Float32Array.of(1, -1)).length; // 3
   */
  fork(): LstmStream {
    this.alive();
    const fork = this.lstm.stream({ batch: this.batch });
    fork.restore(this.save());
    return fork;
  }

  /**
   * Packs the weights again, after a load or an optimiser step. The state stays.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3 });
   * const stream = layer.stream();
   * layer.params.weight_ih_l0.data.fill(0);
   * stream.refresh();
   */
  refresh(): void {
    this.alive();
    for (const { unit, at } of this.layers) unit.pack(at);
  }

  /**
   * Frees the memory of the stream. Throws Error the second time.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3 });
   * const stream = layer.stream();
   * stream.dispose();
   */
  dispose(): void {
    if (this.memory.pointer === 0) throw new Error("this stream is disposed");
    this.memory.dispose();
  }

  /** The sessions that are meant. */
  private sessions({ session }: SessionOptions): { first: number; count: number } {
    if (session === undefined) return { first: 0, count: this.batch };
    return { first: check.integer("session", session, 0, this.batch - 1), count: 1 };
  }

  /** The states of all layers, n wide, one after the other. */
  private values(name: "hs" | "cs", n: number, { first, count }: { first: number; count: number }): Float32Array {
    const { f32 } = this.heap;
    const values = new Float32Array(this.layers.length * count * n);
    this.layers.forEach(({ unit, at }, k) => {
      const size = name === "hs" ? unit.hSize(1) : unit.cSize(1);
      for (let b = 0; b < count; b++) {
        const from = (at[name] >>> 2) + (first + b) * size;
        values.set(f32.subarray(from, from + n), (k * count + b) * n);
      }
    });
    return values;
  }

  /** Throws Error after dispose() of the stream or of its layer. */
  private alive(): void {
    if (this.memory.pointer === 0) throw new Error("this stream is disposed");
    this.lstm.alive();
  }
}
