import { DROPOUT } from "../backend/parts.js";
import * as check from "../check.js";
import type { Heap } from "../memory/heap.js";

import { Result } from "../memory/result.js";
import { heapOf, randomOf, type Softcell } from "../memory/softcell.js";
import { type Floats, floats, locate, pointerOf, Tensor, type TensorLike } from "../memory/tensor.js";
import { generator, type Random } from "../random.js";
import { Layer } from "./layer.js";
import type { Parameters } from "./parameters.js";

/** Options of dropout(). */
export interface DropoutOptions {
  /** The probability that an element is dropped, in [0, 1). Default 0.5. */
  p?: number;
  /** Of the masks. Default: the generator of the instance goes on. */
  seed?: number;
}

interface DropMask {
  shape: readonly number[];
  length: number;
  /** What the mask is a function of, besides the index. */
  key: number;
  training: boolean;
}

/**
 * Sets elements to 0 with probability p and divides the others by 1 - p, as torch.nn.Dropout; in inference everything
 * stays as it is. A dropped element is 0 whatever it was, where PyTorch keeps NaN. Without parameters.
 */
export class Dropout extends Layer<never> {
  /** The probability that an element is dropped. */
  readonly p: number;
  protected override readonly options: DropoutOptions;
  private readonly random: Random;
  private readonly output: Result;
  private readonly dInput: Result;
  /** Of the last forward, until its backward. */
  private saved: DropMask | undefined;

  /** @internal */
  constructor(heap: Heap, random: Random, options: DropoutOptions, shared?: Parameters) {
    check.options("options", options, ["p", "seed"]);
    const { p = 0.5, seed } = options;
    check.fraction("p", p);
    const own = generator(random, seed);
    super(heap, "dropout", shared ?? {});
    this.options = options;
    this.p = p;
    this.random = own;
    this.output = this.own(new Result(heap, this.home));
    this.dInput = this.own(new Result(heap, this.home));
  }

  /**
   * x of any shape => a tensor like it, of this layer: live until its next forward. Each forward in training draws a mask, which depends on the seed and on how many were drawn before.
   *
   * @example
   * const drop = dropout(sc, { p: 0.5, seed: 1 });
   * drop.forward(Float32Array.of(1, 2, 3, 4)).data; // 0, 4, 0, 0
   * drop.forward(Float32Array.of(1, 2), { training: false }).data; // 1, 2
   */
  forward(given: TensorLike, options: { training?: boolean } = {}): Tensor {
    this.alive();
    check.options("options", options, ["training"]);
    const { training = this.training } = options;
    check.boolean("training", training);
    const x = floats(this.heap, "x", given);
    const mask = { shape: x instanceof Tensor ? x.shape : [x.length], length: x.length, key: 0, training };
    const y = this.apply(this.output, x, mask, () => {
      this.home.restart();
      if (training) mask.key = this.random.next();
    });
    this.saved = mask;
    return y;
  }

  protected override again(parameters: Parameters): Dropout {
    return new Dropout(this.heap, this.random, this.options, parameters);
  }

  /**
   * The gradient of the input of the last forward, through the same mask: a tensor of this layer, live until its next
   * backward. dOutput like the result of forward. Throws Error before forward.
   *
   * @example
   * const drop = dropout(sc, { p: 0.5, seed: 1 });
   * drop.forward(Float32Array.of(1, 2, 3, 4));
   * drop.backward(Float32Array.of(1, 1, 1, 1)).data; // 0, 2, 0, 0
   */
  backward(given: TensorLike): Tensor {
    this.alive();
    if (!this.saved) throw new Error("dropout: backward expected a forward before it");
    const dOutput = floats(this.heap, "dOutput", given, this.saved.shape);
    const dx = this.apply(this.dInput, dOutput, this.saved);
    this.saved = undefined;
    return dx;
  }

  /** `ready` is called when nothing can fail any more. */
  private apply(result: Result, x: Floats, mask: DropMask, ready?: () => void): Tensor {
    const { heap, p } = this;
    const n = mask.length;
    const pointer = pointerOf(heap, x);
    const y = result.ensure(mask.shape);
    ready?.();
    dropElements(heap, y.pointer, locate(heap, x, pointer, y.pointer), n, mask.key, mask.training ? p : 0);
    return y;
  }
}

/** y [n] = x [n], each element dropped with probability p, by a mask that is a function of key; y may be x. */
export function dropElements(heap: Heap, y: number, x: number, n: number, key: number, p: number): void {
  heap.kernels.dropout(y, x, n, key, Math.min(Math.round(p * 2 ** 32), 2 ** 32 - 1), 1 / (1 - p));
}

/**
 * Zeros at random places in training, by a seed, and the rest divided by 1 - p; in inference nothing changes:
 * torch.nn.Dropout. Throws TypeError for a wrong kind, RangeError for a wrong value.
 *
 * @example
 * const drop = dropout(sc, { p: 0.5, seed: 1 });
 * drop.forward([1, 1, 1, 1]).data; // 0, 2, 0, 0
 */
export function dropout(sc: Softcell, options: DropoutOptions = {}): Dropout {
  return new Dropout(heapOf(sc, DROPOUT), randomOf(sc), options);
}
