import * as check from "../check.js";
import { HEAP_BASE } from "../contract.js";
import { Disposable, PROXY } from "./disposable.js";
import type { Heap } from "./heap.js";
import { describe, nested } from "./inspect.js";
import type { Owner, Piece } from "./piece.js";
import { heapOf, type Softcell } from "./softcell.js";

/** Where what is computed from a tensor gets its place. */
export interface TensorHome {
  /** A tensor of this shape that was not returned since the last forward. */
  next(shape: readonly number[]): Tensor;
}

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
  readonly #home: TensorHome | undefined;
  readonly #piece: Piece;

  /** @internal Zeros. Throws RangeError where the memory cannot grow. */
  constructor(heap: Heap, shape: readonly number[], home?: TensorHome, owner?: Owner) {
    super();
    this.#heap = heap;
    this.#home = home;
    this.shape = Object.freeze([...shape]);
    this.length = check.product(shape);
    this.#piece = heap.allocate(4 * this.length, this, owner ?? this.shape);
  }

  /** @internal */
  static is(value: object): value is Tensor {
    return #piece in value;
  }

  /** @internal */
  get heap(): Heap {
    return this.#heap;
  }

  /** @internal What is computed from a tensor of a layer belongs to the layer, too. */
  get home(): TensorHome | undefined {
    return this.#home;
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

  /** Whether there is nothing left: after dispose(), of the tensor or its instance. */
  get disposed(): boolean {
    return this.#piece.size === 0;
  }

  /**
   * Frees the memory. Throws Error the second time.
   *
   * @example
   * const x = tensor(sc, [3]);
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
   * const x = tensor(sc, [2, 2], [1, 2, 3, 4]);
   * String(x); // Tensor [2, 2] [[1, 2], [3, 4]]
   */
  override toString(): string {
    return `Tensor ${this.disposed ? `[${this.shape.join(", ")}] (disposed)` : describe(this.shape, this.data)}`;
  }

  /**
   * The elements as nested arrays, for JSON.stringify().
   *
   * @example
   * const x = tensor(sc, [2, 2], [1, 2, 3, 4]);
   * JSON.stringify(x); // [[1,2],[3,4]]
   */
  toJSON(): unknown {
    return nested(this.shape, this.data);
  }

  /**
   * The elements in row-major order, as they are now.
   *
   * @example
   * const x = tensor(sc, [2, 2], [1, 2, 3, 4]);
   * [...x]; // [1, 2, 3, 4]
   */
  [Symbol.iterator](): IterableIterator<number> {
    // a copy: what happens in between may make the memory grow
    return this.data.slice().values();
  }
}

/** Numbers as operations return them. */
export type Floats = Tensor | Float32Array;

/**
 * Numbers as operations take them: a tensor is used where it lies, and so is a Float32Array on the memory of the
 * instance; any other array is copied, as float32.
 */
export type TensorLike = Tensor | ArrayLike<number>;

/** Integers as operations take them: any array of numbers or bigints, or one number. They are copied. */
export type Integers = ArrayLike<number> | ArrayLike<bigint> | number;

/** What an operation returns for such an argument. */
export type ResultOf<X> = X extends Tensor ? Tensor : Float32Array;

/**
 * Checks kind, life and owner; the length; or the shape, which `like` has or is: see sameAxes. What it returns is to be
 * used, not the argument, which may be an array of any kind.
 */
export function floats(heap: Heap, name: string, value: unknown, like?: number | Floats | readonly number[]): Floats {
  let x: Floats;
  if (!(value instanceof Tensor)) x = check.numbers(name, value);
  else {
    if (!Tensor.is(value) || value.disposed || value.heap !== heap) refuseTensor(heap, name, value);
    x = value;
  }
  return like === undefined ? x : fitting(name, x, like);
}

/** Checks where a result goes: a tensor, or a Float32Array. Undefined where none is given. */
export function outOf(
  heap: Heap,
  value: unknown,
  like: number | Floats | readonly number[],
  name = "out",
): Floats | undefined {
  if (value === undefined) return undefined;
  if (!(value instanceof Tensor)) return fitting(name, check.float32Array(name, value), like);
  return floats(heap, name, value, like);
}

function fitting(name: string, x: Floats, like: number | Floats | readonly number[]): Floats {
  if (typeof like === "number") return check.lengthOf(name, x, like);
  const shape = like instanceof Tensor ? like.shape : Array.isArray(like) ? like : undefined;
  check.lengthOf(name, x, Array.isArray(like) ? check.product(like) : (like as Floats).length);
  if (shape) sameAxes(name, x, shape);
  return x;
}

/**
 * A new tensor for the result of an operation: that of the layer to which an argument belongs, or else the user's.
 * Throws RangeError where the memory cannot grow.
 */
export function resultTensor(heap: Heap, shape: readonly number[], ...args: (Floats | undefined)[]): Tensor {
  for (const arg of args) {
    if (!(arg instanceof Tensor && arg.home)) continue;
    let tensor: Tensor;
    // of the forward before, which is still read
    do tensor = arg.home.next(shape);
    while (args.includes(tensor));
    return tensor;
  }
  return new Tensor(heap, shape);
}

function refuseTensor(heap: Heap, name: string, value: Tensor): never {
  heap.alive();
  if (!Tensor.is(value)) throw new TypeError(`"${name}" expected a tensor, got ${PROXY}`);
  if (value.disposed) throw new Error(`"${name}" expected a living tensor, got a disposed one`);
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

/** 4 GiB of float32. */
const MOST = 2 ** 30;

/**
 * A new tensor of this shape in the memory of the instance, with zeros or a copy of `data`, an array of numbers or a
 * tensor. It belongs to you: dispose() it, or declare it with `using`. Throws TypeError for a wrong kind, and RangeError
 * for a size that does not fit or that the memory has no room for.
 *
 * @example
 * const x = tensor(sc, [2, 3], [1, 2, 3, 4, 5, 6]);
 * x.data[3]; // 4
 * x.dispose();
 */
export function tensor(sc: Softcell, shape: readonly number[], data?: TensorLike): Tensor {
  const heap = heapOf(sc);
  heap.alive();
  const length = check.product(check.shapeOf("shape", shape));
  if (length > MOST) throw new RangeError(`"shape" expected at most 2^30 elements, got [${shape}]`);
  const values = data === undefined ? undefined : floats(heap, "data", data, length);
  const from = values === undefined ? -1 : pointerOf(heap, values);
  const made = new Tensor(heap, shape);
  if (from >= 0) heap.f32.copyWithin(made.pointer >>> 2, from >>> 2, (from >>> 2) + length);
  else if (values) heap.f32.set(values as Float32Array, made.pointer >>> 2);
  return made;
}
