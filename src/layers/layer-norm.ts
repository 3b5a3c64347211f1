import { LAYER_NORM } from "../backend/parts.js";
import * as check from "../check.js";
import { Block } from "../memory/block.js";
import { constant } from "../memory/disposable.js";
import type { Heap } from "../memory/heap.js";
import { Result } from "../memory/result.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import { copyIn, fitting, floats, pointerOf, type Tensor, type TensorLike } from "../memory/tensor.js";
import { Layer, lastAxis, positive } from "./layer.js";
import type { Parameters } from "./parameters.js";

/** Options of layerNorm(). */
export interface LayerNormOptions {
  /** The size of the last axis. */
  normalizedShape: number;
  /** Added to the variance. Default 1e-5. */
  eps?: number;
  /** Whether there are a weight and a bias. Default true. */
  elementwiseAffine?: boolean;
  /** Whether there is a bias beside the weight. Default true. */
  bias?: boolean;
}

/**
 * y = (x - mean) / sqrt(variance + eps) weight + bias over the last axis, as torch.nn.LayerNorm (arXiv 1607.06450), the
 * variance over n: weight [normalizedShape], at first 1, bias [normalizedShape], at first 0. Computed in float64,
 * rounded once.
 */
export class LayerNorm extends Layer<"weight" | "bias"> {
  /** The size of the last axis. */
  readonly normalizedShape: number;
  /** What is added to the variance. */
  readonly eps: number;
  protected override readonly options: LayerNormOptions;
  private readonly input: Block;
  private readonly output: Result;
  private readonly dInput: Result;
  /** Shape of the input of the last forward, until its backward. */
  private saved: readonly number[] | undefined;

  /** @internal */
  constructor(heap: Heap, options: LayerNormOptions, shared?: Parameters) {
    const read = check.options("options", options, ["normalizedShape", "eps", "elementwiseAffine", "bias"]);
    const n = positive("normalizedShape", read.normalizedShape);
    const { eps = 1e-5, elementwiseAffine = true, bias = true } = read;
    check.number("eps", eps, 0, Number.MAX_VALUE);
    check.boolean("elementwiseAffine", elementwiseAffine);
    check.boolean("bias", bias);
    const shapes = { ...(elementwiseAffine && { weight: [n] }), ...(elementwiseAffine && bias && { bias: [n] }) };
    super(heap, "layerNorm", shared ?? shapes);
    this.options = read;
    this.normalizedShape = n;
    this.eps = eps;
    constant(this, "normalizedShape", "eps");
    if (!shared) this.params.weight?.data.fill(1);
    this.input = this.own(new Block(heap));
    this.output = this.own(new Result(heap, this.home));
    this.dInput = this.own(new Result(heap, this.home));
  }

  /**
   * x [..., normalizedShape] => a tensor like it, of this layer: live until its next forward. x is kept for backward as
   * a copy. Throws RangeError where the last axis of x, or its length, does not fit.
   *
   * @example
   * const norm = layerNorm(sc, { normalizedShape: 3, eps: 0 });
   * norm.forward(Float32Array.of(1, 2, 3)).data; // -1.2247, 0, 1.2247
   */
  forward(given: TensorLike): Tensor {
    this.alive();
    const { heap, normalizedShape: cols } = this;
    const x = floats(heap, "x", given);
    this.alive();
    const shape = lastAxis(x, cols);
    const [pointer, n] = [pointerOf(heap, x), check.product(shape)];
    heap.reserve(this.input.missing(n) + this.output.missing(shape));
    const at = this.input.ensure(n);
    copyIn(heap, at, x, pointer, n);
    this.home.restart();
    const y = this.output.ensure(shape);
    const { weight, bias } = this.params;
    const parameters = [weight?.pointer ?? 0, bias?.pointer ?? 0] as const;
    heap.kernels.layerNorm(y.pointer, at, ...parameters, n / cols, cols, cols, cols, this.eps);
    this.saved = shape;
    return y;
  }

  protected override again(parameters: Parameters): LayerNorm {
    return new LayerNorm(this.heap, this.options, parameters);
  }

  /**
   * Adds the gradients of the last forward to params.*.grad and returns the gradient of its input, a tensor of this
   * layer: live until its next backward. dOutput like the result of forward. Throws Error before forward.
   *
   * @example
   * const norm = layerNorm(sc, { normalizedShape: 3, eps: 0 });
   * norm.forward(Float32Array.of(1, 2, 3));
   * norm.backward(Float32Array.of(1, 0, 0)).data; // 0.2041, -0.4082, 0.2041
   */
  backward(given: TensorLike): Tensor {
    this.alive();
    const { heap, normalizedShape: cols } = this;
    const dOutput = floats(heap, "dOutput", given);
    this.alive();
    if (!this.saved) throw new Error("layerNorm: backward expected a forward before it");
    fitting("dOutput", dOutput, this.saved);
    const n = check.product(this.saved);
    const pointer = pointerOf(heap, dOutput);
    const dx = this.dInput.ensure(this.saved);
    // dOutput may share memory with it, or with a gradient
    copyIn(heap, dx.pointer, dOutput, pointer, n);
    const { weight, bias } = this.params;
    heap.kernels.layerNormBackward(
      weight?.gradPointer ?? 0,
      bias?.gradPointer ?? 0,
      dx.pointer,
      dx.pointer,
      this.input.pointer,
      weight?.pointer ?? 0,
      n / cols,
      cols,
      cols,
      cols,
      cols,
      this.eps,
    );
    this.saved = undefined;
    return dx;
  }
}

/**
 * y = (x - mean) / sqrt(variance + eps) weight + bias over the last axis: torch.nn.LayerNorm (arXiv 1607.06450). Throws
 * TypeError for a wrong kind, RangeError for a wrong value.
 *
 * @example
 * const norm = layerNorm(sc, { normalizedShape: 3, eps: 0 });
 * norm.forward([1, 2, 3]).data; // -1.2247, 0, 1.2247
 */
export function layerNorm(sc: Softcell, options: LayerNormOptions): LayerNorm {
  return new LayerNorm(heapOf(sc, LAYER_NORM), options);
}
