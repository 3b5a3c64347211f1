import { RMSPROP } from "../backend/parts.js";
import * as check from "../check.js";
import type { Layer } from "../layers/layer.js";
import type { Heap } from "../memory/heap.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import { Optimizer } from "./optimizer.js";

/** Options of rmsprop(). */
export interface RmspropOptions {
  /** Default 0.01. */
  lr?: number;
  /** How much of the average of the squares is kept, in [0, 1]. Default 0.99. */
  alpha?: number;
  /** Default 1e-8. */
  eps?: number;
  /** In [0, 1). Default 0. */
  momentum?: number;
  /** Divides by the deviation instead of the root of the mean square. Default false. */
  centered?: boolean;
  /** Default 0. */
  weightDecay?: number;
}

/**
 * RMSProp (Hinton 2012, lecture 6) as torch.optim.RMSprop: v = alpha v + (1 - alpha) g^2; d = g / (sqrt(v) + eps); b =
 * momentum b + d; p = p - lr b. Centered (arXiv 1308.0850) it takes the average a of g, too, and v - a^2 for v: where
 * that is below 0 by rounding it counts for 0, where PyTorch gives NaN.
 */
export class Rmsprop extends Optimizer {
  private readonly alpha: number;
  private readonly eps: number;
  private readonly momentum: number;
  private readonly centered: boolean;
  private readonly weightDecay: number;

  /** @internal */
  constructor(heap: Heap, layers: readonly Layer[] | Layer, options?: RmspropOptions) {
    const read = check.options("options", options, ["lr", "alpha", "eps", "momentum", "centered", "weightDecay"]);
    const { lr = 0.01, alpha = 0.99, eps = 1e-8, momentum = 0, centered = false, weightDecay = 0 } = read;
    check.number("alpha", alpha, 0, 1);
    check.number("eps", eps, 0, Number.MAX_VALUE);
    check.fraction("momentum", momentum);
    check.boolean("centered", centered);
    check.number("weightDecay", weightDecay, 0, Number.MAX_VALUE);
    const more = [...(centered ? ["grad_avg"] : []), ...(momentum > 0 ? ["momentum_buffer"] : [])];
    super(heap, layers, lr, ["square_avg", ...more], "rmsprop");
    this.alpha = alpha;
    this.eps = eps;
    this.momentum = momentum;
    this.centered = centered;
    this.weightDecay = weightDecay;
  }

  protected override update(values: number, grads: number, squares: number, size: number): void {
    const { lr, alpha, eps, momentum, centered, weightDecay } = this;
    const average = centered ? squares + 4 * size : 0;
    const velocity = momentum > 0 ? squares + (centered ? 8 : 4) * size : 0;
    const factors = [lr, alpha, 1 - alpha, eps, momentum, weightDecay] as const;
    this.heap.kernels.rmsprop(values, grads, squares, average, velocity, size, ...factors);
  }
}

/**
 * RMSProp, centered or not, with momentum: torch.optim.RMSprop. Throws TypeError for a wrong kind, RangeError for a
 * wrong value.
 *
 * @example
 * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * const optimizer = rmsprop(sc, layer, { lr: 0.01, centered: true });
 * optimizer.step();
 */
export function rmsprop(sc: Softcell, layers: readonly Layer[] | Layer, options?: RmspropOptions): Rmsprop {
  return new Rmsprop(heapOf(sc, RMSPROP), layers, options);
}
