// Values that stand for others and do something else when they are looked at: getters, proxies, subclasses, lookalikes, arrays whose
// buffer changes its size.

import { lengthOf } from "../../src/arrays.js";
import { type Layer, softmax, tensor } from "../../src/index.js";
import { Layer as LayerClass } from "../../src/layers/layer.js";
import { Tensor } from "../../src/memory/tensor.js";
import { type Call, make, prepare } from "./public/calls.js";
import { isTensor } from "./public/kinds.js";
import type { Random } from "./random.js";

/** Something that user code may do in the middle of a call. */
export type Deed = () => void;

type Resizable = ArrayBuffer & { resize(bytes: number): void; maxByteLength: number };
const resizable = (bytes: number, most: number): Resizable =>
  new (ArrayBuffer as unknown as new (bytes: number, options: object) => Resizable)(bytes, { maxByteLength: most });
const growable = (bytes: number, most: number): SharedArrayBuffer & { grow(bytes: number): void } =>
  new (SharedArrayBuffer as unknown as new (bytes: number, options: object) => never)(bytes, { maxByteLength: most });

const attempt = (deed: Deed): void => {
  try {
    deed();
  } catch {
    // what it does may be refused by now
  }
};

/** Deeds on what a call is about; `buffers` are those that may change their size. */
export function deedsOf(call: Call, random: Random, buffers: Resizable[]): Deed[] {
  const { c, on } = call;
  const { sc } = c;
  const values = [on, ...Object.values(call.args), ...Object.values(call.options)].flat();
  const owners = values.filter((v) => isTensor(v) || v instanceof LayerClass) as (Tensor | Layer)[];
  const others = [7, 1, 40].map((rows) => new Float32Array(rows * c.cols));
  return [
    () => (on as Layer).dispose?.(),
    () => owners[random.below(owners.length || 1)]?.dispose(),
    () => {
      for (const owner of owners) attempt(() => owner.dispose());
    },
    // takes the room of what was disposed, with numbers that would show
    () => {
      for (let i = 0; i < 8; i++) tensor(sc, [1 + random.below(60)]).data.fill(7e7);
    },
    () => void tensor(sc, [sc.memoryUsage.total / 4]),
    () => {
      for (const buffer of buffers) attempt(() => buffer.resize(4 * random.below(buffer.maxByteLength / 4)));
    },
    () => {
      for (const value of values) {
        // its memory is no Float32Array's own
        if (value instanceof Float32Array && value.byteOffset === 0 && !isMemory(call, value)) {
          attempt(() => structuredClone(value.buffer, { transfer: [value.buffer as ArrayBuffer] }));
        }
      }
    },
    () => void (on as { forward?(x: Float32Array): void }).forward?.(others[random.below(others.length)]),
    () => void (on as { backward?(x: Float32Array): void }).backward?.(others[random.below(others.length)]),
    () => void softmax(sc, new Float32Array(500)),
    () => (random.below(4) === 0 ? sc.dispose() : undefined),
    // the same call, with arguments of another size
    () => void make({ ...prepare(call.entry, { ...c.plan, rows: 7, cols: 9 }), on }),
  ].map((deed) => () => attempt(deed));
}

const isMemory = ({ c }: Call, { buffer }: Float32Array): boolean => Reflect.get(c.sc, "heap").buffer === buffer;

/** Does something when it is looked at, at first or a little later. */
class Watched {
  private looks = 0;
  private readonly deed: Deed;
  private readonly first: number;

  constructor(deed: Deed, first: number) {
    this.deed = deed;
    this.first = first;
  }

  /** What was looked at. */
  seen<T>(value: T): T {
    this.look();
    return value;
  }

  /** Whether the second look has come. */
  look(): boolean {
    if (this.looks >= this.first && this.looks < this.first + 2) this.deed();
    this.looks++;
    return this.looks > 1;
  }
}

/** A value in the place of another one of the same contents; `deed` is done when it is looked at. */
export function hostile(value: unknown, random: Random, deed: Deed, buffers: Resizable[]): unknown {
  const watched = new Watched(deed, random.below(3));
  if (value instanceof Float32Array) return hostileFloats(value, random, watched, buffers);
  if (ArrayBuffer.isView(value)) return hostileInts(value as Int32Array, random, watched);
  if (Array.isArray(value)) return hostileArray(value, random, watched);
  if (value instanceof Tensor || value instanceof LayerClass) return hostileObject(value, random, watched);
  return value;
}

/** Options whose getters do something, or that say something else the second time. */
export function hostileOptions(options: Record<string, unknown>, random: Random, deed: Deed): unknown {
  const watched = new Watched(deed, random.below(3));
  const read = (key: string): unknown => (watched.look() && random.below(2) === 0 ? other(options[key]) : options[key]);
  const way = random.below(4);
  if (way === 0) {
    return new Proxy(options, {
      get: (_, key) => read(key as string),
      ownKeys: (target) => watched.seen(Reflect.ownKeys(target)),
      getPrototypeOf: () => watched.seen(Object.prototype),
    });
  }
  const getters = Object.fromEntries(
    Object.keys(options).map((key) => [key, { get: () => read(key), enumerable: way < 3, configurable: true }]),
  );
  // own getters, those of a prototype, those of a class
  return way === 1 ? Object.defineProperties({}, getters) : Object.create(Object.defineProperties({}, getters));
}

