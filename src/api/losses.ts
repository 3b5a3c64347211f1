import type { Floats } from "../memory/tensor.js";
import * as elements from "../ops/elementlosses.js";
import type { LossOptions } from "../ops/loss.js";
import type { Reduction } from "../ops/reduction.js";
import * as rows from "../ops/rowlosses.js";
import { AlternativesApi } from "./alternatives.js";
import type { Result } from "./rows.js";

/** Losses, each with its gradient in the same call. */
export abstract class LossesApi extends AlternativesApi {
  /**
   * Negative log-likelihood of log-probabilities (N, C, d...) or (C) at class indices (N, d...): -weight[t]
   * logProbs[t], torch.nn.functional.nll_loss. A mean divides by the sum of the weights of the targets that are not
   * ignored; rows with ignoreIndex have loss 0 and gradient 0. Throws RangeError for a target outside [0, C), with its
   * place and value.
   *
   * @example
   * const logProbs = sc.logSoftmax(Float32Array.of(2, 0, -1));
   * sc.nll(logProbs, Int32Array.of(0)); // { loss: 0.1698, dlogProbs: [-1, 0, 0] }
   */
  nll<X extends Floats, R extends Reduction = "mean">(
    logProbs: X,
    targets: Int32Array,
    options?: rows.NllOptions<X> & { reduction?: R },
  ): Result<R, "dlogProbs", X> {
    const { loss, gradient } = rows.nll(this.heap, logProbs, targets, options);
    return { loss, dlogProbs: gradient } as Result<R, "dlogProbs", X>;
  }

  /**
   * Binary cross-entropy of logits against targets in [0, 1], from log(1 + exp(-|x|)), never from probabilities:
   * weight ((1 - y) log(1 + exp(x)) + posWeight y log(1 + exp(-x))),
   * torch.nn.functional.binary_cross_entropy_with_logits. Infinite logits as there: -Infinity has loss NaN. A mean
   * divides by the number of elements. Throws RangeError for weights whose length is not that of trailing axes.
   *
   * @example
   * sc.bceWithLogits(Float32Array.of(2, -1), Float32Array.of(1, 1)); // { loss: 0.7201, dlogits: [-0.0596, -0.3655] }
   */
  bceWithLogits<X extends Floats, R extends Reduction = "mean">(
    logits: X,
    targets: Floats,
    options?: elements.BceWithLogitsOptions<X> & { reduction?: R },
  ): Result<R, "dlogits", X> {
    const { loss, gradient } = elements.bceWithLogits(this.heap, logits, targets, options);
    return { loss, dlogits: gradient } as Result<R, "dlogits", X>;
  }

  /**
   * Squared error (x - target)^2 of each element, torch.nn.functional.mse_loss. Throws RangeError for arrays of two
   * lengths.
   *
   * @example
   * sc.mse(Float32Array.of(1, 3), Float32Array.of(1, 1)); // { loss: 2, dx: [0, 2] }
   */
  mse<X extends Floats, R extends Reduction = "mean">(
    x: X,
    target: Floats,
    options?: LossOptions<X> & { reduction?: R },
  ): Result<R, "dx", X> {
    const { loss, gradient } = elements.mse(this.heap, x, target, options);
    return { loss, dx: gradient } as Result<R, "dx", X>;
  }

  /**
   * max(0, margin - y x) of each element, y in {-1, 1}: the loss of a support vector machine (Cortes and Vapnik 1995).
   * The slope at 0 is 0. Throws RangeError for another y, with its place.
   *
   * @example
   * sc.hinge(Float32Array.of(0.5, -2), Float32Array.of(1, -1)); // { loss: 0.25, dx: [-0.5, 0] }
   */
  hinge<X extends Floats, R extends Reduction = "mean">(
    x: X,
    y: Floats,
    options?: elements.HingeOptions<X> & { reduction?: R },
  ): Result<R, "dx", X> {
    const { loss, gradient } = elements.hinge(this.heap, x, y, false, options);
    return { loss, dx: gradient } as Result<R, "dx", X>;
  }

  /**
   * max(0, margin - y x)^2 of each element, y in {-1, 1}. Throws as hinge.
   *
   * @example
   * sc.squaredHinge(Float32Array.of(0.5, -2), Float32Array.of(1, -1)); // { loss: 0.125, dx: [-0.5, 0] }
   */
  squaredHinge<X extends Floats, R extends Reduction = "mean">(
    x: X,
    y: Floats,
    options?: elements.HingeOptions<X> & { reduction?: R },
  ): Result<R, "dx", X> {
    const { loss, gradient } = elements.hinge(this.heap, x, y, true, options);
    return { loss, dx: gradient } as Result<R, "dx", X>;
  }

