// The kinds of arguments of public functions: for each a value that fits, and what does not fit, with the error it gives.
import { type Floats, type Layer, linear, lstm, tensor } from "../../../src/index.js";
import { Tensor } from "../../../src/memory/tensor.js";
import { anyValues } from "../property.js";
import type { Random } from "../random.js";
import { type Case, N, type Size } from "./case.js";

export type ErrorKind = typeof Error | typeof TypeError | typeof RangeError;

/** A value that does not fit; `with` has arguments that it needs beside it. */
export interface Wrong {
  value: unknown;
  error: ErrorKind;
  with?: Record<string, unknown>;
}

export interface Kind {
  make(c: Case): unknown;
  wrong(c: Case): Wrong[];
  /** Whether leaving it out is no error. */
  optional: boolean;
  /** When an optional one is given. Default: sometimes. */
  given?: (c: Case) => boolean;
  /** Its size has to fit to that of others, which a message may name instead. */
  sized?: boolean;
}

const NO_OBJECT = [null, 3, Number.NaN, "3", true, 3n, Symbol("3")];
const typeErrors = (values: unknown[]): Wrong[] => values.map((value) => ({ value, error: TypeError }));
const rangeErrors = (values: unknown[]): Wrong[] => values.map((value) => ({ value, error: RangeError }));

export const optional = (kind: Kind): Kind => ({ ...kind, optional: true });

/** Optional, but what is drawn needs it. */
export const given = (kind: Kind): Kind => ({ ...kind, optional: true, given: () => true });

interface FloatsOptions {
  /** The shape as a tensor. Default: rows and columns where they fit, else flat. */
  shape?: (c: Case) => readonly number[];
  /** Wrong lengths. Default: one more and one less. */
  lengths?: (c: Case) => number[];
  /** One of the values, where not any will do, and some that will not. */
  each?: (random: Random) => number;
  not?: number[];
  /** Whether it is only read, so that other arrays do as well. */
  read?: boolean;
  /** Whether integers are taken as something else, which has another length. */
  integers?: boolean;
}

/** For `lengths`: any length will do. */
export const none = (): number[] => [];

