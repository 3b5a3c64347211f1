// Groups of parameters: who takes a parameter, and with which options.
import * as check from "../check.js";
import { type Layer, layersOf } from "../layers/layer.js";
import type { Heap } from "../memory/heap.js";

/** The parameters of a group. */
export interface ParameterGroup {
  /** The layers that they are from. Default: all layers of the optimiser. */
  layers?: readonly Layer[] | Layer;
  /** Their names, or a pattern that the names match, such as /bias/. Default: all names. */
  names?: RegExp | readonly string[];
}

/** The options O of an optimiser for all parameters, and other ones for some of them. */
export type Grouped<O> = O & {
  /** A parameter has the options of the first group that takes it, and those of the optimiser where the group has none. */
  groups?: readonly (ParameterGroup & Partial<O>)[];
};

/** A group of `groups` whose learning rate may be changed between steps. */
export interface LearningGroup {
  /** Its learning rate: that of the optimiser as long as the group has none of its own. */
  lr: number;
}

/** How an optimiser updates parameters, with its options but for the learning rate. */
export interface Rule {
  /** Names of the buffers of a parameter, each as long as it is; they lie `stride` bytes after each other. */
  readonly buffers: readonly string[];
  /** What changes with every step, before its updates. */
  advance?(): void;
  /** The same after so many steps that were made elsewhere. */
  restart?(steps: number): void;
  update(values: number, grads: number, buffers: number, stride: number, size: number, lr: number, step: number): void;
}

/** What an optimiser is made of. */
export interface RuleKind<O> {
  /** For messages. */
  name: string;
  keys: readonly (keyof O & string)[];
  /** The default of lr, where there is one. */
  lr?: number;
  /** Checks the options, whose names in messages follow `at`. */
  rule(heap: Heap, options: O, at: string): Rule;
}

/** Parameters with one rule and learning rate. */
export class Group implements LearningGroup {
  /** @internal */
  readonly rule: Rule;
  private readonly others: LearningGroup;
  private own: number | undefined;

  /** @internal `others` has the learning rate as long as there is no `own` one. */
  constructor(rule: Rule, others: LearningGroup, own?: number) {
    this.rule = rule;
    this.others = others;
    this.own = own;
  }

  get lr(): number {
    return this.own ?? this.others.lr;
  }

  set lr(value: number) {
    this.own = value;
  }
}

/** These options of an object, each read once; those that are undefined are left to `others`. */
export function picked<O extends object>(options: O, keys: readonly string[], others = {}): O {
  const copy: Record<string, unknown> = { ...others };
  for (const key of keys) {
    const value = options[key as keyof O];
    if (value !== undefined) copy[key] = value;
  }
  return copy as O;
}

/** Whether a group takes a parameter of a layer. Throws for layers or names that are not there. */
export function takerOf(
  at: string,
  { layers, names }: ParameterGroup,
  all: readonly Layer[],
): (layer: Layer, name: string) => boolean {
  const of = ({ parameters }: Layer) => parameters;
  const from = (layers === undefined ? all : layersOf(all[0].heap, `${at}.layers`, layers)).map(of);
  if (!from.every((parameters) => all.map(of).includes(parameters))) {
    throw new RangeError(`"${at}.layers" expected layers of the optimizer, got another one`);
  }
  const list = Array.isArray(names) ? [...names] : undefined;
  if (names !== undefined && !list && Object.prototype.toString.call(names) !== "[object RegExp]") {
    throw new TypeError(`"${at}.names" expected a regular expression or an array of names, got ${check.show(names)}`);
  }
  const known = from.flatMap(({ byName }) => Object.keys(byName));
  list?.forEach((name, i) => void check.oneOf(`${at}.names[${i}]`, name, known));
  // search() starts at 0, also with a pattern that has the flag g
  return (layer, name) =>
    from.includes(of(layer)) && (list?.includes(name) ?? name.search((names ?? "") as RegExp) >= 0);
}