  /**
   * sum over c != t of weight[t] max(0, margin - x[t] + x[c])^p / C for each row of x (N, C, d...) or (C), t its
   * target, torch.nn.functional.multi_margin_loss. A mean divides by the number of rows. A NaN in a row makes its loss
   * NaN, where PyTorch passes it over. Throws RangeError for a target outside [0, C), with its place and value.
   *
   * @example
   * sc.multiMargin(Float32Array.of(0.5, 0.25, -1), Int32Array.of(0)); // { loss: 0.25, dx: [-0.3333, 0.3333, 0] }
   */
  multiMargin<X extends Floats, R extends Reduction = "mean">(
    x: X,
    targets: Int32Array,
    options?: rows.MultiMarginOptions<X> & { reduction?: R },
  ): Result<R, "dx", X> {
    const { loss, gradient } = rows.multiMargin(this.heap, x, targets, options);
    return { loss, dx: gradient } as Result<R, "dx", X>;
  }

  /**
   * Kullback-Leibler divergence sum p (log p - log q) for each row, q = softmax(logits), p the target as probabilities
   * or logits: torch.nn.functional.kl_div of log_softmax(logits), with the reductions of that: "mean" divides by the
   * number of elements, "batchMean" by the size of the first axis, or 1 where that has the classes. "none" gives a loss
   * for each row. A p of 0 counts for 0, also where q is 0. The classes are along the last axis, or `axis`.
   *
   * @example
   * const [student, teacher] = [Float32Array.of(0, 0), Float32Array.of(1, 0)];
   * const options = { target: "logits", reduction: "sum" } as const;
   * sc.klDivergence(student, teacher, options); // { loss: 0.1109, dlogits: [-0.2311, 0.2311] }
   */
  klDivergence<X extends Floats, R extends rows.KlReduction = "mean">(
    logits: X,
    target: Floats,
    options?: rows.KlDivergenceOptions<X> & { reduction?: R },
  ): Result<R, "dlogits", X> {
    const { loss, gradient } = rows.klDivergence(this.heap, logits, target, options);
    return { loss, dlogits: gradient } as Result<R, "dlogits", X>;
  }

  /**
   * Entropy -sum p log p of p = softmax(logits) for each row, torch.distributions.Categorical(logits).entropy(), and
   * its gradient; no term of it is negative, so that it is exact also where it is next to 0. A p of 0 counts for 0. The
   * classes are along the last axis, or `axis`.
   *
   * @example
   * sc.entropy(Float32Array.of(0, 0)).loss; // 0.6931
   */
  entropy<X extends Floats, R extends Reduction = "mean">(
    logits: X,
    options?: rows.EntropyOptions<X> & { reduction?: R },
  ): Result<R, "dlogits", X> {
    const { loss, gradient } = rows.entropy(this.heap, logits, options);
    return { loss, dlogits: gradient } as Result<R, "dlogits", X>;
  }

  /**
   * Focal loss -weight[t] (1 - p)^gamma log p, p = softmax(logits)[t], for each row of logits (N, C, d...) or (C): Lin
   * et al. 2017, arXiv 1708.02002, with the weights as alpha. 1 - p is the sum of the others, also where p is next to
   * 1. A mean divides as that of nll does. gamma 0 is cross-entropy. Throws as nll.
   *
   * @example
   * sc.focal(Float32Array.of(2, 0, -1), Int32Array.of(0), { gamma: 2 }).loss; // 0.0041
   */
  focal<X extends Floats, R extends Reduction = "mean">(
    logits: X,
    targets: Int32Array,
    options?: rows.FocalOptions<X> & { reduction?: R },
  ): Result<R, "dlogits", X> {
    const { loss, gradient } = rows.focal(this.heap, logits, targets, options);
    return { loss, dlogits: gradient } as Result<R, "dlogits", X>;
  }

  /**
   * Focal loss of single logits against targets in [0, 1], torchvision.ops.sigmoid_focal_loss: a (1 - p)^gamma times
   * the binary cross-entropy, p the probability of the target, a = alpha for 1 and 1 - alpha for 0, or 1 for alpha < 0.
   * The default reduction is "mean", not torchvision's "none". Throws RangeError for a target outside [0, 1].
   *
   * @example
   * sc.sigmoidFocal(Float32Array.of(2, -1), Float32Array.of(1, 1)).loss; // 0.088
   */
  sigmoidFocal<X extends Floats, R extends Reduction = "mean">(
    logits: X,
    targets: Floats,
    options?: elements.SigmoidFocalOptions<X> & { reduction?: R },
  ): Result<R, "dlogits", X> {
    const { loss, gradient } = elements.sigmoidFocal(this.heap, logits, targets, options);
    return { loss, dlogits: gradient } as Result<R, "dlogits", X>;
  }
}
