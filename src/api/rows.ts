import { Disposable } from "../memory/disposable.js";
import type { Heap } from "../memory/heap.js";
import type { Floats } from "../memory/tensor.js";
import { type CrossEntropyOptions, crossEntropy } from "../ops/crossentropy.js";
import type { LossOf, Reduction } from "../ops/reduction.js";
import * as rows from "../ops/softmax.js";

/** The loss of a call, and a gradient under its name; undefined with `gradient: false`. */
export type Result<R extends string, Name extends string, X> = { loss: LossOf<R> } & Record<Name, X>;

/**
 * The softmax family along an axis, and its gradients. "Row" is what lies along the axis, for all the other indices:
 * the whole array where no shape is given. Arrays in give a new array out, tensors a new tensor, `out` takes the
 * result.
 *
 * All throw TypeError for a wrong kind, RangeError for sizes that do not fit, an axis that the shape has not, and a
 * temperature of 0, NaN, or a size outside 2^-128..2^150 (1 / temperature in float32) that is not infinite.
 */
export abstract class RowsApi extends Disposable {
  /** @internal */
  abstract readonly heap: Heap;

  /**
   * softmax of each row, of the shape of x: exp(z) / sum exp(z), z = x / temperature + mask. At most 4 ULP; a
   * probability below 2^-126 may become 0. -Infinity and masked entries give 0. A row without anything else, or with
   * NaN or Infinity, is NaN.
   *
   * @example
   * sc.softmax(Float32Array.of(1, 2, 3)); // 0.09, 0.2447, 0.6652
   * const scores = sc.tensor([2, 3], Float32Array.of(1, 2, 3, 1, 2, 0));
   * sc.softmax(scores, { axis: 0, temperature: 2 }).data; // 0.5, 0.5, 0.8176, 0.5, 0.5, 0.1824
   * sc.softmax(scores, { mask: Uint8Array.of(1, 1, 0), out: scores }).data; // 0.2689, 0.7311, 0, 0.2689, 0.7311, 0
   */
  softmax<X extends Floats>(x: X, options?: rows.MaskedOptions<X>): X {
    return rows.forward(this.heap, false, x, options) as X;
  }

  /**
   * The gradient of softmax's x from dy and its result y: (dy - sum(dy y) / sum(y)) y / temperature; 0 where y is 0.
   *
   * @example
   * const y = sc.softmax(Float32Array.of(1, 2, 3));
   * sc.softmaxBackward(Float32Array.of(1, 0, 0), y); // 0.0819, -0.022, -0.0599
   */
  softmaxBackward<X extends Floats>(dy: X, y: Floats, options?: rows.SoftmaxOptions<X>): X {
    return rows.backward(this.heap, false, dy, y, options) as X;
  }

  /**
   * The logarithm of softmax of each row, of the shape of x: z - logSumExp(z), z = x / temperature + mask. At most
   * 2.5 ULP on rows of normal numbers, 4 on the worst that are known, also where one entry dominates: [20, 0, 0] gives
   * -4.1e-9 and not 0. -Infinity and masked entries give -Infinity.
   *
   * @example
   * sc.logSoftmax(Float32Array.of(20, 0, 0)); // -4.1e-9, -20, -20
   */
  logSoftmax<X extends Floats>(x: X, options?: rows.MaskedOptions<X>): X {
    return rows.forward(this.heap, true, x, options) as X;
  }

  /**
   * The gradient of logSoftmax's x from dy and its result y: (dy - exp(y) sum(dy)) / temperature. As in PyTorch it is
   * dy / temperature where y is -Infinity: dy should be 0 where a mask was.
   *
   * @example
   * const y = sc.logSoftmax(Float32Array.of(1, 2, 3));
   * sc.logSoftmaxBackward(Float32Array.of(1, 0, 0), y); // 0.91, -0.2447, -0.6652
   */
  logSoftmaxBackward<X extends Floats>(dy: X, y: Floats, options?: rows.SoftmaxOptions<X>): X {
    return rows.backward(this.heap, true, dy, y, options) as X;
  }

  /**
   * log(sum(exp(z))) of each row, z = x / temperature + mask; the result has the shape of x without the axis, or with 1
   * for it (keepDim). At most 1 ULP; from 32 columns on, of the larger of the result and the largest z. -Infinity for a
   * row of nothing else and for one of no columns.
   *
   * @example
   * sc.logSumExp(Float32Array.of(1, 2, 3, 1, 2, 0), { cols: 3 }); // 3.4076, 2.4076
   */
  logSumExp<X extends Floats>(x: X, options?: rows.LogSumExpOptions<X>): X {
    return rows.logSumExp(this.heap, x, options) as X;
  }

  /**
   * The gradient of logSumExp's x from dlse, one a row, and x: dlse softmax(z) / temperature; 0 in a row of -Infinity.
   * Mask and temperature are those of logSumExp.
   *
   * @example
   * sc.logSumExpBackward(Float32Array.of(1), Float32Array.of(1, 2, 3)); // 0.09, 0.2447, 0.6652
   */
  logSumExpBackward<X extends Floats>(dlse: Floats, x: X, options?: rows.MaskedOptions<X>): X {
    return rows.logSumExpBackward(this.heap, dlse, x, options) as X;
  }

  /**
   * Cross-entropy of logits (N, C, d...) or (C) and its gradient, in one pass, from log-sum-exp:
   * torch.nn.functional.cross_entropy. Targets are class indices (N, d...), an Int32Array, or probabilities of the
   * shape of the logits. The classes are along axis 1, as in PyTorch; `axis: -1` or `classes` for logits with the
   * classes last. At most 3.5 ULP on rows of normal numbers, 4 on the worst that are known, loss and gradient: a
   * confident row keeps its digits.
   *
   * Rows with ignoreIndex have loss 0 and gradient 0, whatever their logits are. A mean over indices divides by the sum
   * of the weights of the targets that are not ignored, over probabilities by their number; over none it is NaN, or 0
   * with `emptyReduction: "zero"`, and the gradient 0. `zLoss` adds zLoss (log-sum-exp)^2 to each row, times the weight
   * of its index target (Chowdhery et al. 2022). Throws RangeError for a target outside [0, C), with its place and
   * value, and for ignoreIndex with probabilities.
   *
   * @example
   * const logits = Float32Array.of(2, 0, -1, 0, 1, 0);
   * const { loss, dlogits } = sc.crossEntropy(logits, Int32Array.of(0, 2), { classes: 3 });
   * loss; // 0.8606
   * dlogits; // -0.0781, 0.0571, 0.021, 0.106, 0.2881, -0.394
   */
  crossEntropy<X extends Floats, R extends Reduction = "mean">(
    logits: X,
    targets: Int32Array | Floats,
    options?: CrossEntropyOptions<X> & { reduction?: R },
  ): Result<R, "dlogits", X> {
    const { loss, gradient } = crossEntropy(this.heap, logits, targets, options);
    return { loss, dlogits: gradient } as Result<R, "dlogits", X>;
  }
}
