import * as check from "../../check.js";
import { Block, type Pointers, placeEach, type Sizes, total } from "../../memory/block.js";
import { constant, Disposable } from "../../memory/disposable.js";
import type { Heap } from "../../memory/heap.js";
import { bring } from "../../memory/places.js";
import { copyIn, floats, pointerOf, sameAxes, Tensor, type TensorLike } from "../../memory/tensor.js";
import type { Parameters } from "../parameters.js";
import { givenState, part, putState, type State, stateSize } from "./state.js";

/** Options of stream(). */
export interface StreamOptions {
  /** The number of independent sequences. Default 1. */
  batch?: number;
}

/** Which of the sequences of a stream a call is about. */
export interface SessionOptions {
  /** The index of the sequence in the batch. Default: all of them. */
  session?: number;
}

/** One layer of a stream, on pointers: its kernel call for one step. */
export interface StepUnit {
  readonly inputSize: number;
  /** The output first. Each has an array of its name. */
  readonly states: readonly State[];
  /** All arrays: the states, y [batch][width of the output], the weights as the kernel takes them, and its scratch. */
  sizes(B: number): Sizes;
  pack(at: Pointers): void;
  /** One step on x [batch][inputSize]. */
  step(at: Pointers, x: number, B: number): void;
}

/** What a stream is of. */
interface Streamed<Snapshot, Reset extends SessionOptions> {
  readonly heap: Heap;
  readonly parameters: Parameters;
  /** Throws Error after dispose(). */
  alive(): void;
  stream(options: StreamOptions): RecurrentStream<Snapshot, Reset>;
}

/** One layer and its arrays. */
interface PlacedUnit {
  unit: StepUnit;
  at: Pointers;
}

/**
 * A recurrent layer that is fed step by step, with the results of forward() bit for bit. A step allocates nothing, in
 * JavaScript or in linear memory. After a change of the weights the next step has the new ones.
 */
export class RecurrentStream<Snapshot, Reset extends SessionOptions> extends Disposable {
  /** The number of independent sequences. */
  readonly batch: number;
  private readonly layer: Streamed<Snapshot, Reset>;
  private readonly heap: Heap;
  private readonly memory: Block;
  private readonly layers: readonly PlacedUnit[];
  /** Of each layer, the output first. */
  private readonly states: readonly State[];
  /** Where a frame of the user goes that is an array. */
  private readonly frame: number;
  private readonly frameShape: readonly number[];
  private readonly inputs: number;
  /** The output of the last layer, and its elements. */
  private readonly y: number;
  private readonly outputs: number;
  /** The version of the parameters that are packed. */
  private version = -1;

  /** @internal */
  constructor(layer: Streamed<Snapshot, Reset>, units: readonly StepUnit[], options: StreamOptions) {
    super();
    const { batch: B = 1 } = options;
    check.integer("batch", B, 1, 2 ** 24);
    const { heap } = layer;
    const { inputSize, states } = units[0];
    const sizes: Sizes[] = [{ frame: B * inputSize }, ...units.map((unit) => unit.sizes(B))];
    this.layer = layer;
    this.heap = heap;
    this.batch = B;
    constant(this, "batch");
    this.states = states;
    this.frameShape = [B, inputSize];
    this.inputs = B * inputSize;
    this.memory = new Block(heap, { kind: "stream" });
    const base = this.memory.ensure(sizes.reduce((sum, s) => sum + total(s), 0));
    const [at, ...placed] = placeEach(base, sizes);
    this.frame = at.frame;
    this.layers = units.map((unit, k) => ({ unit, at: placed[k] }));
    this.y = placed[placed.length - 1].y;
    this.outputs = B * states[0].width;
    this.pack();
  }

  /**
   * One step: frame [batch, inputSize] => the output of the last layer [batch, hiddenSize], a live view that the next step
   * overwrites and that a growing memory detaches. Throws RangeError for a wrong length; the state has not moved then.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3 });
   * const stream = layer.stream();
   * const h = stream.step(Float32Array.of(1, -1)).slice();
   * h.length; // 3
   */
  step(given: TensorLike): Float32Array {
    this.alive();
    const { heap, layers, batch: B } = this;
    const frame = floats(heap, "frame", given, this.inputs);
    this.alive();
    // sameAxes() takes 40 ns, and this is the shape of nearly all frames
    const usual = !(frame instanceof Tensor) || (frame.shape.length === 2 && frame.shape[0] === B);
    if (!usual) sameAxes("frame", frame, this.frameShape);
    if (this.version !== this.layer.parameters.version) this.pack();
    let from = pointerOf(heap, frame);
    // that of the step before may be the frame, from any element on
    if (from < 0 || (from < this.y + 4 * this.outputs && this.y < from + 4 * this.inputs)) {
      copyIn(heap, this.frame, frame, from, this.inputs);
      from = this.frame;
    }
    for (let k = 0; k < layers.length; k++) {
      const { unit, at } = layers[k];
      unit.step(at, from, B);
      from = at.y;
    }
    return this.memory.view(this.y, this.outputs);
  }

