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
  /**
   * The gradient of exp's x: dy y, from exp's result y.
   *
   * @example
   * sc.expBackward(Float32Array.of(1, 1, 1), sc.exp(Float32Array.of(-1, 0, 2))); // 0.3679, 1, 7.3891
   */
  expBackward<X extends Floats>(dy: X, y: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "exp", dy, "y", y, options) as X;
  }

  /**
   * The gradient of expm1's x: dy exp(x), from the input x.
   *
   * @example
   * sc.expm1Backward(Float32Array.of(1, 1, 1), Float32Array.of(-1, 0, 2)); // 0.3679, 1, 7.3891
   */
  expm1Backward<X extends Floats>(dy: X, x: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "expm1", dy, "x", x, options) as X;
  }

  /**
   * The gradient of log's x: dy / x, from the input x.
   *
   * @example
   * sc.logBackward(Float32Array.of(1, 1), Float32Array.of(1, 10)); // 1, 0.1
   */
  logBackward<X extends Floats>(dy: X, x: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "log", dy, "x", x, options) as X;
  }

  /**
   * The gradient of log1p's x: dy / (1 + x), from the input x.
   *
   * @example
   * sc.log1pBackward(Float32Array.of(1, 1), Float32Array.of(0, 1)); // 1, 0.5
   */
  log1pBackward<X extends Floats>(dy: X, x: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "log1p", dy, "x", x, options) as X;
  }

  /**
   * The gradient of sigmoid's x: dy y (1 - y), from sigmoid's result y.
   *
   * @example
   * sc.sigmoidBackward(Float32Array.of(1, 1, 1), sc.sigmoid(Float32Array.of(-1, 0, 2))); // 0.1966, 0.25, 0.105
   */
  sigmoidBackward<X extends Floats>(dy: X, y: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "sigmoid", dy, "y", y, options) as X;
  }

  /**
   * The gradient of logSigmoid's x: dy sigmoid(-x), from the input x.
   *
   * @example
   * sc.logSigmoidBackward(Float32Array.of(1, 1, 1), Float32Array.of(-1, 0, 2)); // 0.7311, 0.5, 0.1192
   */
  logSigmoidBackward<X extends Floats>(dy: X, x: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "logSigmoid", dy, "x", x, options) as X;
  }

  /**
   * The gradient of tanh's x: dy (1 - y^2), from tanh's result y.
   *
   * @example
   * sc.tanhBackward(Float32Array.of(1, 1, 1), sc.tanh(Float32Array.of(-1, 0, 2))); // 0.42, 1, 0.0707
   */
  tanhBackward<X extends Floats>(dy: X, y: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "tanh", dy, "y", y, options) as X;
  }

  /**
   * The gradient of softplus's x: dy sigmoid(beta x), from the input x.
   *
   * @example
   * sc.softplusBackward(Float32Array.of(1, 1, 1), Float32Array.of(-1, 0, 2)); // 0.2689, 0.5, 0.8808
   */
  softplusBackward<X extends Floats>(dy: X, x: Floats, options?: SoftplusOptions<X>): X {
    return gradient(this.heap, "softplus", dy, "x", x, options) as X;
  }

  /**
   * The gradient of silu's x: dy s (1 + x (1 - s)) with s = sigmoid(x), from the input x. An infinite x gives NaN, as
   * in PyTorch.
   *
   * @example
   * sc.siluBackward(Float32Array.of(1, 1, 1), Float32Array.of(-1, 0, 2)); // 0.0723, 0.5, 1.0908
   */
  siluBackward<X extends Floats>(dy: X, x: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "silu", dy, "x", x, options) as X;
  }

  /**
   * The gradient of elu's x: dy where x > 0, else dy alpha exp(x), from the input x; at 0 it is dy alpha.
   *
   * @example
   * sc.eluBackward(Float32Array.of(1, 1, 1), Float32Array.of(-1, 0, 2)); // 0.3679, 1, 1
   */
  eluBackward<X extends Floats>(dy: X, x: Floats, options?: EluOptions<X>): X {
    return gradient(this.heap, "elu", dy, "x", x, options) as X;
  }

  /**
   * The gradient of softsign's x: dy / (1 + |x|)^2, from the input x. An infinite x gives NaN, as in PyTorch.
   *
   * @example
   * sc.softsignBackward(Float32Array.of(1, 1, 1), Float32Array.of(-1, 0, 2)); // 0.25, 1, 0.1111
   */
  softsignBackward<X extends Floats>(dy: X, x: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "softsign", dy, "x", x, options) as X;
  }

  /**
   * The gradient of hardSigmoid's x: dy alpha where 0 < alpha x + beta < 1, else 0, from the input x.
   *
   * @example
   * sc.hardSigmoidBackward(Float32Array.of(1, 1, 1), Float32Array.of(-1, 0, 2)); // 0.1667, 0.1667, 0.1667
   */
  hardSigmoidBackward<X extends Floats>(dy: X, x: Floats, options?: HardSigmoidOptions<X>): X {
    return gradient(this.heap, "hardSigmoid", dy, "x", x, options) as X;
  }

  /**
   * The gradient of hardTanh's x: dy where min < x < max, else 0, from the input x.
   *
   * @example
   * sc.hardTanhBackward(Float32Array.of(1, 1, 1), Float32Array.of(-1, 0, 2)); // 0, 1, 0
   */
  hardTanhBackward<X extends Floats>(dy: X, x: Floats, options?: HardTanhOptions<X>): X {
    return gradient(this.heap, "hardTanh", dy, "x", x, options) as X;
  }

  /**
   * The gradient of relu's x: dy, or 0 where y <= 0, from relu's result y or its input x.
   *
   * @example
   * sc.reluBackward(Float32Array.of(1, 1, 1), sc.relu(Float32Array.of(-1, 0, 2))); // 0, 0, 1
   */
  reluBackward<X extends Floats>(dy: X, y: Floats, options?: ElementwiseOptions<X>): X {
    return gradient(this.heap, "relu", dy, "y", y, options) as X;
  }

  /**
   * The gradient of leakyRelu's x: dy where x > 0, else dy negativeSlope, from the input x.
   *
   * @example
   * sc.leakyReluBackward(Float32Array.of(1, 1, 1), Float32Array.of(-1, 0, 2)); // 0.01, 0.01, 1
   */
  leakyReluBackward<X extends Floats>(dy: X, x: Floats, options?: LeakyReluOptions<X>): X {
    return gradient(this.heap, "leakyRelu", dy, "x", x, options) as X;
  }

  /**
   * The gradients of prelu: dx = dy where x > 0, else dy weight, and dweight, for each weight the sum of dy x where x
   * <= 0, as a new array. Throws as prelu.
   *
   * @example
   * const [dy, x, weight] = [Float32Array.of(1, 1), Float32Array.of(-1, 2), Float32Array.of(0.25)];
   * sc.preluBackward(dy, x, weight); // { dx: [0.25, 1], dweight: [-1] }
   */
  preluBackward<X extends Floats>(dy: X, x: Floats, weight: Floats, options?: PreluOptions<X>): PreluGradients<X> {
    return preluBackward(this.heap, dy, x, weight, options) as PreluGradients<X>;
  }
}
