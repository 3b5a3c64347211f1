import { product } from "../check.js";
import { pieceBytes } from "./align.js";
import type { Heap } from "./heap.js";
import type { Owner } from "./piece.js";
import { isTaken, type Taken, Tensor, type TensorHome } from "./tensor.js";

/** A tensor that a layer returns again and again: the same object as long as the shape stays. */
export class Result {
  /** Whose memory it is, for messages; by default its own. */
  owner: Owner | undefined = undefined;
  private readonly heap: Heap;
  private readonly home: TensorHome;
  private tensor: Tensor | undefined;

  constructor(heap: Heap, home: TensorHome) {
    this.heap = heap;
    this.home = home;
  }

  private fits(shape: readonly number[]): boolean {
    const old = this.tensor;
    let same = old !== undefined && !old.disposed && old.shape.length === shape.length;
    for (let i = 0; i < shape.length; i++) same &&= old?.shape[i] === shape[i];
    return same;
  }

  /** Bytes that ensure() would allocate, for Heap.reserve. */
  missing(shape: readonly number[]): number {
    return this.fits(shape) ? 0 : pieceBytes(4 * product(shape));
  }

  /** A tensor of this shape. One of another shape is disposed, or added to `old`. */
  ensure(shape: readonly number[], old?: Tensor[]): Tensor {
    if (this.tensor && this.fits(shape)) return this.tensor;
    const tensor = new Tensor(this.heap, shape, this.home, this.owner);
    if (!old) this.dispose();
    else if (this.tensor && !this.tensor.disposed) old.push(this.tensor);
    this.tensor = tensor;
    return tensor;
  }

  /** Whether its tensor lies in what is taken. */
  isTaken(taken: Taken): boolean {
    const { tensor } = this;
    return tensor !== undefined && !tensor.disposed && isTaken(tensor.pointer, tensor.length, taken);
  }

  dispose(): void {
    if (this.tensor && !this.tensor.disposed) this.tensor.dispose();
    this.tensor = undefined;
  }
}

/**
 * ensure() of several results, none of which lies where one of them lay before: that may be an argument of the call.
 */
export function ensureEach(results: readonly Result[], shapes: readonly (readonly number[])[]): Tensor[] {
  const old: Tensor[] = [];
  const tensors = results.map((result, i) => result.ensure(shapes[i], old));
  for (const tensor of old) tensor.dispose();
  return tensors;
}
