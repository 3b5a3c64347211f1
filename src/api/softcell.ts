import * as check from "../check.js";
import { type Backend, type BackendName, PAGE } from "../contract.js";
import { Dropout, type DropoutOptions } from "../layers/dropout.js";
import { Embedding, type EmbeddingOptions } from "../layers/embedding.js";
import type { Layer } from "../layers/layer.js";
import { LayerNorm, type LayerNormOptions } from "../layers/layer-norm.js";
import { Linear, type LinearOptions } from "../layers/linear.js";
import { Lstm } from "../layers/lstm.js";
import { LstmCell } from "../layers/lstm-cell.js";
import type { LstmCellOptions, LstmOptions } from "../layers/lstm-options.js";
import { Heap } from "../memory/heap.js";
import { pointerOf, Tensor } from "../memory/tensor.js";
import { Adam, type AdamOptions } from "../train/adam.js";
import { type ClipGradNormOptions, clipGradNorm, clipGradValue } from "../train/clip.js";
import { Random } from "../train/random.js";
import { Rmsprop, type RmspropOptions } from "../train/rmsprop.js";
import { Sgd, type SgdOptions } from "../train/sgd.js";
import { InitializersApi } from "./initializers.js";

/**
 * Operations, tensors, layers and optimisers on one linear memory.
 *
 * Arrays: a Float32Array in gives a new Float32Array out, a Tensor in gives a Tensor out without a copy, and `out`
 * takes the result where it is given. Tensors that belong together have one shape: only an array, or a tensor of one
 * axis, is taken in its order (`tensor.data` is that of any tensor, without a copy). Errors: TypeError for a wrong
 * kind, RangeError for a wrong size or value, Error for a wrong state; after an error nothing has changed.
 */
export class Softcell extends InitializersApi {
  readonly backend: BackendName;
  /** Why this backend runs. */
  readonly backendReason: string;
  /** @internal */
  protected readonly heap: Heap;
  /** @internal */
  protected readonly random: Random;

  /** @internal */
  constructor(backend: Backend, reason: string, seed: number) {
    super();
    this.backend = backend.name;
    this.backendReason = reason;
    this.heap = new Heap(backend);
    this.random = new Random(seed);
  }

  /** Bytes of the linear memory: all of it, and what is allocated. */
  get memoryUsage(): { total: number; used: number } {
    return this.heap.usage;
  }

  /** A tensor of this shape in linear memory, zeros or a copy of `data`. */
  tensor(shape: readonly number[], data?: Float32Array): Tensor {
    const length = check.product(check.shapeOf("shape", shape));
    if (length > (65536 * PAGE) / 4) throw new RangeError(`"shape" expected at most 2^30 elements, got [${shape}]`);
    if (data !== undefined) check.lengthOf("data", check.float32Array("data", data), length);
    const from = data && pointerOf(this.heap, data);
    const tensor = new Tensor(this.heap, shape);
    if (from !== undefined && from >= 0)
      this.heap.f32.copyWithin(tensor.pointer >>> 2, from >>> 2, (from >>> 2) + length);
    else if (data) tensor.data.set(data);
    return tensor;
  }

  /** A table of vectors, picked by index. */
  embedding(options: EmbeddingOptions): Embedding {
    return new Embedding(this.heap, this.random, options);
  }

  /** y = x W^T + b. */
  linear(options: LinearOptions): Linear {
    return new Linear(this.heap, this.random, options);
  }

  /** y = (x - mean) / sqrt(variance + eps) weight + bias over the last axis. */
  layerNorm(options: LayerNormOptions): LayerNorm {
    return new LayerNorm(this.heap, options);
  }

  /** Zeros at random places in training, by a seed; in inference nothing changes. */
  dropout(options: DropoutOptions = {}): Dropout {
    return new Dropout(this.heap, this.random, options);
  }

  /** A long short-term memory layer. */
  lstm(options: LstmOptions): Lstm {
    return new Lstm(this.heap, this.random, options);
  }

  /** One step of an LSTM, for loops of one's own. */
  lstmCell(options: LstmCellOptions): LstmCell {
    return new LstmCell(this.heap, this.random, options);
  }

  /** Stochastic gradient descent, with momentum, dampening, Nesterov's look ahead and weight decay. */
  sgd(layers: readonly Layer[] | Layer, options: SgdOptions): Sgd {
    return new Sgd(this.heap, layers, options);
  }

  /** Adam, with weight decay by the gradient; AMSGrad with `amsgrad`. */
  adam(layers: readonly Layer[] | Layer, options: AdamOptions = {}): Adam {
    return new Adam(this.heap, layers, options, false);
  }

  /** Adam with decoupled weight decay. */
  adamW(layers: readonly Layer[] | Layer, options: AdamOptions = {}): Adam {
    return new Adam(this.heap, layers, options, true);
  }

  /** RMSProp, centered or not, with momentum. */
  rmsprop(layers: readonly Layer[] | Layer, options: RmspropOptions = {}): Rmsprop {
    return new Rmsprop(this.heap, layers, options);
  }

  /**
   * Scales all gradients of the layers to a common norm of at most maxNorm, Infinity for none; returns the norm before.
   * The norm is the Euclidean one, or another by `normType`.
   */
  clipGradNorm(layers: readonly Layer[] | Layer, maxNorm: number, options?: ClipGradNormOptions): number {
    return clipGradNorm(this.heap, layers, maxNorm, options);
  }

  /** Clamps all gradients of the layers to [-value, value], Infinity for none; NaN stays NaN. */
  clipGradValue(layers: readonly Layer[] | Layer, value: number): void {
    clipGradValue(this.heap, layers, value);
  }
}
