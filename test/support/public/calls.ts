// Calls of public functions, made from the rows of table.ts: with arguments that fit, and with one that does not.
import type { Layer, Softcell, Tensor } from "../../../src/index.js";
import { Layer as LayerClass } from "../../../src/layers/layer.js";
import { bits } from "../instance.js";
import { Case, type Plan } from "./case.js";
import type { Entry } from "./entry.js";
import { type ErrorKind, isTensor, type Kind, type Wrong } from "./kinds.js";
import { RECEIVERS } from "./table.js";

type Values = Record<string, unknown>;

/** A call that is ready to be made. */
export interface Call {
  c: Case;
  entry: Entry;
  on: object;
  args: Values;
  options: Values;
}

/** The same call for the same plan; `first` is done to the instance before anything is made on it. */
export function prepare(entry: Entry, plan: Plan, first?: (sc: Softcell) => void): Call {
  const c = new Case({ ...plan, ...entry.needs }, first);
  const on = RECEIVERS[entry.on](c);
  c.on = on;
  entry.after?.(c, on as never);
  const make = (kinds: Record<string, Kind> = {}): Values => {
    const values: Values = {};
    for (const [name, kind] of Object.entries(kinds)) {
      const sometimes = c.random.below(2) === 0;
      if (kind.optional && !(kind.given?.(c) ?? sometimes)) continue;
      c.made[name] = kind.make(c);
      values[propertyOf(name)] = c.made[name];
    }
    return values;
  };
  const call = { c, entry, on, args: make(entry.args), options: make(entry.options) };
  if (plan.full) c.fill();
  return call;
}

/** The option of a name in messages. */
export const propertyOf = (name: string): string => name.replace("options.", "");

const keyOf = (name: string): PropertyKey => (name === "Symbol.dispose" ? Symbol.dispose : name);

/** Makes the call; `options` are the last argument where the function takes them. */
export function make({ on, entry, args, options }: Call): unknown {
  const member = (on as Record<PropertyKey, unknown>)[keyOf(entry.name)];
  if (entry.get) return member;
  const values = [...Object.keys(entry.args ?? {}).map((name) => args[name]), ...(entry.options ? [options] : [])];
  return (member as (...values: unknown[]) => unknown).apply(on, values);
}

/** A call with something wrong: what is, which error that gives, and what its message names. */
export interface Broken {
  what: string;
  call: (call: Call) => Call;
  error: ErrorKind;
  /** One of these stands in the message in quotes; none: it is about a state. */
  names: string[];
  /** Whether it replaces all options. */
  whole?: boolean;
}

/** Everything that can be wrong with a call, one thing at a time. */
export function brokenCalls({ c, entry }: Call): Broken[] {
  const { optionsName = "options" } = entry;
  const kinds = { ...entry.args, ...entry.options };
  const sized = Object.keys(kinds).filter((name) => kinds[name].sized);
  const all: Broken[] = [];
  for (const place of ["args", "options"] as const) {
    for (const [name, kind] of Object.entries(entry[place] ?? {})) {
      const missing: Wrong[] = kind.optional ? [] : [{ value: undefined, error: TypeError }];
      for (const wrong of [...missing, ...kind.wrong(c)]) {
        all.push({
          what: `${name} = ${show(wrong.value)}`,
          call: (call) => {
            const beside = { ...call, args: { ...call.args, ...wrong.with } };
            return { ...beside, [place]: { ...beside[place], [propertyOf(name)]: wrong.value } };
          },
          error: wrong.error,
          names: kind.sized && wrong.error === RangeError ? sized : [name],
        });
      }
    }
  }
  if (entry.options) {
    const required = Object.keys(entry.options).filter((name) => !entry.options?.[name].optional);
    const others = [3, Number.NaN, "3", true, 3n, Symbol("3"), [1], [], Float32Array.of(1), () => 1];
    const whole = [null, ...(required.length ? [undefined] : []), ...others];
    for (const value of whole) {
      const names =
        value === undefined || (value === null && required.length) ? [optionsName, ...required] : [optionsName];
      all.push({
        what: `${optionsName} = ${show(value)}`,
        call: (call) => ({ ...call, options: value as unknown as Values }),
        error: TypeError,
        names,
        whole: true,
      });
    }
    for (const key of ["colour", "Out", ""]) {
      const unknown = (call: Call): Call => ({ ...call, options: { ...call.options, [key]: undefined } });
      all.push({ what: `${optionsName} with ${show(key)}`, call: unknown, error: RangeError, names: [optionsName] });
    }
  }
  return [...all, ...wrongStates(c, entry)];
}

