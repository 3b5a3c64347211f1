import * as check from "../check.js";
import { type Layer, layersOf } from "../layers/layer.js";
import { Block } from "../memory/block.js";
import type { Heap } from "../memory/heap.js";

/** What the optimisers share: layers, their state in one block each, a learning rate. */
abstract class Optimizer {
  /** May be changed between steps. */
  lr: number;
  protected readonly heap: Heap;
  protected readonly layers: readonly Layer[];
  private readonly blocks: Block[];
  private disposed = false;

  constructor(heap: Heap, layers: readonly Layer[] | Layer, lr: number, buffers: number) {
    this.heap = heap;
    this.layers = layersOf(heap, "layers", layers);
    if (this.layers.length === 0) throw new RangeError(`"layers" expected at least one layer, got none`);
    this.lr = check.number("lr", lr, 0, Number.MAX_VALUE);
    this.blocks = this.layers.map(() => new Block(heap));
    const sizes = this.layers.map(({ parameters }) => buffers * parameters.size);
    heap.reserve(this.blocks.reduce((sum, block, i) => sum + block.missing(sizes[i]), 0));
    this.blocks.forEach((block, i) => {
      block.ensure(sizes[i]);
    });
  }

  /** One step along params.*.grad of all layers. Throws Error, with nothing changed, if one of them is disposed. */
  step(): void {
    check.number("lr", this.lr, 0, Number.MAX_VALUE);
    this.alive();
    this.advance();
    this.layers.forEach(({ parameters: { values, grads, size } }, i) => {
      this.update(values, grads, this.blocks[i].pointer, size);
    });
  }

  /** Sets the gradients of all layers to 0. */
  zeroGrad(): void {
    this.alive();
    for (const layer of this.layers) layer.zeroGrad();
  }

  /** Frees the state of the optimiser; the layers stay. Throws Error the second time. */
  dispose(): void {
    if (this.disposed) throw new Error("this optimizer is disposed");
    for (const block of this.blocks) block.dispose();
    this.disposed = true;
  }

  declare [Symbol.dispose]: () => void;

  /** Throws Error after dispose() of the optimiser or of one of its layers. */
  private alive(): void {
    if (this.disposed) throw new Error("this optimizer is disposed");
    for (const layer of this.layers) layer.alive();
  }

  protected advance(): void {}
  protected abstract update(values: number, grads: number, state: number, size: number): void;
}

if (Symbol.dispose) {
  Object.defineProperty(Optimizer.prototype, Symbol.dispose, {
    value(this: Optimizer) {
      this.dispose();
    },
  });
}

export interface SgdOptions {
  lr: number;
  /** In [0, 1). Default 0. */
  momentum?: number;
  /** Default 0. */
  weightDecay?: number;
}

/** Stochastic gradient descent as torch.optim.SGD: v = momentum v + g + weightDecay p; p = p - lr v. */
export class Sgd extends Optimizer {
  private readonly momentum: number;
  private readonly weightDecay: number;

  /** @internal */
  constructor(heap: Heap, layers: readonly Layer[] | Layer, options: SgdOptions) {
    check.options("options", options ?? {}, ["lr", "momentum", "weightDecay"]);
    const { momentum = 0, weightDecay = 0 } = options ?? {};
    check.fraction("momentum", momentum);
    check.number("weightDecay", weightDecay, 0, Number.MAX_VALUE);
    super(heap, layers, options?.lr, 1);
    this.momentum = momentum;
    this.weightDecay = weightDecay;
  }

  protected override update(values: number, grads: number, velocity: number, size: number): void {
    this.heap.kernels.sgd(values, grads, velocity, size, this.lr, this.momentum, this.weightDecay);
  }
}

export interface AdamOptions {
  /** Default 1e-3. */
  lr?: number;
  /** Each in [0, 1). Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Default 1e-8. */
  eps?: number;
  /** Default 0 for Adam, 0.01 for AdamW. */
  weightDecay?: number;
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
  private readonly decoupled: boolean;

  /** @internal */
  constructor(heap: Heap, layers: readonly Layer[] | Layer, options: AdamOptions, decoupled: boolean) {
    check.options("options", options, ["lr", "betas", "eps", "weightDecay"]);
    const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = decoupled ? 0.01 : 0 } = options;
    if (!Array.isArray(betas)) throw new TypeError(`"betas" expected two numbers, got ${typeof betas}`);
    check.lengthOf("betas", betas, 2);
    for (let i = 0; i < 2; i++) check.fraction(`betas[${i}]`, betas[i]);
    check.number("eps", eps, 0, Number.MAX_VALUE);
    check.number("weightDecay", weightDecay, 0, Number.MAX_VALUE);
    super(heap, layers, lr, 2);
    this.betas = [betas[0], betas[1]];
    this.eps = eps;
    this.weightDecay = weightDecay;
    this.decoupled = decoupled;
  }

  protected override advance(): void {
    this.powers[0] *= this.betas[0];
    this.powers[1] *= this.betas[1];
  }

  protected override update(values: number, grads: number, moments: number, size: number): void {
    const { lr, eps, weightDecay, decoupled } = this;
    const [beta1, beta2] = this.betas;
    const stepSize = lr / (1 - this.powers[0]);
    const correction = 1 / Math.sqrt(1 - this.powers[1]);
    this.heap.kernels.adam(
      values,
      grads,
      moments,
      moments + 4 * size,
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
 * Scales all gradients of the layers so that their common norm is at most maxNorm: by maxNorm / (norm + 1e-6), as
 * torch.nn.utils.clip_grad_norm_. Returns the norm before, summed in float64, which does not overflow; 0 of no layers.
 */
export function clipGradNorm(heap: Heap, layers: readonly Layer[] | Layer, maxNorm: number): number {
  const all = layersOf(heap, "layers", layers);
  check.number("maxNorm", maxNorm, 0, Number.POSITIVE_INFINITY, true);
  const { kernels } = heap;
  let squares = 0;
  for (const { parameters } of all) squares += kernels.sumSquares(parameters.grads, parameters.size);
  const norm = Math.sqrt(squares);
  const factor = maxNorm / (norm + 1e-6);
  if (!(factor >= 1)) {
    for (const {
      parameters: { grads, size },
    } of all)
      kernels.scale(grads, grads, size, factor);
  }
  return norm;
}
