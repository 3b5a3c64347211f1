import { SGD } from "../backend/parts.js";
import * as check from "../check.js";
import type { Layer } from "../layers/layer.js";
import type { Heap } from "../memory/heap.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import type { Grouped, Rule, RuleKind } from "./groups.js";
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
 * g' = g + weightDecay p; v = g' in the first step, then momentum v + (1 - dampening) g'; p = p - lr v, with nesterov p = p -
 * lr (g' + momentum v).
 */
function rule(heap: Heap, options: Partial<SgdOptions>, at: string): Rule {
  const { momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = options;
  check.fraction(`${at}momentum`, momentum);
  check.number(`${at}dampening`, dampening, -Number.MAX_VALUE, Number.MAX_VALUE);
  check.boolean(`${at}nesterov`, nesterov);
  check.number(`${at}weightDecay`, weightDecay, 0, Number.MAX_VALUE);
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    const got = `got momentum ${momentum} and dampening ${dampening}`;
    throw new RangeError(`"${at}nesterov" expected a momentum above 0 and a dampening of 0, ${got}`);
  }
  return {
    buffers: ["momentum_buffer"],
    update(values, grads, velocity, _, size, lr, step) {
      const alpha = momentum === 0 || step === 1 ? 1 : 1 - dampening;
      heap.kernels.sgd(values, grads, velocity, size, lr, momentum, alpha, nesterov ? 1 : 0, weightDecay);
    },
  };
}

const KIND: RuleKind<Partial<SgdOptions>> = {
  name: "sgd",
  keys: ["lr", "momentum", "dampening", "nesterov", "weightDecay"],
  rule,
};

/**
 * Stochastic gradient descent, with momentum, dampening, Nesterov's look ahead and weight decay: torch.optim.SGD.
 * Throws TypeError for a wrong kind, RangeError for a wrong value.
 *
 * @example
 * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * const optimizer = sgd(sc, layer, { lr: 0.1, momentum: 0.9 });
 * optimizer.step();
 */
export function sgd(sc: Softcell, layers: readonly Layer[] | Layer, options: Grouped<SgdOptions>): Optimizer {
  return new Optimizer(heapOf(sc, SGD), layers, options, KIND);
}
