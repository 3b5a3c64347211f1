import type { Floats } from "../memory/tensor.js";
import {
  type Elementwise,
  type ElementwiseOptions,
  type EluOptions,
  elementwise,
  type HardSigmoidOptions,
  type HardTanhOptions,
  type LeakyReluOptions,
  type SoftplusOptions,
} from "../ops/elementwise.js";
import { type PreluOptions, prelu } from "../ops/prelu.js";
import { ElementwiseBackwardApi } from "./elementwise-backward.js";

/**
 * Elementary functions of each element. docs/accuracy.md has the worst error of each over all float32 numbers. Options
 * other than `out` throw TypeError where they are no numbers, RangeError where they are NaN or out of range.
 */
export abstract class ElementwiseApi extends ElementwiseBackwardApi {
  /**
   * exp(x) of each element, denormal results included.
   *
   * @example
   * sc.exp(Float32Array.of(-1, 0, 2)); // 0.3679, 1, 7.3891
   */
  exp<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("exp", x, options);
  }

  /**
   * exp(x) - 1 of each element, exact also where x is small.
   *
   * @example
   * sc.expm1(Float32Array.of(-1, 0, 2)); // -0.6321, 0, 6.3891
   */
  expm1<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("expm1", x, options);
  }

  /**
   * The natural logarithm of each element. 0 gives -Infinity, a negative number NaN.
   *
   * @example
   * sc.log(Float32Array.of(0, 1, 10)); // -Infinity, 0, 2.3026
   */
  log<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("log", x, options);
  }

  /**
   * log(1 + x) of each element, exact also where x is small. -1 gives -Infinity, a smaller number NaN.
   *
   * @example
   * sc.log1p(Float32Array.of(-1, 0, 1e-9)); // -Infinity, 0, 1.0e-9
   */
  log1p<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("log1p", x, options);
  }

  /**
   * 1 / (1 + exp(-x)) of each element, denormal results included.
   *
   * @example
   * sc.sigmoid(Float32Array.of(-1, 0, 2)); // 0.2689, 0.5, 0.8808
   */
  sigmoid<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("sigmoid", x, options);
  }

  /**
   * log(sigmoid(x)) = -log(1 + exp(-x)) of each element; nothing is lost far from 0.
   *
   * @example
   * sc.logSigmoid(Float32Array.of(-1, 0, 2)); // -1.3133, -0.6931, -0.1269
   */
  logSigmoid<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("logSigmoid", x, options);
  }

  /**
   * tanh(x) of each element.
   *
   * @example
   * sc.tanh(Float32Array.of(-1, 0, 2)); // -0.7616, 0, 0.964
   */
  tanh<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("tanh", x, options);
  }

  /**
   * log(1 + exp(beta x)) / beta of each element. PyTorch's threshold is not needed: nothing overflows. Throws
   * RangeError for a beta of 0.
   *
   * @example
   * sc.softplus(Float32Array.of(-1, 0, 2)); // 0.3133, 0.6931, 2.1269
   */
  softplus<X extends Floats>(x: X, options?: SoftplusOptions<X>): X {
    return this.elementwise("softplus", x, options);
  }

  /**
   * x sigmoid(x) of each element, also known as swish. -Infinity gives NaN, as in PyTorch.
   *
   * @example
   * sc.silu(Float32Array.of(-1, 0, 2)); // -0.2689, 0, 1.7616
   */
  silu<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("silu", x, options);
  }

  /**
   * x where x > 0, else alpha (exp(x) - 1), of each element.
   *
   * @example
   * sc.elu(Float32Array.of(-1, 0, 2)); // -0.6321, 0, 2
   */
  elu<X extends Floats>(x: X, options?: EluOptions<X>): X {
    return this.elementwise("elu", x, options);
  }

  /**
   * x / (1 + |x|) of each element. An infinite one gives NaN, as in PyTorch.
   *
   * @example
   * sc.softsign(Float32Array.of(-1, 0, 2)); // -0.5, 0, 0.6667
   */
  softsign<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("softsign", x, options);
  }

  /**
   * min(max(alpha x + beta, 0), 1) of each element; x / 6 + 1 / 2 as in PyTorch where no option is given.
   *
   * @example
   * sc.hardSigmoid(Float32Array.of(-1, 0, 2)); // 0.3333, 0.5, 0.8333
   */
  hardSigmoid<X extends Floats>(x: X, options?: HardSigmoidOptions<X>): X {
    return this.elementwise("hardSigmoid", x, options);
  }

  /**
   * min(max(x, min), max) of each element. Throws RangeError unless min < max.
   *
   * @example
   * sc.hardTanh(Float32Array.of(-1, 0, 2)); // -1, 0, 1
   */
  hardTanh<X extends Floats>(x: X, options?: HardTanhOptions<X>): X {
    return this.elementwise("hardTanh", x, options);
  }

  /**
   * max(x, 0) of each element; NaN stays.
   *
   * @example
   * sc.relu(Float32Array.of(-1, 0, 2)); // 0, 0, 2
   */
  relu<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("relu", x, options);
  }

  /**
   * x where x > 0, else negativeSlope x, of each element.
   *
   * @example
   * sc.leakyRelu(Float32Array.of(-1, 0, 2)); // -0.01, 0, 2
   */
  leakyRelu<X extends Floats>(x: X, options?: LeakyReluOptions<X>): X {
    return this.elementwise("leakyRelu", x, options);
  }

  /**
   * x where x > 0, else weight x, of each element. weight has one element, or one for each channel: axis 1 of
   * [N, C, ...], the shape of the tensor or `shape`. Throws RangeError for another size of weight.
   *
   * @example
   * sc.prelu(Float32Array.of(-1, 2), Float32Array.of(0.25)); // -0.25, 2
   */
  prelu<X extends Floats>(x: X, weight: Floats, options?: PreluOptions<X>): X {
    return prelu(this.heap, x, weight, options) as X;
  }

  private elementwise<X extends Floats>(name: Elementwise, x: X, options?: ElementwiseOptions<X>): X {
    return elementwise(this.heap, name, x, options) as X;
  }
}
