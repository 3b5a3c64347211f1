import type { Floats } from "../memory/tensor.js";
import * as alternatives from "../ops/alternatives.js";
import { type GumbelOptions, type GumbelResult, gumbelSoftmax } from "../ops/gumbel.js";
import { argmax, type IndexOptions, type TopK, topK } from "../ops/largest.js";
import { oneHot } from "../ops/onehot.js";
import { type SampleOptions, sample } from "../ops/sample.js";
import type { SoftmaxOptions } from "../ops/softmax.js";
import { randomOf } from "../train/random.js";
import { ElementwiseApi } from "./elementwise.js";

/**
 * What stands in for softmax, and what is done with its logits, along any axis: "row" is what lies along it, as in
 * RowsApi, and rows are in the order of the shape without the axis. Computed in float64 and rounded once: 0.5 ULP but
 * for what a sum loses, and the same bits on every backend, relaxed too, where nothing else is said.
 */
export abstract class AlternativesApi extends ElementwiseApi {
  /**
   * Standard scores of each row: (x - mean) / sqrt(variance + eps), the variance over n as layer normalisation has it
   * (arXiv 1607.06450; torch.nn.functional.layer_norm without weights). A constant row gives 0, with eps 0 too. A row
   * that has NaN or an infinity is NaN. Throws as softmax, and RangeError for an eps below 0.
   *
   * @example
   * sc.standardNormalize(Float32Array.of(1, 2, 3)); // -1.2247, 0, 1.2247
   */
  standardNormalize<X extends Floats>(x: X, options?: alternatives.NormalizeOptions<X>): X {
    return alternatives.standardNormalize(this.heap, x, options) as X;
  }

  /**
   * The gradient of standardNormalize's x from dy and that x: (dy - mean(dy) - s mean(dy s)) / sqrt(variance + eps), s
   * the standard scores. 0 for a constant row with eps 0, which has no gradient.
   *
   * @example
   * sc.standardNormalizeBackward(Float32Array.of(1, 0, 0), Float32Array.of(1, 2, 3)); // 0.2041, -0.4082, 0.2041
   */
  standardNormalizeBackward<X extends Floats>(dy: X, x: Floats, options?: alternatives.NormalizeOptions<X>): X {
    return alternatives.standardNormalizeBackward(this.heap, dy, x, options) as X;
  }

  /**
   * Taylor softmax of each row: f(z) / sum f(z), f(z) = 1 + z + z^2 / 2, at least 1/2, z = x / temperature (de
   * Brebisson and Vincent, arXiv 1511.05042). f falls up to z = -1 and rises beyond: unlike softmax it does not keep
   * the order of what lies below. So there are no masks: any infinity makes its row NaN. Throws as softmax.
   *
   * @example
   * sc.taylorSoftmax(Float32Array.of(0, 1, 2)); // 0.1176, 0.2941, 0.5882
   */
  taylorSoftmax<X extends Floats>(x: X, options?: SoftmaxOptions<X>): X {
    return alternatives.taylorSoftmax(this.heap, x, options) as X;
  }

  /**
   * The gradient of taylorSoftmax's x from dy and that x: (dy - sum(dy y)) (1 + z) / sum f(z) / temperature.
   *
   * @example
   * sc.taylorSoftmaxBackward(Float32Array.of(1, 0, 0), Float32Array.of(0, 1, 2)); // 0.1038, -0.0277, -0.0415
   */
  taylorSoftmaxBackward<X extends Floats>(dy: X, x: Floats, options?: SoftmaxOptions<X>): X {
    return alternatives.taylorSoftmaxBackward(this.heap, dy, x, options) as X;
  }

  /**
   * Spherical softmax of each row: (z^2 + eps) / sum (z^2 + eps), z = x / temperature, which counts only with an eps
   * (same paper, where eps keeps the logarithm finite). A row of zeros is uniform with any eps above 0. With eps 0, the
   * default, it is NaN: the result depends on the direction of x alone, and 0 has none. Any infinity makes its row NaN.
   * Throws as softmax, and RangeError for an eps below 0.
   *
   * @example
   * sc.sphericalSoftmax(Float32Array.of(0, 1, 2)); // 0, 0.2, 0.8
   */
  sphericalSoftmax<X extends Floats>(x: X, options?: alternatives.SphericalOptions<X>): X {
    return alternatives.sphericalSoftmax(this.heap, x, options) as X;
  }

  /**
   * The gradient of sphericalSoftmax's x from dy and that x: (dy - sum(dy y)) 2 z / sum(z^2 + eps) / temperature.
   *
   * @example
   * sc.sphericalSoftmaxBackward(Float32Array.of(0, 1, 0), Float32Array.of(1, 1, 2)); // -0.0556, 0.2778, -0.1111
   */
  sphericalSoftmaxBackward<X extends Floats>(dy: X, x: Floats, options?: alternatives.SphericalOptions<X>): X {
    return alternatives.sphericalSoftmaxBackward(this.heap, dy, x, options) as X;
  }

