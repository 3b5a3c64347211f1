import * as check from "../check.js";
import { type Layer, layersOf } from "../layers/layer.js";
import { checkState, type StateDict, type StateEntry } from "../layers/parameters.js";
import { Block } from "../memory/block.js";
import { Disposable } from "../memory/disposable.js";
import type { Heap } from "../memory/heap.js";
import {
  Group,
  type Grouped,
  type LearningGroup,
  type ParameterGroup,
  picked,
  type RuleKind,
  takerOf,
} from "./groups.js";

const checkLr = (name: string, lr: unknown): number => check.number(name, lr, 0, Number.MAX_VALUE);

/** Layers, the rules by which their parameters are updated, the state of these in one block each, the number of steps. */
export class Optimizer extends Disposable {
  /** The learning rate of all parameters but those of a group with its own. May be changed between steps. */
  lr: number;
  /** The groups of the option `groups`, in their order. */
  readonly groups: readonly LearningGroup[];
  private readonly heap: Heap;
  private readonly layers: readonly Layer[];
  /** The groups, and behind them that of all other parameters. */
  private readonly all: readonly Group[];
  /** The group of each parameter of each layer by its name. */
  private readonly members: readonly Readonly<Record<string, Group>>[];
  /** How many steps were made. */
  private steps = 0;
  private readonly blocks: readonly Block[];
  private disposed = false;

  /** @internal */
  constructor(heap: Heap, layers: readonly Layer[] | Layer, options: Grouped<{ lr?: number }>, kind: RuleKind<object>) {
    super();
    const { name, keys, rule } = kind;
    this.heap = heap;
    this.layers = [...layersOf(heap, "layers", layers)];
    if (this.layers.length === 0) throw new RangeError(`"layers" expected at least one layer, got none`);
    const given = options ?? {};
    check.options("options", options === undefined ? {} : options, [...keys, "groups"]);
    const own = picked(given, keys);
    this.lr = checkLr("lr", own.lr === undefined ? kind.lr : own.lr);
    const others = new Group(rule(heap, own, ""), this);
    const { groups = [] } = given;
    if (!Array.isArray(groups)) throw new TypeError(`"groups" expected an array, got ${check.show(groups)}`);
    const takers: ReturnType<typeof takerOf>[] = [];
    this.groups = Object.freeze(
      Array.from(groups, (group: ParameterGroup & { lr?: number }, i) => {
        const at = `groups[${i}]`;
        check.options(at, group ?? null, ["layers", "names", ...keys]);
        takers.push(takerOf(at, group, this.layers));
        const { lr, ...rest } = picked(group, keys);
        if (lr !== undefined) checkLr(`${at}.lr`, lr);
        return new Group(rule(heap, { ...own, ...rest }, `${at}.`), this, lr);
      }),
    );
    this.all = [...(this.groups as readonly Group[]), others];
    const free = new Set(this.groups);
    this.members = this.layers.map((layer) => {
      const entries = Object.keys(layer.parameters.byName).map((parameter) => {
        const i = takers.findIndex((takes) => takes(layer, parameter));
        const group = this.all.at(i) as Group;
        free.delete(group);
        return [parameter, group];
      });
      return Object.fromEntries(entries);
    });
    if (free.size) {
      const i = this.groups.findIndex((group) => free.has(group));
      throw new RangeError(`"groups[${i}]" expected parameters that no group before it takes, got none`);
    }
    const owner = { kind: `${name} optimizer` };
    this.blocks = this.layers.map(() => new Block(heap, owner));
    const sizes = this.layers.map(({ parameters }, i) => {
      return parameters.size * Math.max(0, ...Object.values(this.members[i]).map(({ rule }) => rule.buffers.length));
    });
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
    checkLr("lr", this.lr);
    this.groups.forEach(({ lr }, i) => void checkLr(`groups[${i}].lr`, lr));
    this.alive();
    this.steps++;
    for (const { rule } of this.all) rule.advance?.();
    this.layers.forEach(({ parameters }, i) => {
      const { byName, values, size } = parameters;
      for (const name in byName) {
        const { pointer, gradPointer, length } = byName[name];
        const { rule, lr } = this.members[i][name];
        rule.update(pointer, gradPointer, this.blocks[i].pointer + pointer - values, 4 * size, length, lr, this.steps);
      }
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
   * number of the layer and the name of the parameter, `0.weight.exp_avg`, whatever its group. Learning rates and options are
   * not in it.
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
    places.forEach(({ at }, i) => {
      this.heap.f32.set(arrays[i], at >>> 2);
    });
    for (const { rule } of this.all) rule.restart?.(this.steps);
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
    if (this.disposed) throw new Error("this optimizer is disposed");
    for (const block of this.blocks) block.dispose();
    this.disposed = true;
  }

  /** Throws Error after dispose() of the optimiser or of one of its layers. */
  private alive(): void {
    if (this.disposed) throw new Error("this optimizer is disposed");
    for (const layer of this.layers) layer.alive();
  }

  /** Where the buffer of each parameter lies, in bytes. */
  private places(): { name: string; at: number; shape: readonly number[] }[] {
    return this.layers.flatMap(({ parameters: { byName, values, size } }, i) =>
      Object.entries(byName).flatMap(([parameter, { pointer, shape }]) =>
        this.members[i][parameter].rule.buffers.map((buffer, k) => {
          const at = this.blocks[i].pointer + 4 * k * size + (pointer - values);
          return { name: `${i}.${parameter}.${buffer}`, at, shape };
        }),
      ),
    );
  }
}
