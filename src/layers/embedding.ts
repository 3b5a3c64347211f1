import { EMBEDDING } from "../backend/parts.js";
import * as check from "../check.js";
import { Block } from "../memory/block.js";
import { constant } from "../memory/disposable.js";
import type { Heap } from "../memory/heap.js";
import { bring } from "../memory/places.js";
import { Result } from "../memory/result.js";
import { heapOf, randomOf, type Softcell } from "../memory/softcell.js";
import { fitting, floats, type Integers, type Tensor, type TensorLike } from "../memory/tensor.js";
import { normal, type Random } from "../random.js";
import { Layer, positive } from "./layer.js";
import type { Parameters } from "./parameters.js";

/** Options of embedding(). */
export interface EmbeddingOptions {
  /** The number of rows of the table: indices are below it. */
  numEmbeddings: number;
  /** The length of a vector. */
  embeddingDim: number;
  /** A row that starts as 0 and gets no gradient, such as that of padding; a negative one counts from the end. */
  paddingIdx?: number;
}

/**
 * A table of vectors, picked by index, as torch.nn.Embedding: weight [numEmbeddings, embeddingDim], at first standard
 * normal but for the tails, which end at 6 (fillNormal has them whole), the row at paddingIdx 0.
 */
export class Embedding extends Layer<"weight"> {
  /** The number of rows of the table. */
  readonly numEmbeddings: number;
  /** The length of a vector. */
  readonly embeddingDim: number;
  private readonly random: Random;
  protected override readonly options: EmbeddingOptions;
  /** -1 for none. */
  private readonly paddingIdx: number;
  private readonly ids: Block;
  private readonly output: Result;
  private saved: readonly number[] | undefined;

  /** @internal */
  constructor(heap: Heap, random: Random, options: EmbeddingOptions, shared?: Parameters) {
    const read = check.options("options", options, ["numEmbeddings", "embeddingDim", "paddingIdx"]);
    const numEmbeddings = positive("numEmbeddings", read.numEmbeddings);
    const embeddingDim = positive("embeddingDim", read.embeddingDim);
    const { paddingIdx } = read;
    if (paddingIdx !== undefined) check.integer("paddingIdx", paddingIdx, -numEmbeddings, numEmbeddings - 1);
    super(heap, "embedding", shared ?? { weight: [numEmbeddings, embeddingDim] });
    this.random = random;
    this.options = read;
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx = paddingIdx === undefined ? -1 : paddingIdx + (paddingIdx < 0 ? numEmbeddings : 0);
    constant(this, "numEmbeddings", "embeddingDim");
    if (!shared) this.initialize();
    this.ids = this.own(new Block(heap));
    this.output = this.own(new Result(heap, this.home));
  }

  private initialize(): void {
    const { data } = this.params.weight;
    for (let i = 0; i < data.length; i++) data[i] = normal(this.random);
    const from = this.paddingIdx * this.embeddingDim;
    if (from >= 0) data.fill(0, from, from + this.embeddingDim);
  }

  /**
   * The rows of the table at `ids`, a tensor [...shape, embeddingDim] of this layer: live until its next forward.
   * shape: that of ids, [ids.length] by default. Throws RangeError for an index outside the table.
   *
   * @example
   * const table = embedding(sc, { numEmbeddings: 2, embeddingDim: 2 });
   * table.loadStateDict({ weight: Float32Array.of(1, 2, 3, 4) });
   * table.forward(Int32Array.of(1, 0)).data; // 3, 4, 1, 2
   */
  forward(given: Integers, options?: { shape?: readonly number[] }): Tensor {
    this.alive();
    const read = check.options("options", options, ["shape"]);
    const ids = check.integers("ids", given);
    this.alive();
    check.indices("ids", ids, this.numEmbeddings);
    const leading = read.shape === undefined ? [ids.length] : check.shapeOf("shape", read.shape);
    check.lengthOf("ids", ids, check.product(leading));
    const shape = [...leading, this.embeddingDim];
    this.heap.reserve(this.ids.missing(ids.length) + this.output.missing(shape));
    const at = this.ids.ensure(ids.length);
    this.home.restart();
    const y = this.output.ensure(shape);
    this.heap.i32.set(ids, at >>> 2);
    this.heap.kernels.embedding(y.pointer, this.params.weight.pointer, at, ids.length, this.embeddingDim);
    this.saved = shape;
    return y;
  }

  protected override again(parameters: Parameters): Embedding {
    return new Embedding(this.heap, this.random, this.options, parameters);
  }

  /**
   * Adds the gradient of the last forward to params.weight.grad, but for the row at paddingIdx. dOutput as its result.
   * Throws Error before forward.
   *
   * @example
   * const table = embedding(sc, { numEmbeddings: 2, embeddingDim: 2 });
   * table.forward(Int32Array.of(1, 1));
   * table.backward(Float32Array.of(1, 2, 1, 2));
   * table.params.weight.grad; // 0, 0, 2, 4
   */
  backward(given: TensorLike): void {
    this.alive();
    const dOutput = floats(this.heap, "dOutput", given);
    this.alive();
    if (!this.saved) throw new Error("embedding: backward expected a forward before it");
    fitting("dOutput", dOutput, this.saved);
    const n = check.product(this.saved) / this.embeddingDim;
    const { weight } = this.params;
    const dy = bring(this.heap, [dOutput], 0, [weight.gradPointer, weight.length]).at[0];
    this.saved = undefined;
    const { embeddingDim, paddingIdx } = this;
    this.heap.kernels.embeddingBackward(weight.gradPointer, dy, this.ids.pointer, n, embeddingDim, paddingIdx);
  }
}

/**
 * A table of vectors, picked by index: torch.nn.Embedding. Throws TypeError for a wrong kind, RangeError for a wrong
 * value.
 *
 * @example
 * const table = embedding(sc, { numEmbeddings: 10, embeddingDim: 4 });
 * table.forward([3, 3]).shape; // 2, 4
 */
export function embedding(sc: Softcell, options: EmbeddingOptions): Embedding {
  return new Embedding(heapOf(sc, EMBEDDING), randomOf(sc), options);
}