/** A view of n elements on a memory that has grown. */
function detached(n: number): Float32Array {
  const view = new Float32Array(n);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

/** A Float32Array or a tensor of this length. */
export function floats(length: Size, options: FloatsOptions = {}): Kind {
  return {
    optional: false,
    sized: true,
    make(c) {
      const n = length(c);
      const { shape: own, each } = options;
      const values = anyValues(c.random, n === N(c) ? c.rows : 1, n === N(c) ? c.cols : n);
      return c.place(
        each ? values.map(() => each(c.random)) : values,
        own?.(c) ?? (n === N(c) ? [c.rows, c.cols] : [n]),
      );
    },
    wrong(c) {
      const n = length(c);
      const lengths = options.lengths?.(c) ?? [n + 1, ...(n > 0 ? [n - 1] : [])];
      const { each = () => 0, not = [] } = options;
      const values = not.map((bad) => Float32Array.from({ length: n }, (_, i) => (i === n - 1 ? bad : each(c.random))));
      return [
        ...typeErrors([...NO_OBJECT, {}, () => 1, Array(n + 1).fill("1"), [null]]),
        ...(options.integers ? rangeErrors : typeErrors)([new BigInt64Array(n)]),
        ...typeErrors([new ArrayBuffer(4 * n), c.foreign]),
        ...[c.gone, detached(n)].map((value) => ({ value, error: Error })),
        ...rangeErrors([...lengths.flatMap((l) => [new Float32Array(l), tensor(c.sc, [l])]), ...values]),
      ];
    },
  };
}

/** Other arrays of n numbers, which can be read but hold no result. */
const unwritable = (n: number): Wrong[] => typeErrors([Array(n).fill(1), new Float64Array(n), new Int32Array(n)]);

/** A Float32Array, where no tensor will do. */
export function float32Array(length: Size, options: FloatsOptions = {}): Kind {
  const kind = floats(length, options);
  return {
    ...kind,
    make(c) {
      const values = anyValues(c.random, 1, length(c)).map((v) => options.each?.(c.random) ?? v);
      return c.chance(2) ? c.view(values) : values;
    },
    wrong: (c) => [
      ...kind.wrong(c).map((wrong) => (isTensor(wrong.value) ? { ...wrong, error: TypeError } : wrong)),
      ...(options.read ? [] : unwritable(length(c))),
    ],
  };
}

/** Integers of this length, indices from `least` to below `below`; `free`: any length will do. */
export function indices(length: Size, below: Size, { least = 0, free = false } = {}): Kind {
  return {
    optional: false,
    sized: true,
    make: (c) => c.ints(c.random.ints(length(c), below(c) - least).map((v) => v + least)),
    wrong(c) {
      const [n, right] = [length(c), c.random.ints(length(c), below(c) - least).map((v) => v + least)];
      const values = [below(c), least - 1, 2 ** 31 - 1, -(2 ** 31)].map((bad) =>
        right.map((v, i) => (i === n - 1 ? bad : v)),
      );
      return [
        ...typeErrors([null, "3", true, 3n, Symbol("3"), {}, Array(n).fill("3").concat(["3"]), c.foreign]),
        ...rangeErrors([Number.NaN, 0.5, Array(n + 1).fill(0.5), new BigInt64Array(n + 1).fill(2n ** 40n)]),
        ...(n > 0 ? rangeErrors(values) : []),
        ...(free ? [] : rangeErrors([right.slice(1), new Int32Array(n + 1).fill(least)])),
      ];
    },
  };
}

/** One of these integers; those just outside are `wrong`. */
export function integer(choices: (c: Case) => number[], wrong: (c: Case) => number[]): Kind {
  return {
    optional: false,
    make: (c) => pick(c, choices(c)),
    wrong: (c) => [
      ...typeErrors([null, "2", true, 2n, {}, [2], Symbol("2")]),
      ...rangeErrors([...wrong(c), 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
    ],
  };
}

/** A size of `least` or more that something new gets. */
export const newSize = (least = 1): Kind =>
  integer(
    () => [1, 2, 3],
    () => [least - 1, -7, 2 ** 31],
  );

export function number(choices: number[], wrong: number[]): Kind {
  return {
    optional: false,
    make: (c) => pick(c, choices),
    wrong: () => [...typeErrors([null, "1", true, 1n, {}, [1], Symbol("1")]), ...rangeErrors([...wrong, Number.NaN])],
  };
}

export function oneOf(...choices: string[]): Kind {
  return {
    optional: true,
    make: (c) => pick(c, choices),
    wrong: () => [...typeErrors([null, 1, true, {}, [choices[0]]]), ...rangeErrors(["", "toString", `${choices[0]} `])],
  };
}

/** The instance. */
export const sc: Kind = {
  optional: false,
  make: (c) => c.sc,
  wrong: () => typeErrors([undefined, null, 3, {}, []]),
};

export const boolean: Kind = {
  optional: true,
  make: (c) => c.random.below(2) === 0,
  wrong: () => typeErrors([null, 0, 1, "true", {}, []]),
};

/** A layer, or several; each is one more of the case. */
export const layers: Kind = {
  optional: false,
  make(c) {
    const all = [
      linear(c.sc, { inFeatures: c.cols, outFeatures: c.hidden }),
      lstm(c.sc, { inputSize: c.cols, hiddenSize: 2 }),
    ];
    for (const layer of all) fillGradients(c, layer);
    return c.random.below(2) ? all : all[0];
  },
  wrong(c) {
    const [layer, dead] = [0, 1].map(() => linear(c.sc, { inFeatures: 1, outFeatures: 1 }));
    dead.dispose();
    return [
      ...typeErrors([...NO_OBJECT, {}, [null], [layer, 3], c.gone, c.foreignLayer, [layer, c.foreignLayer]]),
      ...rangeErrors([[layer, layer]]),
      ...[dead, [layer, dead]].map((value) => ({ value, error: Error })),
    ];
  },
};

export function fillGradients(c: Case, layer: Layer): void {
  for (const { grad } of Object.values(layer.params)) grad.set(c.random.normals(grad.length));
}

/** A shape with this product and at least so many axes, of an argument which has its own as a tensor. */
export function shape(
  length: Size,
  make: (c: Case) => readonly number[],
  { of = "", least = 0 }: { of?: string; least?: number } = {},
): Kind {
  return {
    optional: true,
    given: (c) => c.plan.explicit || !isTensor(c.made[of]) || !c.chance(2),
    sized: true,
    make,
    wrong: (c) => [
      ...typeErrors([...NO_OBJECT, {}, Int32Array.of(1, 2), ["2"], [null], [[2]]]),
      ...rangeErrors([[length(c) + 2], [Number.NaN], [1.5], [-1], [Number.POSITIVE_INFINITY]]),
      ...(least > 0 ? rangeErrors([[]]) : []),
    ],
  };
}

/** Where the result of this length goes; it may be one of these arguments, where that has its length. */
export function out(length: Size, ...same: string[]): Kind {
  const kind = floats(length);
  return {
    optional: true,
    given: (c) => c.plan.out,
    sized: true,
    make(c) {
      const n = length(c);
      const inputs = same.map((name) => c.made[name] as Floats).filter((input) => input.length === n);
      const own = inputs.find(isTensor)?.shape ?? [n];
      // a view on a memory that grows is detached
      if (c.plan.full) return c.chance(2) ? tensor(c.sc, own) : new Float32Array(n);
      if (inputs.length && c.chance(2)) return inputs[0];
      return c.place(new Float32Array(n).fill(7), own);
    },
    wrong(c) {
      const n = length(c);
      const overlapping = same.flatMap((name): Wrong[] => {
        const input = c.made[name] as Floats;
        // shifted by one element it overlaps the input, if both have one more
        if (n < 2 || input.length < 2) return [];
        const room = tensor(c.sc, [n + input.length + 4]).data;
        const view = room.subarray(1, 1 + input.length);
        view.set(input instanceof Float32Array ? input : input.data);
        return [{ value: room.subarray(2, 2 + n), error: RangeError, with: { [name]: view } }];
      });
      return [...kind.wrong(c), ...unwritable(n), ...overlapping];
    },
  };
}

export const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

export const pick = <T>(c: Case, choices: readonly T[]): T => choices[c.random.below(choices.length)];