  /**
   * Sets the state, or that of one session, to what is given, or to 0. Throws RangeError for other sizes.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3 });
   * const stream = layer.stream();
   * stream.step(Float32Array.of(1, -1));
   * stream.reset();
   * stream.save().h; // 0, 0, 0
   */
  reset(options?: Reset): void {
    this.alive();
    const keys = [...this.states.map(({ name }) => `${name}0`), "session"];
    const given = check.options<Record<string, TensorLike | undefined>>("options", options as never, keys);
    this.alive();
    const { heap, layers, states } = this;
    const { first, count } = this.sessions(given);
    const arrays = states.map(({ name, width }) => {
      return givenState(heap, `${name}0`, given[`${name}0`], [layers.length, count, width]);
    });
    const from = bring(heap, arrays).at;
    states.forEach((state, i) => {
      layers.forEach(({ at }, k) => {
        const to = at[state.name] + 4 * stateSize(state, first);
        putState(heap, state, to, part(from[i], k * count * state.width), count);
      });
    });
  }

  /**
   * Copies the state, or that of one session.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3 });
   * const stream = layer.stream();
   * const state = stream.save();
   * state.h.length; // 3
   */
  save(options?: SessionOptions): Snapshot {
    this.alive();
    const read = check.options("options", options, ["session"]);
    this.alive();
    const { first, count } = this.sessions(read);
    const { f32 } = this.heap;
    const saved = this.states.map(({ name, width, row }) => {
      const values = new Float32Array(this.layers.length * count * width);
      this.layers.forEach(({ at }, k) => {
        for (let b = 0; b < count; b++) {
          const from = (at[name] >>> 2) + (first + b) * row;
          values.set(f32.subarray(from, from + width), (k * count + b) * width);
        }
      });
      return [name, values];
    });
    return Object.fromEntries(saved) as Snapshot;
  }

  /**
   * Sets the state, or that of one session, to one that save() has returned. Throws RangeError for other lengths.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3 });
   * const stream = layer.stream();
   * const state = stream.save();
   * stream.step(Float32Array.of(1, -1));
   * stream.restore(state);
   * stream.save().h; // 0, 0, 0
   */
  restore(state: Snapshot, options?: SessionOptions): void {
    this.alive();
    const names = this.states.map(({ name }) => name);
    const given = check.options("state", state ?? null, names) as Record<string, TensorLike>;
    const read = check.options("options", options, ["session"]);
    this.alive();
    const { count } = this.sessions(read);
    const arrays = this.states.map(({ name, width }) => {
      const values = check.numbers(`state.${name}`, given[name]);
      return [`${name}0`, check.lengthOf(`state.${name}`, values, this.layers.length * count * width)];
    });
    this.reset({ ...Object.fromEntries(arrays), ...read } as Reset);
  }

  /**
   * Makes a stream that goes on from the state of this one and lives on its own.
   *
   * @example
   * const layer = lstm(sc, { inputSize: 2, hiddenSize: 3 });
   * const stream = layer.stream();
   * const other = stream.fork();
   * other.step(Float32Array.of(1, -1)).length; // 3
   */
  fork(): RecurrentStream<Snapshot, Reset> {
    this.alive();
    const fork = this.layer.stream({ batch: this.batch });
    fork.restore(this.save());
    return fork;
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
    if (!this.heap.disposed) this.living();
    this.memory.dispose();
  }

  private pack(): void {
    for (const { unit, at } of this.layers) unit.pack(at);
    this.version = this.layer.parameters.version;
  }

  /** The sessions that are meant. */
  private sessions({ session }: SessionOptions): { first: number; count: number } {
    if (session === undefined) return { first: 0, count: this.batch };
    return { first: check.integer("session", session, 0, this.batch - 1), count: 1 };
  }

  /** Throws Error after dispose() of the stream or of its layer. */
  private alive(): void {
    this.living();
    this.layer.alive();
  }

  private living(): void {
    if (this.memory.pointer === 0) throw new Error("this stream is disposed");
  }
}
