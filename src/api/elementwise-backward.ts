import type { Floats } from "../memory/tensor.js";
import {
  type ElementwiseOptions,
  type EluOptions,
  elementwiseBackward as gradient,
  type HardSigmoidOptions,
  type HardTanhOptions,
  type LeakyReluOptions,
  type SoftplusOptions,
} from "../ops/elementwise.js";
import { type PreluGradients, type PreluOptions, preluBackward } from "../ops/prelu.js";
import { Softcell } from "./softcell.js";

/**
 * The gradients of the elementary functions: dx from dy and the function's input x or result y, of the same length, and
 * the options of the function. Rounded once. The result may go to dy or to the array beside it (`out`).
 */
export abstract class ElementwiseBackwardApi extends Softcell {
  /** The gradient of exp's x: dy y, from exp's result y. */
  expBackward<X extends Floats>(dy: X, y: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "exp", dy, "y", y, options) as X;
  }

  /** The gradient of expm1's x: dy exp(x), from the input x. */
  expm1Backward<X extends Floats>(dy: X, x: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "expm1", dy, "x", x, options) as X;
  }

  /** The gradient of log's x: dy / x, from the input x. */
  logBackward<X extends Floats>(dy: X, x: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "log", dy, "x", x, options) as X;
  }

  /** The gradient of log1p's x: dy / (1 + x), from the input x. */
  log1pBackward<X extends Floats>(dy: X, x: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "log1p", dy, "x", x, options) as X;
  }

  /** The gradient of sigmoid's x: dy y (1 - y), from sigmoid's result y. */
  sigmoidBackward<X extends Floats>(dy: X, y: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "sigmoid", dy, "y", y, options) as X;
  }

  /** The gradient of logSigmoid's x: dy sigmoid(-x), from the input x. */
  logSigmoidBackward<X extends Floats>(dy: X, x: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "logSigmoid", dy, "x", x, options) as X;
  }

  /** The gradient of tanh's x: dy (1 - y^2), from tanh's result y. */
  tanhBackward<X extends Floats>(dy: X, y: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "tanh", dy, "y", y, options) as X;
  }

  /** The gradient of softplus's x: dy sigmoid(beta x), from the input x. */
  softplusBackward<X extends Floats>(dy: X, x: Floats, options?: SoftplusOptions<X>): X {
    return gradient(this.heap, "softplus", dy, "x", x, options) as X;
  }

  /**
   * The gradient of silu's x: dy s (1 + x (1 - s)) with s = sigmoid(x), from the input x. An infinite x gives NaN, as
   * in PyTorch.
   */
  siluBackward<X extends Floats>(dy: X, x: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "silu", dy, "x", x, options) as X;
  }

  /** The gradient of elu's x: dy where x > 0, else dy alpha exp(x), from the input x; at 0 it is dy alpha. */
  eluBackward<X extends Floats>(dy: X, x: Floats, options?: EluOptions<X>): X {
    return gradient(this.heap, "elu", dy, "x", x, options) as X;
  }

  /** The gradient of softsign's x: dy / (1 + |x|)^2, from the input x. An infinite x gives NaN, as in PyTorch. */
  softsignBackward<X extends Floats>(dy: X, x: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "softsign", dy, "x", x, options) as X;
  }

  /** The gradient of hardSigmoid's x: dy alpha where 0 < alpha x + beta < 1, else 0, from the input x. */
  hardSigmoidBackward<X extends Floats>(dy: X, x: Floats, options?: HardSigmoidOptions<X>): X {
    return gradient(this.heap, "hardSigmoid", dy, "x", x, options) as X;
  }

  /** The gradient of hardTanh's x: dy where min < x < max, else 0, from the input x. */
  hardTanhBackward<X extends Floats>(dy: X, x: Floats, options?: HardTanhOptions<X>): X {
    return gradient(this.heap, "hardTanh", dy, "x", x, options) as X;
  }

  /** The gradient of relu's x: dy, or 0 where y <= 0, from relu's result y or its input x. */
  reluBackward<X extends Floats>(dy: X, y: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "relu", dy, "y", y, options) as X;
  }

  /** The gradient of leakyRelu's x: dy where x > 0, else dy negativeSlope, from the input x. */
  leakyReluBackward<X extends Floats>(dy: X, x: Floats, options?: LeakyReluOptions<X>): X {
    return gradient(this.heap, "leakyRelu", dy, "x", x, options) as X;
  }

  /**
   * The gradients of prelu: dx = dy where x > 0, else dy weight, and dweight, for each weight the sum of dy x where x
   * <= 0, as a new array. Throws as prelu.
   */
  preluBackward<X extends Floats>(dy: X, x: Floats, weight: Floats, options?: PreluOptions<X>): PreluGradients<X> {
    return preluBackward(this.heap, dy, x, weight, options) as PreluGradients<X>;
  }
}
