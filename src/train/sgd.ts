import { SGD } from "../backend/parts.js";
import * as check from "../check.js";
import type { Layer } from "../layers/layer.js";
import type { Heap } from "../memory/heap.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import { Optimizer } from "./optimizer.js";

/** Options of sgd(). */
export interface SgdOptions {
  /** The learning rate, at least 0. */
  lr: number;
  /** In [0, 1). Default 0. */
  momentum?: number;
  /** How much less than the whole gradient joins the momentum, from the second step on. Default 0. */
  dampening?: number;
  /** Looks ahead along the momentum; needs momentum and no dampening. Default false. */
  nesterov?: boolean;
  /** Default 0. */
  weightDecay?: number;
}

/**
 * Stochastic gradient descent as torch.optim.SGD: g' = g + weightDecay p; v = g' in the first step, then
 * momentum v + (1 - dampening) g'; p = p - lr v, with nesterov p = p - lr (g' + momentum v).
 */
export class Sgd extends Optimizer {
  private readonly momentum: number;
  private readonly dampening: number;
  private readonly nesterov: boolean;
  private readonly weightDecay: number;

  /** @internal */
  constructor(heap: Heap, layers: readonly Layer[] | Layer, options: SgdOptions) {
    const read = check.options("options", options, ["lr", "momentum", "dampening", "nesterov", "weightDecay"]);
    const { momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = read;
    check.fraction("momentum", momentum);
    check.number("dampening", dampening, -Number.MAX_VALUE, Number.MAX_VALUE);
    check.boolean("nesterov", nesterov);
    check.number("weightDecay", weightDecay, 0, Number.MAX_VALUE);
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      const got = `got momentum ${momentum} and dampening ${dampening}`;
      throw new RangeError(`"nesterov" expected a momentum above 0 and a dampening of 0, ${got}`);
    }
    super(heap, layers, read.lr, ["momentum_buffer"], "sgd");
    this.momentum = momentum;
    this.dampening = dampening;
    this.nesterov = nesterov;
    this.weightDecay = weightDecay;
  }

  protected override update(values: number, grads: number, velocity: number, size: number): void {
    const { lr, momentum, dampening, nesterov, weightDecay } = this;
    const alpha = momentum === 0 || this.steps === 1 ? 1 : 1 - dampening;
    this.heap.kernels.sgd(values, grads, velocity, size, lr, momentum, alpha, nesterov ? 1 : 0, weightDecay);
  }
}

/**
 * Stochastic gradient descent, with momentum, dampening, Nesterov's look ahead and weight decay: torch.optim.SGD.
 * Throws TypeError for a wrong kind, RangeError for a wrong value.
 *
 * @example
 * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * const optimizer = sgd(sc, layer, { lr: 0.1, momentum: 0.9 });
 * optimizer.step();
 */
export function sgd(sc: Softcell, layers: readonly Layer[] | Layer, options: SgdOptions): Sgd {
  return new Sgd(heapOf(sc, SGD), layers, options);
}