/** On something that is disposed, or before what has to come first. */
function wrongStates(c: Case, entry: Entry): Broken[] {
  const states: Broken[] = [];
  const on = (what: string, receiver: object): void => {
    states.push({ what, call: (call) => ({ ...call, on: receiver }), error: Error, names: [] });
  };
  const gone = RECEIVERS[entry.on](c);
  // of an instance that is disposed there is no memory to compare: test/memory/life.test.ts
  if ("dispose" in gone && entry.on !== "sc" && entry.name !== "disposed") {
    entry.after?.(c, gone as never);
    (gone as Tensor).dispose();
    on("disposed", gone);
  }
  if (entry.after) on("before what comes first", RECEIVERS[entry.on](c));
  return states;
}

export function show(value: unknown): string {
  if (isTensor(value)) return value.disposed ? "a disposed tensor" : `a tensor [${value.shape}]`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`;
  if (typeof value === "object" && value !== null) return `${value.constructor?.name} ${Object.keys(value)}`;
  return typeof value === "bigint" ? `${value}n` : String(value);
}

const NAN = Uint32Array.from([0x7fc00000])[0];

/** The bits of values, NaN being one; shapes are left out. */
function bitsOf(values: Float32Array | Tensor): number[] {
  const floats = values instanceof Float32Array ? values : values.data;
  return Array.from(bits(floats), (v, i) => (Number.isNaN(floats[i]) ? NAN : v));
}

/** All values of a result, whatever it is made of. */
export function valuesOf(result: unknown): unknown {
  if (result instanceof Float32Array || isTensor(result)) return bitsOf(result);
  if (result instanceof Int32Array) return Array.from(result);
  if (result instanceof LayerClass) return stateOf(result);
  if (typeof result === "function") return undefined;
  if (typeof result !== "object" || result === null) return result;
  if (!isPlain(result)) return result.constructor.name;
  return Object.fromEntries(Object.entries(result).map(([name, value]) => [name, valuesOf(value)]));
}

/** Whether a call is made to change its argument. */
export const fills = ({ name }: Entry): boolean => name.startsWith("fill");

/** Parameters and gradients of the layers that a call is about, and what it fills. */
export function layersAfter({ on, args, entry }: Call): unknown {
  const all = [on, Reflect.get(on, "layers"), args.layers, args.lstm].flat();
  const layers = all
    .filter((layer) => layer instanceof LayerClass && !layer.parameters.disposed)
    .map((layer) => stateOf(layer));
  if (!fills(entry)) return layers;
  const { target } = args;
  return [layers, valuesOf(target instanceof Float32Array ? target : (target as Tensor | undefined)?.data)];
}

function stateOf(layer: Layer): unknown {
  return Object.entries(layer.params).map(([name, { data, grad }]) => [name, bitsOf(data), bitsOf(grad)]);
}

export function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Array.isArray(value);
}

/** The tensors and resources of a result. */
export function resourcesOf(result: unknown): { dispose(): void }[] {
  if (typeof result !== "object" || result === null || ArrayBuffer.isView(result)) return [];
  if ("dispose" in result) return [result as Tensor];
  return isPlain(result) ? [...new Set(Object.values(result).flatMap(resourcesOf))] : [];
}
