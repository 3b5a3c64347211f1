import { ELEMENTARY, ELEMENTARY_BACKWARD, type Part, PIECEWISE } from "../backend/parts.js";
import * as check from "../check.js";
import { Block } from "../memory/block.js";
import type { Heap } from "../memory/heap.js";
import { Result } from "../memory/result.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import { floats, locate, pointerOf, type Tensor, type TensorLike } from "../memory/tensor.js";
import {
  ELU,
  HARD_SIGMOID,
  HARD_TANH,
  LEAKY_RELU,
  type Parameter,
  SOFTPLUS,
  shapeOf,
  valuesOf,
} from "../ops/elementwise.js";
import { copyIn, Layer } from "./layer.js";
import type { Parameters } from "./parameters.js";

/** The functions of activation(). */
export type ActivationName =
  | "sigmoid"
  | "logSigmoid"
  | "tanh"
  | "softplus"
  | "silu"
  | "elu"
  | "softsign"
  | "hardSigmoid"
  | "hardTanh"
  | "relu"
  | "leakyRelu";

/** Options of activation(): those of the function. */
export interface ActivationOptions {
  /** Of elu and hardSigmoid. */
  alpha?: number;
  /** Of softplus and hardSigmoid. */
  beta?: number;
  /** Of hardTanh. */
  min?: number;
  /** Of hardTanh. */
  max?: number;
  /** Of leakyRelu. */
  negativeSlope?: number;
}

/** What a gradient is computed from, the parameters, and the kernels. */
type Kind = readonly [of: "x" | "y", parts: readonly Part[], parameters?: readonly Parameter[]];

const CURVES = [ELEMENTARY, ELEMENTARY_BACKWARD];
const LINES = [PIECEWISE];
const KINDS: Readonly<Record<ActivationName, Kind>> = {
  sigmoid: ["y", CURVES],
  logSigmoid: ["x", CURVES],
  tanh: ["y", CURVES],
  softplus: ["x", CURVES, SOFTPLUS],
  silu: ["x", CURVES],
  elu: ["x", CURVES, ELU],
  softsign: ["x", CURVES],
  hardSigmoid: ["x", LINES, HARD_SIGMOID],
  hardTanh: ["x", LINES, HARD_TANH],
  relu: ["y", LINES],
  leakyRelu: ["x", LINES, LEAKY_RELU],
};

/** An elementary function as a layer, which keeps what its gradient needs. Without parameters. */
export class Activation extends Layer<never> {
  protected override readonly options: ActivationOptions & { name: ActivationName };
  private readonly function: ActivationName;
  private readonly given: ActivationOptions;
  private readonly values: readonly number[];
  /** The input or the result of the last forward, which its gradient is computed from. */
  private readonly kept: Block;
  private readonly output: Result;
  private readonly dInput: Result;
  /** The shape of the last forward, until its backward. */
  private saved: readonly number[] | undefined;

  /** @internal */
  constructor(heap: Heap, name: ActivationName, options: ActivationOptions, shared?: Parameters) {
    check.oneOf("name", name, Object.keys(KINDS));
    const [, parts, parameters] = KINDS[name];
    const values = valuesOf(options, parameters, []);
    for (const part of parts) heap.use(part);
    super(heap, "activation", shared ?? {});
    this.options = { name, ...options };
    this.function = name;
    this.given = options;
    this.values = values;
    this.kept = this.own(new Block(heap));
    this.output = this.own(new Result(heap, this.home));
    this.dInput = this.own(new Result(heap, this.home));
  }

  /**
   * x of any shape => a tensor like it, of this layer: live until its next forward. What backward needs is kept as a copy.
   *
   * @example
   * const silu = activation(sc, "silu");
   * silu.forward([-1, 0, 2]).data; // -0.2689, 0, 1.7616
   */
  forward(given: TensorLike): Tensor {
    this.alive();
    const { heap, values } = this;
    const x = floats(heap, "x", given);
    const [shape, pointer, n] = [shapeOf(x), pointerOf(heap, x), x.length];
    heap.reserve(this.kept.missing(n) + this.output.missing(shape));
    const at = this.kept.ensure(n);
    copyIn(heap, at, x, pointer, n);
    this.home.restart();
    const y = this.output.ensure(shape);
    const kernel = heap.kernels[this.function] as (...numbers: number[]) => void;
    const ofResult = KINDS[this.function][0] === "y";
    kernel(ofResult ? at : y.pointer, at, n, values[0], values[1]);
    if (ofResult) heap.f32.copyWithin(y.pointer >>> 2, at >>> 2, (at >>> 2) + n);
    this.saved = shape;
    return y;
  }

  protected override again(parameters: Parameters): Activation {
    return new Activation(this.heap, this.function, this.given, parameters);
  }

  /**
   * The gradient of the input of the last forward: a tensor of this layer, live until its next backward. dOutput like the
   * result of forward. Throws Error before forward.
   *
   * @example
   * const silu = activation(sc, "silu");
   * silu.forward([-1, 0, 2]);
   * silu.backward([1, 1, 1]).data; // 0.0723, 0.5, 1.0908
   */
  backward(given: TensorLike): Tensor {
    this.alive();
    if (!this.saved) throw new Error("activation: backward expected a forward before it");
    const { heap, values } = this;
    const dOutput = floats(heap, "dOutput", given, this.saved);
    const pointer = pointerOf(heap, dOutput);
    const dx = this.dInput.ensure(this.saved);
    const dy = locate(heap, dOutput, pointer, dx.pointer);
    const kernel = heap.kernels[`${this.function}Backward`] as (...numbers: number[]) => void;
    kernel(dx.pointer, dy, this.kept.pointer, check.product(this.saved), values[0], values[1]);
    this.saved = undefined;
    return dx;
  }
}

/**
 * An activation function as a layer, with the options of the function: a forward, and a backward that knows whether the
 * gradient is computed from the input or from the result. Throws TypeError for a wrong kind, RangeError for another name,
 * a wrong value or an option that the function has not.
 *
 * @example
 * const hidden = linear(sc, { inFeatures: 2, outFeatures: 3 });
 * const relu = activation(sc, "relu");
 * const y = relu.forward(hidden.forward([1, -1]));
 * hidden.backward(relu.backward([1, 1, 1])).shape; // 1, 2
 */
export function activation(sc: Softcell, name: ActivationName, options: ActivationOptions = {}): Activation {
  return new Activation(heapOf(sc), name, options);
}
