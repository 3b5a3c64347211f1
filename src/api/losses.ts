import type { Floats } from "../memory/tensor.js";
import {
  type CrossEntropyOptions,
  type CrossEntropyResult,
  crossEntropy,
  type Reduction,
} from "../ops/crossentropy.js";
import { AlternativesApi } from "./alternatives.js";

/** Losses, each with its gradient in the same call. */
export abstract class LossesApi extends AlternativesApi {
  /**
   * Cross-entropy of logits [rows, classes] against class indices, and its gradient, in one pass, from log-sum-exp:
   * torch.nn.functional.cross_entropy. Rows with ignoreIndex have loss 0 and gradient 0; a mean over none is NaN.
   * Throws RangeError for a target outside [0, classes), with its place and value.
   *
   *     const { loss, dlogits } = sc.crossEntropy(logits, targets, { classes: 10 });
   */
  crossEntropy<X extends Floats, R extends Reduction = "mean">(
    logits: X,
    targets: Int32Array,
    options?: CrossEntropyOptions<X> & { reduction?: R },
  ): CrossEntropyResult<X, R> {
    return crossEntropy(this.heap, logits, targets, options) as CrossEntropyResult<X, R>;
  }
}
