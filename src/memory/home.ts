import type { Heap } from "./heap.js";
import type { Owner } from "./piece.js";
import { Result } from "./result.js";
import type { Taken, Tensor, TensorHome } from "./tensor.js";

/**
 * The tensors that are computed from those of a layer: they belong to it, too, and live until its next forward, from
 * which on the same calls get the same places again, so that a loop allocates nothing.
 */
export class Home implements TensorHome {
  /** Whose memory it is, for messages. */
  owner: Owner | undefined = undefined;
  private readonly heap: Heap;
  private readonly results: Result[] = [];
  private used = 0;

  constructor(heap: Heap) {
    this.heap = heap;
  }

  /** The next tensor: that of the same call after the last restart() if it has this shape, and is not taken. */
  next(shape: readonly number[], taken: Taken): Tensor {
    // what is taken was computed before restart() and is an argument now
    while (this.results[this.used]?.isTaken(taken)) this.used++;
    const result = this.results[this.used] ?? new Result(this.heap, this);
    result.owner = this.owner;
    const tensor = result.ensure(shape);
    this.results[this.used++] = result;
    return tensor;
  }

  /** What was computed may be overwritten from now on. */
  restart(): void {
    this.used = 0;
  }

  dispose(): void {
    for (const result of this.results) result.dispose();
    this.results.length = 0;
    this.used = 0;
  }
}
