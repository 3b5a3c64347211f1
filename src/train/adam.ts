import { ADAM } from "../backend/parts.js";
import * as check from "../check.js";
import type { Layer } from "../layers/layer.js";
import type { Heap } from "../memory/heap.js";
import { heapOf, type Softcell } from "../memory/softcell.js";
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
export class Adam extends Optimizer {
  private readonly betas: readonly [number, number];
  private readonly powers: [number, number] = [1, 1];
  private readonly eps: number;
  private readonly weightDecay: number;
  private readonly amsgrad: boolean;
  private readonly decoupled: boolean;

  /** @internal */
  constructor(heap: Heap, layers: readonly Layer[] | Layer, options: AdamOptions | undefined, decoupled: boolean) {
    const read = check.options("options", options, ["lr", "betas", "eps", "weightDecay", "amsgrad"]);
    const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, amsgrad = false } = read;
    const { weightDecay = decoupled ? 0.01 : 0 } = read;
    if (!Array.isArray(betas)) throw new TypeError(`"betas" expected two numbers, got ${typeof betas}`);
    check.lengthOf("betas", betas, 2);
    for (let i = 0; i < 2; i++) check.fraction(`betas[${i}]`, betas[i]);
    check.number("eps", eps, 0, Number.MAX_VALUE);
    check.number("weightDecay", weightDecay, 0, Number.MAX_VALUE);
    check.boolean("amsgrad", amsgrad);
    super(
      heap,
      layers,
      lr,
      ["exp_avg", "exp_avg_sq", ...(amsgrad ? ["max_exp_avg_sq"] : [])],
      decoupled ? "adamW" : "adam",
    );
    this.betas = [betas[0], betas[1]];
    this.eps = eps;
    this.weightDecay = weightDecay;
    this.amsgrad = amsgrad;
    this.decoupled = decoupled;
  }

  protected override advance(): void {
    this.powers[0] *= this.betas[0];
    this.powers[1] *= this.betas[1];
  }

  protected override restart(): void {
    this.powers.fill(1);
    // once both are 0 they stay
    for (let i = 0; i < this.steps && this.powers[0] + this.powers[1] > 0; i++) this.advance();
  }

  protected override update(values: number, grads: number, moments: number, size: number): void {
    const { lr, eps, weightDecay, amsgrad, decoupled } = this;
    const [beta1, beta2] = this.betas;
    const stepSize = lr / (1 - this.powers[0]);
    const correction = 1 / Math.sqrt(1 - this.powers[1]);
    this.heap.kernels.adam(
      values,
      grads,
      moments,
      moments + 4 * size,
      amsgrad ? moments + 8 * size : 0,
      size,
      stepSize,
      correction,
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      eps,
      decoupled ? 0 : weightDecay,
      decoupled ? 1 - lr * weightDecay : 1,
    );
  }
}

/**
 * Adam (arXiv 1412.6980), with weight decay by the gradient; AMSGrad with `amsgrad`: torch.optim.Adam. Throws TypeError
 * for a wrong kind, RangeError for a wrong value.
 *
 * @example
 * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
 * const optimizer = adam(sc, layer, { lr: 0.01 });
 * optimizer.step();
 */
export function adam(sc: Softcell, layers: readonly Layer[] | Layer, options?: AdamOptions): Adam {
  return new Adam(heapOf(sc, ADAM), layers, options, false);
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
export function adamW(sc: Softcell, layers: readonly Layer[] | Layer, options?: AdamOptions): Adam {
  return new Adam(heapOf(sc, ADAM), layers, options, true);
}
