import type { Floats } from "../memory/tensor.js";
import * as rows from "../ops/softmax.js";
import { ElementwiseApi } from "./elementwise.js";

/** The softmax family along an axis, and its gradients. */
export abstract class RowsApi extends ElementwiseApi {
  /**
   * softmax of each row: exp(x / temperature) / sum. Worst error found 5.9 ULP, at temperature 1; a probability
   * below 2^-126 may become 0.
   * A row that is all -Infinity, or has NaN or Infinity, is NaN. Throws RangeError for sizes that do not fit and a
   * temperature of 0 or NaN.
   *
   *     sc.softmax(new Float32Array([1, 2, 3]))                 // one row
   *     sc.softmax(matrix, { cols: 1000, out: matrix })         // in place
   */
  softmax<X extends Floats>(x: X, options?: rows.SoftmaxOptions<X>): X {
    return rows.forward(this.heap, "softmax", x, options) as X;
  }

  /** The gradient of softmax's x from dy and its result y: (dy - sum(dy y) / sum(y)) y / temperature. */
  softmaxBackward<X extends Floats>(dy: X, y: Floats, options?: rows.SoftmaxOptions<X>): X {
    return rows.backward(this.heap, "softmaxBackward", dy, y, options) as X;
  }

  /**
   * The logarithm of softmax of each row: x - logSumExp(x). Worst error found 5.2 ULP, at temperature 1, also
   * where one entry dominates: [20, 0, 0] gives -4.1e-9 and not 0. Throws as softmax.
   */
  logSoftmax<X extends Floats>(x: X, options?: rows.SoftmaxOptions<X>): X {
    return rows.forward(this.heap, "logSoftmax", x, options) as X;
  }

  /** The gradient of logSoftmax's x from dy and its result y: (dy - exp(y) sum(dy)) / temperature. */
  logSoftmaxBackward<X extends Floats>(dy: X, y: Floats, options?: rows.SoftmaxOptions<X>): X {
    return rows.backward(this.heap, "logSoftmaxBackward", dy, y, options) as X;
  }

  /**
   * log(sum(exp(x / temperature))) of each row; the result has one element a row. Worst error found, at temperature 1,
   * 4.5 ULP of the larger of the result and the largest x. -Infinity for a row of -Infinity or of no columns. Throws as
   * softmax.
   */
  logSumExp<X extends Floats>(x: X, options?: rows.SoftmaxOptions<X>): X {
    return rows.logSumExp(this.heap, x, options) as X;
  }

  /** The gradient of logSumExp's x from dlse, one a row, and x: dlse softmax(x / temperature) / temperature. */
  logSumExpBackward<X extends Floats>(dlse: Floats, x: X, options?: rows.SoftmaxOptions<X>): X {
    return rows.logSumExpBackward(this.heap, dlse, x, options) as X;
  }
}
