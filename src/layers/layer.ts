import * as check from "../check.js";
import { Disposable } from "../memory/disposable.js";
import type { Heap } from "../memory/heap.js";
import type { Owner } from "../memory/piece.js";
import { type Floats, Tensor } from "../memory/tensor.js";
import { type Parameter, Parameters, type StateDict, type StateEntry } from "./parameters.js";

/** What all layers have: parameters, and memory that lives from call to call. */
export abstract class Layer extends Disposable {
  /** @internal */
  readonly heap: Heap;
  /** @internal */
  readonly parameters: Parameters;
  private readonly name: string;
  private readonly owner: Owner;
  private readonly owned: { dispose(): void }[] = [];

  /** `wide`: the gradients are summed in float64, see src/contract.ts. */
  constructor(heap: Heap, name: string, shapes: Readonly<Record<string, readonly number[]>>, wide: boolean) {
    super();
    this.heap = heap;
    this.name = name;
    this.owner = { kind: `${name} layer` };
    this.parameters = new Parameters(heap, shapes, wide, this.owner);
  }

  /**
   * The parameters by PyTorch's names, with live views `data` and `grad`.
   *
   * @example
   * const layer = sc.linear({ inFeatures: 2, outFeatures: 1 });
   * layer.params.weight.shape; // 1, 2
   * layer.params.bias.data[0] = 0.5;
   */
  get params(): Readonly<Record<string, Parameter>> {
    this.alive();
    return this.parameters.byName;
  }

  /**
   * Sets all gradients to 0.
   *
   * @example
   * const layer = sc.linear({ inFeatures: 2, outFeatures: 1 });
   * layer.zeroGrad();
   * layer.params.weight.grad; // 0, 0
   */
  zeroGrad(): void {
    this.alive();
    this.parameters.zeroGrad();
  }

  /**
   * Copies of the parameters under PyTorch's names.
   *
   * @example
   * const layer = sc.linear({ inFeatures: 2, outFeatures: 1 });
   * Object.keys(layer.stateDict()); // 'weight', 'bias'
   */
  stateDict(): Record<string, StateEntry> {
    this.alive();
    return this.parameters.stateDict();
  }

  /**
   * Copies parameters in, by PyTorch's names. Throws RangeError for a missing, surplus or wrongly shaped key and
   * TypeError for a wrong kind; nothing is written then.
   *
   * @example
   * const layer = sc.linear({ inFeatures: 2, outFeatures: 1 });
   * layer.loadStateDict({ weight: Float32Array.of(1, 2), bias: Float32Array.of(3) });
   * layer.forward(Float32Array.of(1, 1)).data; // 6
   */
  loadStateDict(state: StateDict): void {
    this.alive();
    this.parameters.loadStateDict(state);
  }

  /**
   * Frees the parameters and every tensor this layer has returned. Throws Error the second time.
   *
   * @example
   * const layer = sc.linear({ inFeatures: 2, outFeatures: 1 });
   * const y = layer.forward(Float32Array.of(1, 1));
   * layer.dispose();
   * y.disposed; // true
   */
  dispose(): void {
    if (!this.heap.disposed) this.alive();
    for (const owned of this.owned) owned.dispose();
    this.parameters.dispose();
  }

  /** @internal Throws Error after dispose(), of the layer or its instance. */
  alive(): void {
    this.heap.alive();
    if (this.parameters.disposed) throw new Error(`this ${this.name} is disposed`);
  }

  protected own<T extends { dispose(): void; owner?: Owner }>(memory: T): T {
    memory.owner = this.owner;
    this.owned.push(memory);
    return memory;
  }
}

/** Layers of one instance that are alive. */
export function layersOf(heap: Heap, name: string, value: unknown): readonly Layer[] {
  const layers = Array.isArray(value) ? value : [value];
  for (const layer of layers) {
    if (!(layer instanceof Layer)) throw new TypeError(`"${name}" expected layers, got ${typeof layer}`);
    layer.alive();
    if (layer.heap !== heap) throw new TypeError(`"${name}" expected layers of this instance, got one of another`);
  }
  if (new Set(layers).size !== layers.length) throw new RangeError(`"${name}" expected each layer once`);
  return layers;
}

export const positive = (name: string, value: unknown): number => check.integer(name, value, 1, 2 ** 24);

/** The shape of an input of so many features: that of a tensor, whose last axis they are, or rows of an array. */
export function lastAxis(x: Floats, features: number): readonly number[] {
  if (x instanceof Tensor) {
    if (x.shape.at(-1) !== features) throw new RangeError(`"x" expected shape [..., ${features}], got [${x.shape}]`);
    return x.shape;
  }
  if (x.length % features !== 0) {
    throw new RangeError(`"x" expected a multiple of ${features} elements, got ${x.length}`);
  }
  return [x.length / features, features];
}
