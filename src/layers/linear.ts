import { LINEAR } from "../backend/parts.js";
import * as check from "../check.js";
import { gemmTNScratch } from "../contract.js";
import { Block, place, total } from "../memory/block.js";
import { constant } from "../memory/disposable.js";
import type { Heap } from "../memory/heap.js";
import { Result } from "../memory/result.js";
import { heapOf, randomOf, type Softcell } from "../memory/softcell.js";
import { copyIn, fitting, floats, pointerOf, type Tensor, type TensorLike } from "../memory/tensor.js";
import type { Random } from "../random.js";
import { Layer, lastAxis, positive } from "./layer.js";
import { Panels } from "./panels.js";
import type { Parameters } from "./parameters.js";

/** Options of linear(). */
export interface LinearOptions {
  /** The size of the last axis of x. */
  inFeatures: number;
  /** That of y. */
  outFeatures: number;
  /** Default true. */
  bias?: boolean;
}

/** Rows that the gradient of the weight takes at a time: their copies stay in L2. */
const CHUNK = 256;

/**
 * y = x W^T + b: weight [outFeatures, inFeatures], bias [outFeatures], at first uniform in +-1 / sqrt(inFeatures). The
 * products use a packed copy of the weight, which is made again after a change: see refresh().
 */
export class Linear extends Layer<"weight" | "bias"> {
  /** The size of the last axis of x. */
  readonly inFeatures: number;
  /** That of y. */
  readonly outFeatures: number;
  private readonly random: Random;
  protected override readonly options: LinearOptions;
  private readonly input: Block;
  private readonly output: Result;
  private readonly dInput: Result;
  private readonly panels: Panels;
  private readonly backwardPanels: Panels;
  /** Shape of the input of the last forward, until its backward. */
  private saved: readonly number[] | undefined;

  /** @internal */
  constructor(heap: Heap, random: Random, options: LinearOptions, shared?: Parameters) {
    const read = check.options("options", options, ["inFeatures", "outFeatures", "bias"]);
    const inFeatures = positive("inFeatures", read.inFeatures);
    const outFeatures = positive("outFeatures", read.outFeatures);
    const bias = read.bias === undefined || check.boolean("bias", read.bias);
    const weight = [outFeatures, inFeatures];
    super(heap, "linear", shared ?? (bias ? { weight, bias: [outFeatures] } : { weight }));
    this.random = random;
    this.options = read;
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    constant(this, "inFeatures", "outFeatures");
    if (!shared) this.parameters.fillUniform(random, 1 / Math.sqrt(inFeatures));
    this.input = this.own(new Block(heap));
    this.output = this.own(new Result(heap, this.home));
    this.dInput = this.own(new Result(heap, this.home));
    this.panels = this.own(new Panels(this.parameters, this.params.weight, true));
    this.backwardPanels = this.own(new Panels(this.parameters, this.params.weight, false));
  }

  /**
   * x [..., inFeatures] => a tensor [..., outFeatures] of this layer: live until its next forward. x is kept for
   * backward as a copy. Throws RangeError where the length of x is no multiple of inFeatures.
   *
   * @example
   * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
   * layer.loadStateDict({ weight: Float32Array.of(1, 2), bias: Float32Array.of(3) });
   * layer.forward(Float32Array.of(1, 1, 0, 1)).data; // 6, 5
   */
  forward(given: TensorLike): Tensor {
    this.alive();
    const { heap } = this;
    const x = floats(heap, "x", given);
    this.alive();
    const shape = lastAxis(x, this.inFeatures);
    const leading = shape.slice(0, -1);
    const outputShape = [...leading, this.outFeatures];
    const [pointer, n] = [pointerOf(heap, x), check.product(shape)];
    heap.reserve(this.input.missing(n) + this.output.missing(outputShape) + this.panels.missing());
    const at = this.input.ensure(n);
    copyIn(heap, at, x, pointer, n);
    this.home.restart();
    const y = this.output.ensure(outputShape);
    this.panels.multiply(y.pointer, this.params.bias?.pointer ?? 0, at, check.product(leading));
    this.saved = shape;
    return y;
  }

  protected override again(parameters: Parameters): Linear {
    return new Linear(this.heap, this.random, this.options, parameters);
  }

  /**
   * Adds the gradients of the last forward to params.*.grad and returns the gradient of its input, a tensor of this
   * layer: live until its next backward. dOutput [..., outFeatures]. Throws Error before forward.
   *
   * @example
   * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
   * layer.loadStateDict({ weight: Float32Array.of(1, 2), bias: Float32Array.of(3) });
   * layer.forward(Float32Array.of(1, 1));
   * layer.backward(Float32Array.of(1)).data; // 1, 2
   * layer.params.weight.grad; // 1, 1
   */
  backward(given: TensorLike): Tensor {
    this.alive();
    const dOutput = floats(this.heap, "dOutput", given);
    this.alive();
    if (!this.saved) throw new Error("linear: backward expected a forward before it");
    const [heap, I, O, shape] = [this.heap, this.inFeatures, this.outFeatures, this.saved];
    const rows = check.product(shape.slice(0, -1));
    fitting("dOutput", dOutput, [...shape.slice(0, -1), O]);
    const pointer = pointerOf(heap, dOutput);
    const sizes = { dy: rows * O, work: gemmTNScratch(O, I, rows, CHUNK) };
    const { dy, work } = place(heap.scratch(4 * total(sizes)), sizes);
    heap.reserve(this.dInput.missing(shape) + this.backwardPanels.missing());
    copyIn(heap, dy, dOutput, pointer, rows * O); // it may be the last dx
    const dx = this.dInput.ensure(shape);
    const { weight, bias } = this.params;
    heap.kernels.gemmTN(weight.gradPointer, dy, this.input.pointer, O, I, rows, I, O, I, CHUNK, work);
    if (bias) heap.kernels.columnSums(bias.gradPointer, dy, rows, O, O);
    this.backwardPanels.multiply(dx.pointer, 0, dy, rows);
    this.saved = undefined;
    return dx;
  }
}

/**
 * y = x W^T + b over the last axis: torch.nn.Linear. Throws TypeError for a wrong kind, RangeError for a wrong value.
 *
 * @example
 * const layer = linear(sc, { inFeatures: 3, outFeatures: 2 });
 * layer.forward([1, 2, 3]).shape; // 1, 2
 */
export function linear(sc: Softcell, options: LinearOptions): Linear {
  return new Linear(heapOf(sc, LINEAR), randomOf(sc), options);
}
