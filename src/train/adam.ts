import { ADAM } from "../backend/parts.js";
import * as check from "../check.js";
import type { Layer } from "../layers/layer.js";
import type { Heap } from "../memory/heap.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
import type { Grouped, Rule, RuleKind } from "./groups.js";
import { Optimizer } from "./optimizer.js";

/** Options of adam() and adamW(). */
export interface AdamOptions {
  /** Default 1e-3. */
  lr?: number;
  /** Each in [0, 1). Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Default 1e-8. */
  eps?: number;
  /** Default 0 for Adam, 0.01 for AdamW. */
  weightDecay?: number;
  /** Divides by the largest second moment so far (arXiv 1904.09237). Default false. */
  amsgrad?: boolean;
}

/**
 * Adam (arXiv 1412.6980) as torch.optim.Adam; with `decoupled` AdamW (arXiv 1711.05101) as torch.optim.AdamW.
 * The powers of beta are kept as products: Math.pow differs between engines.
 */
function rule(heap: Heap, options: AdamOptions, at: string, decoupled: boolean): Rule {
  const { betas = [0.9, 0.999], eps = 1e-8, weightDecay = decoupled ? 0.01 : 0, amsgrad = false } = options;
  if (!Array.isArray(betas)) throw new TypeError(`"${at}betas" expected two numbers, got ${typeof betas}`);
  const [beta1, beta2] = check.lengthOf(`${at}betas`, betas, 2);
  check.fraction(`${at}betas[0]`, beta1);
  check.fraction(`${at}betas[1]`, beta2);
  check.number(`${at}eps`, eps, 0, Number.MAX_VALUE);
  check.number(`${at}weightDecay`, weightDecay, 0, Number.MAX_VALUE);
  check.boolean(`${at}amsgrad`, amsgrad);
  let [power1, power2] = [1, 1];
  const advance = (): void => {
    power1 *= beta1;
    power2 *= beta2;
  };
  return {
    buffers: ["exp_avg", "exp_avg_sq", ...(amsgrad ? ["max_exp_avg_sq"] : [])],
    advance,
    restart(steps) {
      power1 = power2 = 1;
      // once both are 0 they stay
      for (let i = 0; i < steps && power1 + power2 > 0; i++) advance();
    },
    update(values, grads, moments, stride, size, lr) {
      heap.kernels.adam(
        values,
        grads,
        moments,
        moments + stride,
        amsgrad ? moments + 2 * stride : 0,
        size,
        lr / (1 - power1),
        1 / Math.sqrt(1 - power2),
        beta1,
        1 - beta1,
        beta2,
        1 - beta2,
        eps,
        decoupled ? 0 : weightDecay,
        decoupled ? 1 - lr * weightDecay : 1,
      );
    },
  };
}

const kindOf = (name: string, decoupled: boolean): RuleKind<AdamOptions> => ({
  name,
  keys: ["lr", "betas", "eps", "weightDecay", "amsgrad"],
  lr: 1e-3,
  rule: (heap, options, at) => rule(heap, options, at, decoupled),
});

/**
 * Adam (arXiv 1412.6980), with weight decay by the gradient; AMSGrad with `amsgrad`: torch.optim.Adam. Throws TypeError
 * for a wrong kind, RangeError for a wrong value.
 *
 * @example
 * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * const optimizer = adam(sc, layer, { lr: 0.01 });
 * optimizer.step();
 */
export function adam(sc: Softcell, layers: readonly Layer[] | Layer, options: Grouped<AdamOptions> = {}): Optimizer {
  return new Optimizer(heapOf(sc, ADAM), layers, options, kindOf("adam", false));
}

/**
 * Adam with decoupled weight decay (arXiv 1711.05101): torch.optim.AdamW. Throws TypeError for a wrong kind, RangeError
 * for a wrong value.
 *
 * @example
 * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * const optimizer = adamW(sc, layer, { lr: 0.01, weightDecay: 0.1 });
 * optimizer.step();
 */
export function adamW(sc: Softcell, layers: readonly Layer[] | Layer, options: Grouped<AdamOptions> = {}): Optimizer {
  return new Optimizer(heapOf(sc, ADAM), layers, options, kindOf("adamW", true));
}
