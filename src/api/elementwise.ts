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
  /** exp(x) of each element, denormal results included. */
  exp<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("exp", x, options);
  }

  /** exp(x) - 1 of each element, exact also where x is small. */
  expm1<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("expm1", x, options);
  }

  /** The natural logarithm of each element. 0 gives -Infinity, a negative number NaN. */
  log<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("log", x, options);
  }

  /** log(1 + x) of each element, exact also where x is small. -1 gives -Infinity, a smaller number NaN. */
  log1p<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("log1p", x, options);
  }

  /** 1 / (1 + exp(-x)) of each element, denormal results included. */
  sigmoid<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("sigmoid", x, options);
  }

  /** log(sigmoid(x)) = -log(1 + exp(-x)) of each element; nothing is lost far from 0. */
  logSigmoid<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("logSigmoid", x, options);
  }

  /** tanh(x) of each element. */
  tanh<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("tanh", x, options);
  }

  /**
   * log(1 + exp(beta x)) / beta of each element. PyTorch's threshold is not needed: nothing overflows. Throws
   * RangeError for a beta of 0.
   */
  softplus<X extends Floats>(x: X, options?: SoftplusOptions<X>): X {
    return this.elementwise("softplus", x, options);
  }

  /** x sigmoid(x) of each element, also known as swish. -Infinity gives NaN, as in PyTorch. */
  silu<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("silu", x, options);
  }

  /** x where x > 0, else alpha (exp(x) - 1), of each element. */
  elu<X extends Floats>(x: X, options?: EluOptions<X>): X {
    return this.elementwise("elu", x, options);
  }

  /** x / (1 + |x|) of each element. An infinite one gives NaN, as in PyTorch. */
  softsign<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("softsign", x, options);
  }

  /** min(max(alpha x + beta, 0), 1) of each element; x / 6 + 1 / 2 as in PyTorch where no option is given. */
  hardSigmoid<X extends Floats>(x: X, options?: HardSigmoidOptions<X>): X {
    return this.elementwise("hardSigmoid", x, options);
  }

  /** min(max(x, min), max) of each element. Throws RangeError unless min < max. */
  hardTanh<X extends Floats>(x: X, options?: HardTanhOptions<X>): X {
    return this.elementwise("hardTanh", x, options);
  }

  /** max(x, 0) of each element; NaN stays. */
  relu<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("relu", x, options);
  }

  /** x where x > 0, else negativeSlope x, of each element. */
  leakyRelu<X extends Floats>(x: X, options?: LeakyReluOptions<X>): X {
    return this.elementwise("leakyRelu", x, options);
  }

  /**
   * x where x > 0, else weight x, of each element. weight has one element, or one for each channel: axis 1 of
   * [N, C, ...], the shape of the tensor or `shape`. Throws RangeError for another size of weight.
   */
  prelu<X extends Floats>(x: X, weight: Floats, options?: PreluOptions<X>): X {
    return prelu(this.heap, x, weight, options) as X;
  }

  private elementwise<X extends Floats>(name: Elementwise, x: X, options?: ElementwiseOptions<X>): X {
    return elementwise(this.heap, name, x, options) as X;
  }
}
