import * as check from "../check.js";
import { HEAP_BASE } from "../contract.js";
import { Disposable } from "./disposable.js";
import type { Heap } from "./heap.js";
import { describe, nested } from "./inspect.js";
import type { Owner, Piece } from "./piece.js";

/**
 * A float32 array of some shape in linear memory, row-major. dispose() it, or declare it with `using`: one that is
 * dropped is freed when it is collected, late or never. Tensors that a layer returns belong to the layer.
 */
export class Tensor extends Disposable {
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** Number of elements. */
  readonly length: number;
  // not `private`: consoles and test runners would print the heap
  readonly #heap: Heap;
  readonly #withWide: boolean;
  readonly #piece: Piece;

  /**
   * @internal Zeros, with the float64 behind them (src/contract.ts) if asked for. Throws RangeError where the memory
   * cannot grow.
   */
  constructor(heap: Heap, shape: readonly number[], withWide = false, owner?: Owner) {
    super();
    this.#heap = heap;
    this.shape = Object.freeze([...shape]);
    this.length = check.product(shape);
    this.#withWide = withWide;
    this.#piece = heap.allocate(bytesOf(this.length, withWide), this, owner ?? this.shape);
  }

  /** @internal */
  get heap(): Heap {
    return this.#heap;
  }

  /** A live view on the elements, valid until the memory grows: read it again after any call that may allocate. */
  get data(): Float32Array {
    return this.#heap.viewOf(this.#piece, 0, this.pointer, this.length);
  }

  /** The byte offset in linear memory. Throws Error after dispose(), of the tensor or its instance. */
  get pointer(): number {
    if (this.disposed) this.refuse();
    return this.#piece.start;
  }

  private refuse(): never {
    this.#heap.alive();
    throw new Error(`this tensor of shape [${this.shape}] is disposed`);
  }

  /** @internal Bytes for so many elements. */
  static bytes(length: number, withWide: boolean): number {
    return bytesOf(length, withWide);
  }

  /** @internal The byte offset of the float64 behind the elements, 0 for none. */
  get widePointer(): number {
    return this.#withWide ? this.pointer + 8 * Math.ceil(this.length / 2) : 0;
  }

  /** Whether there is nothing left: after dispose(), of the tensor or its instance. */
  get disposed(): boolean {
    return this.#piece.size === 0;
  }

  /**
   * Frees the memory. Throws Error the second time.
   *
   * @example
   * const x = sc.tensor([3]);
   * x.dispose();
   * x.disposed; // true
   */
  dispose(): void {
    if (this.disposed && !this.#heap.disposed) this.refuse();
    this.#heap.free(this.#piece);
  }

  /**
   * Shape and elements, as console.log() shows them. More than 100 are shortened to three at each end of an axis.
   *
   * @example
   * const x = sc.tensor([2, 2], Float32Array.of(1, 2, 3, 4));
   * String(x); // 'Tensor [2, 2] [[1, 2], [3, 4]]'
   */
  override toString(): string {
    return `Tensor ${this.disposed ? `[${this.shape.join(", ")}] (disposed)` : describe(this.shape, this.data)}`;
  }

  /**
   * The elements as nested arrays, for JSON.stringify().
   *
   * @example
   * const x = sc.tensor([2, 2], Float32Array.of(1, 2, 3, 4));
   * JSON.stringify(x); // '[[1,2],[3,4]]'
   */
  toJSON(): unknown {
    return nested(this.shape, this.data);
  }

  /**
   * The elements in row-major order, as they are now.
   *
   * @example
   * const x = sc.tensor([2, 2], Float32Array.of(1, 2, 3, 4));
   * [...x]; // [1, 2, 3, 4]
   */
  [Symbol.iterator](): IterableIterator<number> {
    // a copy: what happens in between may make the memory grow
    return this.data.slice().values();
  }
}

// apart, since a class that names itself gets another name in dist/
function bytesOf(length: number, withWide: boolean): number {
  return withWide ? 8 * Math.ceil(length / 2) + 8 * length : 4 * length;
}

/** What operations take: a tensor is used where it lies, a view on our memory too; any other array is copied in. */
export type Floats = Tensor | Float32Array;

/** Checks kind, life and owner; the length; or the shape, which `like` has or is: see sameAxes. */
export function floats(heap: Heap, name: string, value: unknown, like?: number | Floats | readonly number[]): Floats {
  if (!(value instanceof Tensor)) check.float32Array(name, value);
  else if (value.disposed || value.heap !== heap) refuseTensor(heap, name, value);
  const x = value as Floats;
  if (like === undefined) return x;
  if (typeof like === "number") return check.lengthOf(name, x, like);
  const shape = like instanceof Tensor ? like.shape : Array.isArray(like) ? like : undefined;
  check.lengthOf(name, x, Array.isArray(like) ? check.product(like) : (like as Floats).length);
  if (shape) sameAxes(name, x, shape);
  return x;
}

function refuseTensor(heap: Heap, name: string, { disposed }: Tensor): never {
  heap.alive();
  if (disposed) throw new Error(`"${name}" expected a living tensor, got a disposed one`);
  throw new TypeError(`"${name}" expected a tensor of this instance, got one of another`);
}

/**
 * Refuses a tensor of another shape with as many elements. One of a single axis is taken as an array is: it has no
 * shape.
 */
export function sameAxes(name: string, x: Floats, shape: readonly number[]): void {
  if (x instanceof Tensor && x.shape.length > 1 && shape.length > 1) check.sameShape(name, x.shape, shape);
}

/** sameAxes() for what is repeated over the leading axes. */
export function sameLastAxes(name: string, x: Floats, shape: readonly number[]): void {
  if (!(x instanceof Tensor)) return;
  const own = x.shape.slice(x.shape.findIndex((size) => size !== 1));
  if (x.length > 1) sameAxes(name, x, [...Array(x.shape.length - own.length).fill(1), ...shape.slice(-own.length)]);
}

/** Where the values lie in linear memory, or -1. To be asked before anything may grow the memory. */
export function pointerOf(heap: Heap, x: Floats): number {
  if (x instanceof Tensor) return x.pointer;
  const at = x.byteOffset;
  // `buffer` of an array of up to 64 bytes makes V8 move it off its heap, 250 ns: it is not asked for needlessly
  return (at === 0 && x.length <= HEAP_BASE / 4) || x.buffer !== heap.buffer ? -1 : at;
}

/** pointerOf, or the values copied to `place`. */
export function locate(heap: Heap, x: Floats, pointer: number, place: number): number {
  if (pointer >= 0) return pointer;
  heap.f32.set(x as Float32Array, place >>> 2);
  return place;
}
