import * as check from "../check.js";
import { linearScratch } from "../contract.js";
import { Block, place, Result, total } from "../memory/block.js";
import type { Heap } from "../memory/heap.js";
import { stage } from "../memory/stage.js";
import { type Floats, floats, pointerOf, type Tensor } from "../memory/tensor.js";
import type { Random } from "../train/random.js";
import { Layer, lastAxis, positive } from "./layer.js";

/** Options of linear(). */
export interface LinearOptions {
  /** The size of the last axis of x. */
  inFeatures: number;
  /** That of y. */
  outFeatures: number;
  /** Default true. */
  bias?: boolean;
}

/**
 * y = x W^T + b, summed in float64: weight [outFeatures, inFeatures], bias [outFeatures], at first uniform in +-1 /
 * sqrt(inFeatures).
 */
export class Linear extends Layer {
  /** The size of the last axis of x. */
  readonly inFeatures: number;
  /** That of y. */
  readonly outFeatures: number;
  private readonly input: Block;
  private readonly output: Result;
  private readonly dInput: Result;
  /** Shape of the input of the last forward, until its backward. */
  private saved: readonly number[] | undefined;

  /** @internal */
  constructor(heap: Heap, random: Random, options: LinearOptions) {
    check.options("options", options ?? {}, ["inFeatures", "outFeatures", "bias"]);
    const inFeatures = positive("inFeatures", options?.inFeatures);
    const outFeatures = positive("outFeatures", options?.outFeatures);
    const bias = options.bias === undefined || check.boolean("bias", options.bias);
    const weight = [outFeatures, inFeatures];
    super(heap, "linear", bias ? { weight, bias: [outFeatures] } : { weight }, true);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.parameters.fillUniform(random, 1 / Math.sqrt(inFeatures));
    this.input = this.own(new Block(heap));
    this.output = this.own(new Result(heap));
    this.dInput = this.own(new Result(heap));
  }

  /**
   * x [..., inFeatures] => a tensor [..., outFeatures] of this layer: live until its next forward. x is kept for
   * backward as a copy. Throws RangeError where the length of x is no multiple of inFeatures.
   *
   * @example
   * const layer = sc.linear({ inFeatures: 2, outFeatures: 1 });
   * layer.loadStateDict({ weight: Float32Array.of(1, 2), bias: Float32Array.of(3) });
   * layer.forward(Float32Array.of(1, 1, 0, 1)).data; // 6, 5
   */
  forward(x: Floats): Tensor {
    this.alive();
    const [heap, I, O] = [this.heap, this.inFeatures, this.outFeatures];
    const shape = lastAxis(floats(heap, "x", x), I);
    const rows = check.product(shape.slice(0, -1));
    const [pointer, n] = [pointerOf(heap, x), x.length];
    const sizes = { x: rows * I, work: linearScratch(rows, I, O) };
    const outputShape = [...shape.slice(0, -1), O];
    heap.reserve(this.input.missing(total(sizes)) + this.output.missing(outputShape));
    const at = place(this.input.ensure(total(sizes)), sizes);
    if (pointer < 0) heap.f32.set(x as Float32Array, at.x >>> 2);
    else heap.f32.copyWithin(at.x >>> 2, pointer >>> 2, (pointer >>> 2) + n);
    const y = this.output.ensure(outputShape);
    const { weight, bias } = this.params;
    heap.kernels.linearForward(y.pointer, at.x, weight.pointer, bias?.pointer ?? 0, rows, I, O, at.work);
    this.saved = shape;
    return y;
  }

  /**
   * Adds the gradients of the last forward to params.*.grad and returns the gradient of its input, a tensor of this
   * layer: live until its next backward. dOutput [..., outFeatures]. Throws Error before forward.
   *
   * @example
   * const layer = sc.linear({ inFeatures: 2, outFeatures: 1 });
   * layer.loadStateDict({ weight: Float32Array.of(1, 2), bias: Float32Array.of(3) });
   * layer.forward(Float32Array.of(1, 1));
   * layer.backward(Float32Array.of(1)).data; // 1, 2
   * layer.params.weight.grad; // 1, 1
   */
  backward(dOutput: Floats): Tensor {
    this.alive();
    if (!this.saved) throw new Error("linear: backward expected a forward before it");
    const [heap, I, O, shape] = [this.heap, this.inFeatures, this.outFeatures, this.saved];
    const rows = check.product(shape.slice(0, -1));
    floats(heap, "dOutput", dOutput, [...shape.slice(0, -1), O]);
    const { given, at } = stage(heap, { dOutput }, { work: linearScratch(rows, I, O) });
    const dx = this.dInput.ensure(shape);
    const { weight, bias } = this.params;
    heap.kernels.linearBackward(
      weight.gradPointer,
      weight.widePointer,
      bias?.gradPointer ?? 0,
      bias?.widePointer ?? 0,
      dx.pointer,
      given.dOutput,
      this.input.pointer,
      weight.pointer,
      rows,
      I,
      O,
      at.work,
    );
    this.saved = undefined;
    return dx;
  }
}