  /**
   * sparsemax of each row: the probabilities nearest to z = x / temperature, max(z - tau, 0) (Martins and Astudillo
   * 2016, arXiv 1602.02068). Exact zeros for what is far from the top; -Infinity masks. NaN rows and errors as softmax.
   * Exact to some 2^-53 n, which for the smallest probabilities is more than an ULP.
   *
   * @example
   * sc.sparsemax(Float32Array.of(1, 1.5, -1)); // 0.25, 0.75, 0
   */
  sparsemax<X extends Floats>(x: X, options?: SoftmaxOptions<X>): X {
    return alternatives.sparsemax(this.heap, x, options) as X;
  }

  /**
   * The gradient of sparsemax's x from dy and its result y: (dy - mean of dy where y > 0) / temperature where y > 0, 0
   * elsewhere.
   *
   * @example
   * const y = sc.sparsemax(Float32Array.of(1, 1.5, -1));
   * sc.sparsemaxBackward(Float32Array.of(1, 0, 0), y); // 0.5, -0.5, 0
   */
  sparsemaxBackward<X extends Floats>(dy: X, y: Floats, options?: SoftmaxOptions<X>): X {
    return alternatives.sparsemaxBackward(this.heap, dy, y, options) as X;
  }

  /**
   * A differentiable draw from the classes of each row: softmax((x + g) / temperature), g = -log(-log(u)) of seeded
   * uniform u (Jang et al., arXiv 1611.01144; torch.nn.functional.gumbel_softmax). The noise of an element is the same
   * on every backend and along every axis, and the choice of `hard` on every backend; soft has the bits of softmax.
   *
   * The gradient of x is softmaxBackward(dy, soft, { axis, temperature }). With `hard` y is one-hot along the axis and
   * dy its gradient: this is the straight-through estimator. A row that softmax makes NaN is NaN in both. Throws as
   * softmax, and RangeError for a temperature that is negative or infinite.
   *
   * @example
   * const { y, soft } = sc.gumbelSoftmax(Float32Array.of(1, 2, 3), { temperature: 0.5, hard: true, seed: 1 });
   * y; // 0, 0, 1
   * soft; // 0.000045, 0.0041, 0.9959
   */
  gumbelSoftmax<X extends Floats>(x: X, options?: GumbelOptions<X>): GumbelResult<X> {
    return gumbelSoftmax(this.heap, randomOf(this), x, options) as GumbelResult<X>;
  }

  /**
   * The index along the axis of the largest entry of each row: the first of equal ones, and NaN counts as the largest,
   * as in torch.argmax. A new array with one for each row. Throws RangeError for rows without columns.
   *
   * @example
   * sc.argmax(Float32Array.of(1, 3, 2, 0, -1, 0), { cols: 3 }); // 1, 0
   */
  argmax(x: Floats, options?: IndexOptions): Int32Array {
    return argmax(this.heap, x, options);
  }

  /**
   * The k largest entries of each row and their indices along the axis, from the largest down: the lower index of equal
   * ones first (torch.topk leaves that open), and NaN before all numbers, as in PyTorch. New arrays [rows][k] along any
   * axis, where torch.topk puts k in the place of the axis. Throws RangeError for a k that is not in 1..columns.
   *
   * @example
   * sc.topK(Float32Array.of(1, 3, 2), 2); // { values: [3, 2], indices: [1, 2] }
   */
  topK(x: Floats, k: number, options?: IndexOptions): TopK {
    return topK(this.heap, x, k, options);
  }

  /**
   * One class drawn for each row from softmax(logits / temperature), after topK and then topP (Holtzman et al., arXiv
   * 1904.09751; the entry that crosses topP belongs to it), by inversion of the cumulative sum in float64: the same
   * draws on every backend. Masked classes (-Infinity) are never drawn. A new array with one for each row. Throws
   * RangeError where a row is all -Infinity or has NaN or Infinity, with the row; nothing is drawn then.
   *
   * @example
   * sc.sample(Float32Array.of(1, 3, 2), { temperature: 0.8, topK: 2, topP: 0.95, seed: 1 }); // 1
   */
  sample(logits: Floats, options?: SampleOptions): Int32Array {
    return sample(this.heap, randomOf(this), logits, options);
  }

  /**
   * Rows with a 1 at each id and 0 elsewhere: a new array [ids.length][classes]. Throws RangeError for an id outside
   * [0, classes).
   *
   * @example
   * sc.oneHot(Int32Array.of(2, 0), 3); // 0, 0, 1, 1, 0, 0
   */
  oneHot(ids: Int32Array, classes: number): Float32Array {
    this.heap.alive();
    return oneHot(ids, classes);
  }
}
