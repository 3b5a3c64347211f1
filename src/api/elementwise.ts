import type { Heap } from "../memory/heap.js";
import type { Floats } from "../memory/tensor.js";
import { type Elementwise, type ElementwiseOptions, elementwise } from "../ops/elementwise.js";

/** Elementary functions of each element, and their gradients. */
export abstract class ElementwiseApi {
  /** @internal */
  protected abstract readonly heap: Heap;

  /** exp of each element. Worst error 1 ULP, denormal results included. */
  exp<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("exp", x, options);
  }

  /** The natural logarithm of each element. Worst error 1 ULP. */
  log<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("log", x, options);
  }

  /** 1 / (1 + exp(-x)) of each element. Worst error 1.5 ULP, denormal results included. */
  sigmoid<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("sigmoid", x, options);
  }

  /** tanh of each element. Worst error 1.06 ULP. */
  tanh<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("tanh", x, options);
  }

  private elementwise<X extends Floats>(kernel: Elementwise, x: X, options?: ElementwiseOptions<X>): X {
    return elementwise(this.heap, kernel, x, options) as X;
  }
}
