import * as check from "../check.js";
import { padded } from "../memory/block.js";
import type { Heap } from "../memory/heap.js";
import type { Owner, Piece } from "../memory/piece.js";
import type { Random } from "../random.js";

/** One tensor of a state dict. */
export interface StateEntry {
  /** The elements, row-major. */
  data: Float32Array;
  /** The size of each axis; [] for a single number. */
  shape: readonly number[];
}

/** Parameters by PyTorch's names. A bare array is taken to have the shape that is expected. */
export type StateDict = Record<
  string,
  | {
      /** The values, row by row. */
      data: ArrayLike<number>;
      /** The size of each axis. */
      shape: readonly number[];
    }
  | ArrayLike<number>
>;

/**
 * The arrays of a state in the order of `shapes`. Throws RangeError for a missing, surplus or wrongly shaped key,
 * TypeError for a wrong kind.
 */
export function checkState(state: StateDict, shapes: Readonly<Record<string, readonly number[]>>): Float32Array[] {
  if (typeof state !== "object" || state === null) throw new TypeError(`"state" expected an object of arrays`);
  const names = Object.keys(shapes);
  const missing = names.filter((name) => !Object.hasOwn(state, name));
  const surplus = Object.keys(state).filter((name) => !Object.hasOwn(shapes, name));
  if (missing.length || surplus.length) {
    throw new RangeError(`"state" expected ${names.join(", ")}, got ${Object.keys(state).join(", ")}`);
  }
  return names.map((name) => entryOf(`state.${name}`, state[name], shapes[name]));
}

function entryOf(title: string, value: unknown, shape: readonly number[]): Float32Array {
  const bare = typeof value !== "object" || value === null || !("data" in value);
  const entry = value as StateEntry;
  if (!bare) check.sameShape(`${title}.shape`, check.shapeOf(`${title}.shape`, entry.shape), shape);
  const data = bare ? check.numbers(title, value) : check.numbers(`${title}.data`, entry.data);
  return check.lengthOf(title, data, check.product(shape));
}

/**
 * A parameter of a layer and its gradient, both live views: valid until the memory grows, so read them again each time.
 * Both throw Error once the layer is disposed. You may write to both. Layers keep packed copies of some parameters: to
 * read `data` tells the layer that you may write to it; after you wrote to a view that you kept, call layer.refresh().
 */
export class Parameter {
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** Number of elements. */
  readonly length: number;
  /** @internal Byte pointers. */
  readonly pointer: number;
  /** @internal */
  readonly gradPointer: number;
  private readonly owner: Parameters;
  private readonly index: number;

  /** @internal The `index`-th of the owner. */
  constructor(owner: Parameters, index: number, shape: readonly number[], pointer: number, gradPointer: number) {
    this.owner = owner;
    this.index = index;
    this.shape = Object.freeze([...shape]);
    this.length = check.product(shape);
    this.pointer = pointer;
    this.gradPointer = gradPointer;
    Object.freeze(this);
  }

  /** A live view on the values. */
  get data(): Float32Array {
    this.alive();
    this.owner.version++;
    return this.owner.view(2 * this.index, this.pointer, this.length);
  }

  /** A live view on the gradient, which adds up until zeroGrad(). */
  get grad(): Float32Array {
    this.alive();
    return this.owner.view(2 * this.index + 1, this.gradPointer, this.length);
  }

  private alive(): void {
    this.owner.heap.alive();
    if (this.owner.disposed) throw new Error(`this parameter of shape [${this.shape}] is disposed`);
  }
}

/**
 * The parameters of one layer: one flat buffer of values and one of gradients, so that an optimiser is one kernel call.
 * Each parameter starts at a multiple of 64 bytes; the gaps stay 0.
 */
export class Parameters {
  /** @internal Byte pointers of the flat buffers, and their length in elements. */
  readonly values: number;
  /** @internal */
  readonly grads: number;
  /** @internal */
  readonly size: number;
  readonly byName: Readonly<Record<string, Parameter>>;
  readonly heap: Heap;
  /** Raised whenever the values change, or may: whoever keeps a copy of them compares it. */
  version = 0;
  private readonly piece: Piece;

  /** Zeros. Throws RangeError where the memory cannot grow. */
  constructor(heap: Heap, shapes: Readonly<Record<string, readonly number[]>>, owner: Owner) {
    this.heap = heap;
    const sizes = Object.values(shapes).map((shape) => padded(check.product(shape)) / 4);
    this.size = sizes.reduce((sum, n) => sum + n, 0);
    this.piece = heap.allocate(8 * this.size, this, owner);
    this.values = this.piece.start;
    this.grads = this.values + 4 * this.size;
    let at = 0;
    const entries = Object.entries(shapes).map(([name, shape], i) => {
      const parameter = new Parameter(this, i, shape, this.values + 4 * at, this.grads + 4 * at);
      at += sizes[i];
      return [name, parameter] as const;
    });
    this.byName = Object.freeze(Object.fromEntries(entries));
  }

  get disposed(): boolean {
    return this.piece.size === 0;
  }

  view(index: number, at: number, length: number): Float32Array {
    return this.heap.viewOf(this.piece, index, at, length);
  }

  /** All parameters uniform in [-bound, bound). */
  fillUniform(random: Random, bound: number): void {
    for (const { data } of Object.values(this.byName)) {
      for (let i = 0; i < data.length; i++) data[i] = (2 * random.uniform() - 1) * bound;
    }
  }

  zeroGrad(): void {
    this.heap.f32.fill(0, this.grads >>> 2, (this.grads >>> 2) + this.size);
  }

  /** Copies of all parameters. */
  stateDict(): Record<string, StateEntry> {
    const { f32 } = this.heap;
    const entries = Object.entries(this.byName).map(([name, { pointer, length, shape }]) => {
      return [name, { data: f32.slice(pointer >>> 2, (pointer >>> 2) + length), shape }];
    });
    return Object.fromEntries(entries);
  }

  /** Throws as checkState; nothing is written then. */
  loadStateDict(state: StateDict): void {
    const parameters = Object.values(this.byName);
    const shapes = Object.fromEntries(Object.entries(this.byName).map(([name, { shape }]) => [name, shape]));
    checkState(state, shapes).forEach((values, i) => {
      parameters[i].data.set(values);
    });
  }

  dispose(): void {
    this.heap.free(this.piece);
  }
}
