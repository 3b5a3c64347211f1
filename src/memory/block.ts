import { product } from "../check.js";
import { Heap } from "./heap.js";
import { Tensor } from "./tensor.js";

/** Memory that a layer keeps from call to call. It grows when more is needed; what it held is lost then. */
export class Block {
  private readonly heap: Heap;
  private size = 0;
  /** 0 before the first ensure(). */
  pointer = 0;

  constructor(heap: Heap) {
    this.heap = heap;
  }

  /** Bytes that ensure() would allocate, for Heap.reserve. */
  missing(elements: number): number {
    return elements > this.size || this.pointer === 0 ? Heap.bytes(elements) : 0;
  }

  /** At least `elements` float32 at `pointer`. */
  ensure(elements: number): number {
    if (this.missing(elements)) {
      const at = this.heap.allocate(4 * elements);
      this.dispose();
      this.pointer = at;
      this.size = elements;
    }
    return this.pointer;
  }

  dispose(): void {
    if (this.pointer) this.heap.free(this.pointer);
    this.pointer = 0;
    this.size = 0;
  }
}

/** A tensor that a layer returns again and again: the same object as long as the shape stays. */
export class Result {
  private readonly heap: Heap;
  private tensor: Tensor | undefined;

  constructor(heap: Heap) {
    this.heap = heap;
  }

  private fits(shape: readonly number[]): boolean {
    const old = this.tensor;
    if (!old || old.disposed || old.shape.length !== shape.length) return false;
    return old.shape.every((size, i) => size === shape[i]);
  }

  /** Bytes that ensure() would allocate, for Heap.reserve. */
  missing(shape: readonly number[]): number {
    return this.fits(shape) ? 0 : Heap.bytes(product(shape));
  }

  ensure(shape: readonly number[]): Tensor {
    if (this.tensor && this.fits(shape)) return this.tensor;
    const tensor = new Tensor(this.heap, shape);
    this.dispose();
    this.tensor = tensor;
    return tensor;
  }

  dispose(): void {
    if (this.tensor && !this.tensor.disposed) this.tensor.dispose();
    this.tensor = undefined;
  }
}

/** Hands out consecutive pieces of a block, each aligned to 64 bytes. */
export class Layout {
  private elements = 0;

  /** The offset in bytes of the next piece. */
  add(elements: number): number {
    const at = this.elements * 4;
    this.elements += Math.ceil(elements / 16) * 16;
    return at;
  }

  get size(): number {
    return this.elements;
  }
}
