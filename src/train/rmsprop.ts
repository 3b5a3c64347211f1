import { RMSPROP } from "../backend/parts.js";
import * as check from "../check.js";
import type { Layer } from "../layers/layer.js";
import type { Heap } from "../memory/heap.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import type { Grouped, Rule, RuleKind } from "./groups.js";
import { Optimizer } from "./optimizer.js";

/** Options of rmsprop(). */
export interface RmspropOptions {
  /** Default 0.01. */
  lr?: number;
  /** How much of the average of the squares is kept, in [0, 1]. Default 0.99. */
  alpha?: number;
  /** Added to the root of the mean square. Default 1e-8. */
  eps?: number;
  /** Adds eps to the mean square itself, under the root, as TensorFlow and TensorFlow.js do. Default false. */
  epsInsideRoot?: boolean;
  /** In [0, 1). Default 0. */
  momentum?: number;
  /** Divides by the deviation instead of the root of the mean square. Default false. */
  centered?: boolean;
  /** Default 0. */
  weightDecay?: number;
}

/**
 * RMSProp (Hinton 2012, lecture 6) as torch.optim.RMSprop: v = alpha v + (1 - alpha) g^2; d = g / (sqrt(v) + eps); b =
 * momentum b + d; p = p - lr b; with epsInsideRoot d = g / sqrt(v + eps), as tf.train.rmsprop. Centered (arXiv 1308.0850) it takes the average a of g, too, and v - a^2 for v: where
 * that is below 0 by rounding it counts for 0, where PyTorch gives NaN.
 */
function rule(heap: Heap, options: RmspropOptions, at: string): Rule {
  const { alpha = 0.99, eps = 1e-8, epsInsideRoot = false, momentum = 0, centered = false, weightDecay = 0 } = options;
  check.number(`${at}alpha`, alpha, 0, 1);
  check.number(`${at}eps`, eps, 0, Number.MAX_VALUE);
  check.boolean(`${at}epsInsideRoot`, epsInsideRoot);
  check.fraction(`${at}momentum`, momentum);
  check.boolean(`${at}centered`, centered);
  check.number(`${at}weightDecay`, weightDecay, 0, Number.MAX_VALUE);
  return {
    buffers: ["square_avg", ...(centered ? ["grad_avg"] : []), ...(momentum > 0 ? ["momentum_buffer"] : [])],
    update(values, grads, squares, stride, size, lr) {
      const average = centered ? squares + stride : 0;
      const velocity = momentum > 0 ? squares + (centered ? 2 : 1) * stride : 0;
      const [inside, outside] = epsInsideRoot ? [eps, 0] : [0, eps];
      const factors = [lr, alpha, 1 - alpha, inside, outside, momentum, weightDecay] as const;
      heap.kernels.rmsprop(values, grads, squares, average, velocity, size, ...factors);
    },
  };
}

const KIND: RuleKind<RmspropOptions> = {
  name: "rmsprop",
  keys: ["lr", "alpha", "eps", "epsInsideRoot", "momentum", "centered", "weightDecay"],
  lr: 0.01,
  rule,
};

/**
 * RMSProp, centered or not, with momentum: torch.optim.RMSprop. Throws TypeError for a wrong kind, RangeError for a
 * wrong value.
 *
 * @example
 * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * const optimizer = rmsprop(sc, layer, { lr: 0.01, centered: true });
 * optimizer.step();
 */
export function rmsprop(
  sc: Softcell,
  layers: readonly Layer[] | Layer,
  options: Grouped<RmspropOptions> = {},
): Optimizer {
  return new Optimizer(heapOf(sc, RMSPROP), layers, options, KIND);
}
