import * as check from "../check.js";
import { type Backend, type BackendName, PAGE } from "../contract.js";
import { Heap } from "../memory/heap.js";
import { pointerOf, Tensor } from "../memory/tensor.js";
import type { Random } from "../train/random.js";
import { RowsApi } from "./rows.js";

/**
 * Functions of rows and tensors on one linear memory; layers and optimisers are made for it: lstm(sc, options).
 *
 * Arrays: a Float32Array in gives a new Float32Array out, a Tensor in gives a Tensor out without a copy, and `out`
 * takes the result where it is given. Tensors that belong together have one shape: only an array, or a tensor of one
 * axis, is taken in its order (`tensor.data` is that of any tensor, without a copy). Errors: TypeError for a wrong
 * kind, RangeError for a wrong size or value, Error for a wrong state; after an error nothing has changed.
 */
export class Softcell extends RowsApi {
  /** The backend that runs. */
  readonly backend: BackendName;
  /** Why this backend runs. */
  readonly backendReason: string;
  /** @internal */
  readonly heap: Heap;
  /** @internal */
  readonly seed: number;
  /** @internal Made when it is asked for, see randomOf(). */
  random?: Random;

  /** @internal */
  constructor(backend: Backend, reason: string, seed: number) {
    super();
    this.backend = backend.name;
    this.backendReason = reason;
    this.heap = new Heap(backend);
    this.seed = seed;
  }

  /**
   * Lets go of the memory and of everything in it, of which whatever is called then throws Error, but for dispose().
   * Live views are detached, arrays stay. Throws Error the second time.
   */
  dispose(): void {
    this.heap.dispose();
  }

  /**
   * Bytes of the linear memory: all of it, and what is allocated.
   *
   * @example
   * sc.memoryUsage.total; // 1048576
   */
  get memoryUsage(): { total: number; used: number } {
    return this.heap.usage;
  }

  /**
   * A tensor of this shape in linear memory, zeros or a copy of `data`.
   *
   * @example
   * const x = sc.tensor([2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
   * x.data[3]; // 4
   * x.dispose();
   */
  tensor(shape: readonly number[], data?: Float32Array): Tensor {
    this.heap.alive();
    const length = check.product(check.shapeOf("shape", shape));
    if (length > (65536 * PAGE) / 4) throw new RangeError(`"shape" expected at most 2^30 elements, got [${shape}]`);
    if (data !== undefined) check.lengthOf("data", check.float32Array("data", data), length);
    const from = data && pointerOf(this.heap, data);
    const tensor = new Tensor(this.heap, shape);
    if (from !== undefined && from >= 0)
      this.heap.f32.copyWithin(tensor.pointer >>> 2, from >>> 2, (from >>> 2) + length);
    else if (data) this.heap.f32.set(data, tensor.pointer >>> 2);
    return tensor;
  }
}
