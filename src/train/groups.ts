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
  private own: number | undefined;
  private readonly others: LearningGroup;

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

/** Elements of a layer that lie one after the other and are of one group: `size` from `start` on. */
export interface Run {
  group: Group;
  start: number;
  size: number;
}

export const checkLr = (name: string, lr: unknown): number => check.number(name, lr, 0, Number.MAX_VALUE);

/** These options of an object, each read once; those that are undefined are left to `others`. */
export function picked<O extends object>(options: object, keys: readonly string[], others: object = {}): O {
  const copy: Record<string, unknown> = { ...others };
  for (const key of keys) {
    const value = (options as Record<string, unknown>)[key];
    if (value !== undefined) copy[key] = value;
  }
  return copy as O;
}

/** Whether a group takes a parameter, by its layer and name. Throws RangeError for a layer or name that is not there. */
export function selection(
  heap: Heap,
  at: string,
  { layers, names }: ParameterGroup,
  all: readonly Layer[],
): (layer: Layer, name: string) => boolean {
  const among = layers === undefined ? all : layersOf(heap, `${at}.layers`, layers);
  const known = among.map(({ parameters }) => parameters);
  if (known.some((parameters) => !all.some((layer) => layer.parameters === parameters))) {
    throw new RangeError(`"${at}.layers" expected layers of the optimizer, got another one`);
  }
  const matches = matcher(`${at}.names`, names);
  const given = Array.isArray(names) ? names : [];
  const missing = given.find((name) => !known.some(({ byName }) => Object.hasOwn(byName, name)));
  if (missing !== undefined) {
    const there = new Set(known.flatMap(({ byName }) => Object.keys(byName)));
    throw new RangeError(`"${at}.names" expected names among ${[...there].join(", ")}, got ${check.show(missing)}`);
  }
  return ({ parameters }, name) => known.includes(parameters) && matches(name);
}

function matcher(title: string, names: ParameterGroup["names"]): (name: string) => boolean {
  if (names === undefined) return () => true;
  if (Object.prototype.toString.call(names) === "[object RegExp]") return (name) => name.search(names as RegExp) >= 0;
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string")) {
    throw new TypeError(`"${title}" expected a regular expression or an array of names, got ${check.show(names)}`);
  }
  return (name) => names.includes(name);
}

/** The elements of a layer by their groups. Gaps between parameters, which are 0, go with the one before. */
export function runsOf({ parameters }: Layer, groups: Readonly<Record<string, Group>>): readonly Run[] {
  const { byName, values, size } = parameters;
  const runs: Run[] = [];
  for (const name in byName) {
    const group = groups[name];
    const start = (byName[name].pointer - values) / 4;
    const last = runs.at(-1);
    if (last) last.size = start - last.start;
    if (last?.group !== group) runs.push({ group, start, size: size - start });
  }
  const last = runs.at(-1);
  if (last) last.size = size - last.start;
  return runs;
}
