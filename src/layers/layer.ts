import * as check from "../check.js";
import { Disposable, PROXY } from "../memory/disposable.js";
import type { Heap } from "../memory/heap.js";
import { Home } from "../memory/home.js";
import type { Owner } from "../memory/piece.js";
import { type Floats, Tensor } from "../memory/tensor.js";
import { type Parameter, Parameters, type StateDict, type StateEntry } from "./parameters.js";

/** What all layers have: parameters, by their names P, and memory that lives from call to call. */
export abstract class Layer<P extends string = string> extends Disposable {
  /** Which neither a proxy of a layer has, nor an object whose prototype is one. */
  readonly #made = true;
  /** @internal */
  readonly heap: Heap;
  /** @internal */
  readonly parameters: Parameters;
  private readonly name: string;
  /** What it was made with. */
  protected abstract readonly options: object;
  /** What is computed from tensors of this layer. */
  protected readonly home: Home;
  private readonly owner: Owner;
  private readonly owned: { dispose(): void }[] = [];
  /** Whether the parameters are those of another layer. */
  private readonly shares: boolean;
  /** Its own one, where it was set. */
  private mode: boolean | undefined;
  private disposed = false;

  /** @internal */
  static is(value: unknown): value is Layer {
    return typeof value === "object" && value !== null && #made in value;
  }

  /** With new parameters of these shapes, zeros, or with those of another layer. */
  constructor(heap: Heap, name: string, parameters: Readonly<Record<string, readonly number[]>> | Parameters) {
    super();
    this.heap = heap;
    this.name = name;
    this.owner = { kind: `${name} layer` };
    this.shares = parameters instanceof Parameters;
    this.parameters = parameters instanceof Parameters ? parameters : new Parameters(heap, parameters, this.owner);
    this.home = this.own(new Home(heap));
  }

  /**
   * The parameters by PyTorch's names, with live views `data` and `grad`.
   *
   * @example
   * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
   * layer.params.weight.shape; // 1, 2
   * layer.params.bias.data[0] = 0.5;
   */
  get params(): Readonly<Record<P, Parameter>> {
    this.alive();
    return this.parameters.byName as Readonly<Record<P, Parameter>>;
  }

  /**
   * Whether the layer is in training: `sc.training` until you set it, then what you set. In inference, `layer.training = false`,
   * dropout drops nothing, and an LSTM keeps nothing for backward, as after eval() of a module of PyTorch. A call with the option
   * `training` has that one. Throws TypeError for what is not true or false.
   *
   * @example
   * const drop = dropout(sc);
   * drop.training = false;
   * drop.forward([1, 2]).data; // 1, 2
   */
  get training(): boolean {
    this.alive();
    return this.mode ?? this.heap.training;
  }

  set training(value: boolean) {
    this.alive();
    this.mode = check.boolean("training", value);
  }

  /**
   * A second layer on the same parameters and gradients, with results and a memory for backward of its own: for weights
   * that are used twice before a backward, on two inputs. It needs no place of its own in an optimiser. Dispose of it
   * before this layer.
   *
   * @example
   * const left = linear(sc, { inFeatures: 2, outFeatures: 1, bias: false });
   * const right = left.share();
   * const distance = left.forward([1, 2]).data[0] - right.forward([1, 1]).data[0];
   * left.backward([1]);
   * right.backward([-1]);
   * left.params.weight.grad; // 0, 1
   */
  share(): this {
    this.alive();
    const other = this.again(this.parameters);
    other.mode = this.mode;
    return other as this;
  }

  /** A layer with the same options on these parameters. */
  protected abstract again(parameters: Parameters): Layer;

  /**
   * Announces that you wrote to a parameter through a view that you had kept, so that packed copies of the parameters, which
   * linear layers, LSTMs and streams have, are made again at their next use. Optimisers, loadStateDict(), the fill functions
   * and reading `params.*.data` announce it themselves.
   *
   * @example
   * const layer = linear(sc, { inFeatures: 2, outFeatures: 1, bias: false });
   * const { data } = layer.params.weight;
   * data.set([1, 2]);
   * layer.forward(Float32Array.of(1, 1)).data; // 3
   * data.set([3, 4]);
   * layer.refresh();
   * layer.forward(Float32Array.of(1, 1)).data; // 7
   */
  refresh(): void {
    this.alive();
    this.parameters.version++;
  }

  /**
   * Sets all gradients to 0.
   *
   * @example
   * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
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
   * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
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
   * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
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
   * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
   * const y = layer.forward(Float32Array.of(1, 1));
   * layer.dispose();
   * y.disposed; // true
   */
  dispose(): void {
    if (this.disposed && !this.heap.disposed) this.alive();
    for (const owned of this.owned) owned.dispose();
    if (!this.shares) this.parameters.dispose();
    this.disposed = true;
  }

  /**
   * Kind, options and the shapes of the parameters, as console.log() shows them.
   *
   * @example
   * const layer = linear(sc, { inFeatures: 2, outFeatures: 1 });
   * String(layer); // linear { inFeatures: 2, outFeatures: 1, weight: [1, 2], bias: [1] }
   */
  override toString(): string {
    const { byName, disposed } = this.parameters;
    const shapes = Object.entries(byName).map(([name, { shape }]) => `${name}: [${shape.join(", ")}]`);
    const options = Object.entries(this.options).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    const shown = [...options, ...shapes].join(", ");
    return `${this.name} {${shown && ` ${shown} `}}${this.disposed || disposed ? " (disposed)" : ""}`;
  }

  /** @internal Throws Error after dispose(), of the layer or its instance. */
  alive(): void {
    this.heap.alive();
    if (this.disposed || this.parameters.disposed) throw new Error(`this ${this.name} is disposed`);
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
    if (!Layer.is(layer)) {
      throw new TypeError(`"${name}" expected layers, got ${layer instanceof Layer ? PROXY : typeof layer}`);
    }
    layer.alive();
    if (layer.heap !== heap) throw new TypeError(`"${name}" expected layers of this instance, got one of another`);
  }
  const distinct = new Set(layers.map(({ parameters }) => parameters));
  if (distinct.size !== layers.length) throw new RangeError(`"${name}" expected each layer once`);
  return layers;
}

/**
 * Copies the n elements of x to `to`: from `pointer`, which pointerOf() gave before the memory may have grown and x, a view
 * on it, have been detached.
 */
export function copyIn(heap: Heap, to: number, x: Floats, pointer: number, n: number): void {
  if (pointer < 0) heap.f32.set(x as Float32Array, to >>> 2);
  else heap.f32.copyWithin(to >>> 2, pointer >>> 2, (pointer >>> 2) + n);
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
