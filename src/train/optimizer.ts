import { copyFloats } from "../arrays.js";
import * as check from "../check.js";
import { type Layer, layersOf } from "../layers/layer.js";
import { checkState, type StateDict, type StateEntry } from "../layers/parameters.js";
import { Block } from "../memory/block.js";
import { Disposable } from "../memory/disposable.js";
import type { Heap } from "../memory/heap.js";

/** What the optimisers share: layers, their state in one block each, a learning rate, the number of steps. */
export abstract class Optimizer extends Disposable {
  /** May be changed between steps. */
  lr: number;
  protected readonly heap: Heap;
  protected readonly layers: readonly Layer[];
  /** How many steps were made. */
  protected steps = 0;
  /** Names of the buffers that lie one after the other in each block, as long as the parameters. */
  private readonly buffers: readonly string[];
  private readonly blocks: Block[];
  private disposed = false;

  constructor(heap: Heap, layers: readonly Layer[] | Layer, lr: number, buffers: readonly string[], kind: string) {
    super();
    this.heap = heap;
    this.layers = layersOf(heap, "layers", layers);
    if (this.layers.length === 0) throw new RangeError(`"layers" expected at least one layer, got none`);
    this.lr = check.number("lr", lr, 0, Number.MAX_VALUE);
    this.buffers = buffers;
    const owner = { kind: `${kind} optimizer` };
    this.blocks = this.layers.map(() => new Block(heap, owner));
    const sizes = this.layers.map(({ parameters }) => buffers.length * parameters.size);
    heap.reserve(this.blocks.reduce((sum, block, i) => sum + block.missing(sizes[i]), 0));
    this.blocks.forEach((block, i) => {
      block.ensure(sizes[i]);
    });
  }

  /**
   * One step along params.*.grad of all layers. Throws Error, with nothing changed, if one of them is disposed.
   *
   * @example
   * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
   * const optimizer = sgd(sc, layer, { lr: 0.5 });
   * layer.params.bias.data[0] = 1;
   * layer.params.bias.grad[0] = 1;
   * optimizer.step();
   * layer.params.bias.data[0]; // 0.5
   */
  step(): void {
    check.number("lr", this.lr, 0, Number.MAX_VALUE);
    this.alive();
    this.steps++;
    this.advance();
    this.layers.forEach(({ parameters }, i) => {
      const { values, grads, size } = parameters;
      this.update(values, grads, this.blocks[i].pointer, size);
      parameters.version++;
    });
  }

  /**
   * Sets the gradients of all layers to 0.
   *
   * @example
   * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
   * const optimizer = sgd(sc, layer, { lr: 0.5 });
   * optimizer.zeroGrad();
   * layer.params.bias.grad; // 0
   */
  zeroGrad(): void {
    this.alive();
    for (const layer of this.layers) layer.zeroGrad();
  }

  /**
   * Copies of the state: `step`, the number of steps up to 2^24, and the buffers under PyTorch's names behind the
   * number of the layer and the name of the parameter, `0.weight.exp_avg`. The learning rate and the options are not in
   * it.
   *
   * @example
   * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
   * const optimizer = sgd(sc, layer, { lr: 0.5, momentum: 0.9 });
   * Object.keys(optimizer.stateDict()); // 'step', '0.weight.momentum_buffer', '0.bias.momentum_buffer'
   */
  stateDict(): Record<string, StateEntry> {
    this.alive();
    const { f32 } = this.heap;
    const entries = this.places().map(({ name, at, shape }) => {
      const data = f32.slice(at >>> 2, (at >>> 2) + check.product(shape));
      return [name, { data, shape }];
    });
    const step = { data: Float32Array.of(Math.min(this.steps, 2 ** 24)), shape: [] };
    return { step, ...Object.fromEntries(entries) };
  }

  /**
   * Goes on from the stateDict() of an optimiser like this one. Throws as Layer.load; nothing is written then.
   *
   * @example
   * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
   * const optimizer = sgd(sc, layer, { lr: 0.5 });
   * optimizer.step();
   * const state = optimizer.stateDict();
   * sgd(sc, layer, { lr: 0.5 }).loadStateDict(state);
   */
  loadStateDict(state: StateDict): void {
    this.alive();
    const places = this.places();
    const shapes = Object.fromEntries(places.map(({ name, shape }) => [name, shape]));
    const [step, ...arrays] = checkState(state, { step: [], ...shapes });
    this.steps = check.integer("state.step", step[0], 0, 2 ** 24);
    places.forEach(({ at, shape }, i) => {
      copyFloats(this.heap.f32, at >>> 2, arrays[i], check.product(shape));
    });
    this.restart();
  }

  /**
   * Frees the state of the optimiser; the layers stay. Throws Error the second time.
   *
   * @example
   * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
   * const optimizer = sgd(sc, layer, { lr: 0.5 });
   * optimizer.dispose();
   */
  dispose(): void {
    if (!this.heap.disposed) this.living();
    for (const block of this.blocks) block.dispose();
    this.disposed = true;
  }

  /** Throws Error after dispose() of the optimiser or of one of its layers. */
  private alive(): void {
    this.living();
    for (const layer of this.layers) layer.alive();
  }

  private living(): void {
    if (this.disposed) throw new Error("this optimizer is disposed");
  }

  /** Where the buffer of each parameter lies, in bytes. */
  private places(): { name: string; at: number; shape: readonly number[] }[] {
    return this.layers.flatMap(({ parameters: { byName, values, size } }, i) =>
      Object.entries(byName).flatMap(([parameter, { pointer, shape }]) =>
        this.buffers.map((buffer, k) => {
          const at = this.blocks[i].pointer + 4 * k * size + (pointer - values);
          return { name: `${i}.${parameter}.${buffer}`, at, shape };
        }),
      ),
    );
  }

  /** What changes with every step, before the updates. */
  protected advance(): void {}
  /** The same after so many `steps` that were made elsewhere. */
  protected restart(): void {}
  protected abstract update(values: number, grads: number, state: number, size: number): void;
}