/** What a value that was right may become. */
function other(value: unknown): unknown {
  if (typeof value === "number") return value * 1000 + 1;
  if (typeof value === "boolean") return !value;
  if (value instanceof Float32Array) return new Float32Array(value.length * 3 + 5);
  if (Array.isArray(value)) return [...value, ...value, 999];
  return undefined;
}

const LIES = [
  "length",
  "byteLength",
  "byteOffset",
  "buffer",
  "set",
  "slice",
  "subarray",
  "constructor",
  Symbol.iterator,
];

function hostileFloats(values: Float32Array, random: Random, watched: Watched, buffers: Resizable[]): unknown {
  // it may have been made to lie in another place of the call
  const n = lengthOf(values);
  const copy = new Float32Array(values);
  const lie = (key: PropertyKey): unknown => {
    watched.look();
    if (key === "length" || key === "byteLength") return [0, 1e6, n + 100, -1, 2 ** 31][random.below(5)];
    if (key === "byteOffset") return [4096, 4, 1e5][random.below(3)];
    return key === "buffer" ? new ArrayBuffer(1e6) : () => new Float32Array(1e4);
  };
  const lying = (array: Float32Array): Float32Array => {
    for (const key of LIES) {
      if (random.below(2)) Object.defineProperty(array, key, { get: () => lie(key), configurable: true });
    }
    return array;
  };
  switch (random.below(7)) {
    case 0:
      return lying(values);
    case 1: {
      const liar = class extends Float32Array {};
      const lied = new liar(copy);
      for (const key of LIES.slice(0, 4)) Object.defineProperty(liar.prototype, key, { get: () => lie(key) });
      return lied;
    }
    case 2: {
      const buffer = resizable(4 * n, 4 * n + 4096);
      buffers.push(buffer);
      const tracking = new Float32Array(buffer);
      tracking.set(copy);
      return random.below(2) ? tracking : lying(tracking);
    }
    case 3: {
      const buffer = resizable(4 * n + 64, 4 * n + 4096);
      buffers.push(buffer);
      const fixed = new Float32Array(buffer, 32, n);
      fixed.set(copy);
      return fixed;
    }
    case 4: {
      const shared = new Float32Array(growable(4 * n, 4 * n + 4096) as unknown as ArrayBuffer);
      shared.set(copy);
      return shared;
    }
    case 5:
      return hostileArray(Array.from(copy), random, watched);
    default:
      return new Proxy(values, { get: (target, key) => watched.seen(Reflect.get(target, key, target)) });
  }
}

function hostileInts(values: Int32Array, random: Random, watched: Watched): unknown {
  const n = lengthOf(values);
  if (random.below(3) === 0) return hostileArray(Array.from(values, Number), random, watched);
  for (const key of LIES) {
    const lie = () => watched.seen(key === "length" ? n + 50 : () => [][Symbol.iterator]());
    if (random.below(2)) Object.defineProperty(values, key, { get: lie, configurable: true });
  }
  return values;
}

function hostileArray(values: readonly unknown[], random: Random, watched: Watched): unknown {
  const n = values.length;
  // right the first time that it is asked for
  let lengths = 0;
  const length = (): number => watched.seen(lengths++ ? [n, n + 50, 0, 1][random.below(4)] : n);
  const element = (i: number): unknown => (watched.look() && random.below(3) === 0 ? 1e6 : values[i]);
  if (random.below(2)) {
    return new Proxy([...values], {
      get: (target, key) =>
        key === "length" ? length() : /^\d+$/.test(String(key)) ? element(Number(key)) : Reflect.get(target, key),
    });
  }
  const array: object = random.below(2) ? [] : {};
  for (let i = 0; i < n; i++) Object.defineProperty(array, i, { get: () => element(i), enumerable: true });
  if (!Array.isArray(array)) Object.defineProperty(array, "length", { get: length });
  return array;
}

function hostileObject(value: Tensor | Layer, random: Random, watched: Watched): unknown {
  switch (random.below(4)) {
    case 0:
      return new Proxy(value, {
        get: (target, key) => {
          watched.look();
          const own = Reflect.get(target, key, target);
          return key === "length" || key === "size" ? own + 1000 : typeof own === "function" ? own.bind(target) : own;
        },
      });
    case 1:
      return Object.create(value, {
        length: { value: 1e5 },
        parameters: { value: { grads: 4096, values: 4096, size: 1e4 } },
      });
    default:
      for (const [key, lie] of [
        ["length", 1e5],
        ["shape", [300, 300]],
      ] as const) {
        attempt(() => Object.defineProperty(value, key, { value: lie }));
        attempt(() => Reflect.set(value, key, lie));
      }
      return value;
  }
}

/** The call with some of its values replaced. */
export function withHostility(call: Call, random: Random): Call {
  const buffers: Resizable[] = [];
  const deeds = deedsOf(call, random, buffers);
  const deed = (): Deed => (random.below(4) ? deeds[random.below(deeds.length)] : () => {});
  const replaced = (values: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        random.below(2) && name !== "sc" ? hostile(value, random, deed(), buffers) : value,
      ]),
    );
  const { entry } = call;
  const options = entry.options ? replaced(call.options) : call.options;
  return {
    ...call,
    args: replaced(call.args),
    options: (entry.options && random.below(2) ? hostileOptions(options, random, deed()) : options) as never,
  };
}
