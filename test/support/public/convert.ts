// Rows of the conversions from and to other systems.
import type { StateEntry } from "../../../src/index.js";
import type { Case } from "./case.js";
import type { Entry, Kinds } from "./entry.js";
import { type ErrorKind, integer, type Kind, number, oneOf, optional } from "./kinds.js";

type Shapes = (I: number, H: number) => Readonly<Record<string, readonly number[]>>;

/** An object of arrays, with their shapes or bare; the last of them may be missing where `least` say so. */
function arrays(shapes: Shapes, { least, missing }: { least: number; missing: ErrorKind }): Kind {
  const make = (c: Case): Record<string, StateEntry> =>
    Object.fromEntries(
      Object.entries(shapes(c.cols, c.hidden)).map(([name, shape]) => {
        const values = c.random.normals(shape.reduce((a, b) => a * b));
        return [name, { data: c.chance(2) ? c.view(values) : values, shape }];
      }),
    );
  return {
    optional: false,
    make: (c) => {
      const all = Object.entries(make(c));
      // without the optional ones, but never without one of two biases
      const some = c.random.below(2) ? all : all.slice(0, least);
      return Object.fromEntries(some.map(([name, entry]) => [name, c.chance(2) ? entry.data : entry]));
    },
    wrong(c) {
      const right = make(c);
      const names = Object.keys(right);
      const { data, shape } = right[names[least - 1]];
      const put = (value: unknown) => ({ ...right, [names[least - 1]]: value });
      const kinds = [null, 3, "3", ["1", "2"], new BigInt64Array(data.length), { data }, { data: ["1"], shape }];
      const sizes = [
        data.slice(1),
        { data, shape: [...shape, 2] },
        { data: data.slice(1), shape },
        { data, shape: [-1] },
      ];
      const without = Object.fromEntries(Object.entries(right).slice(1));
      return [
        ...[null, 3, "3", [data], ...kinds.map(put)].map((value) => ({ value, error: TypeError })),
        ...[{}, without].map((value) => ({ value, error: missing })),
        ...[{ ...right, other: data }, ...sizes.map(put)].map((value) => ({ value, error: RangeError })),
      ];
    },
  };
}

const state = arrays(
  (I, H) => ({ weight_ih_l0: [4 * H, I], weight_hh_l0: [4 * H, H], bias_ih_l0: [4 * H], bias_hh_l0: [4 * H] }),
  { least: 2, missing: RangeError },
);
const outside = () => [-1, 2 ** 31];
const anyNames = { layer: optional(integer(() => [0, 3], outside)), direction: oneOf("forward", "reverse") };
const theseNames = { layer: optional(integer(() => [0], outside)), direction: oneOf("forward") };

const pair = (system: string, least: number, shapes: Shapes, more: Kinds = {}): Entry[] => [
  {
    on: "module",
    name: `from${system}`,
    args: { weights: arrays(shapes, { least, missing: TypeError }) },
    options: { ...anyNames, ...more },
  },
  { on: "module", name: `to${system}`, args: { state }, options: { ...theseNames, ...more } },
];

// biome-ignore format: rows
export const CONVERSIONS: Entry[] = [
  ...pair("Onnx", 2, (I, H) => ({ W: [1, 4 * H, I], R: [1, 4 * H, H], B: [1, 8 * H], P: [1, 3 * H] })),
  ...pair("Keras", 2, (I, H) => ({ kernel: [I, 4 * H], recurrent_kernel: [H, 4 * H], bias: [4 * H] })),
  ...pair("TensorFlow1", 2, (I, H) => ({ kernel: [I + H, 4 * H], bias: [4 * H] }),
    { forgetBias: optional(number([0, 1, -0.1], [1e39, Number.NEGATIVE_INFINITY])) }),
  ...pair("OpenVino", 3, (I, H) => ({ W: [1, 4 * H, I], R: [1, 4 * H, H], B: [1, 4 * H] })),
];
