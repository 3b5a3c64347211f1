// Rows of the alternatives to softmax, and of what is done with its logits.
import { ALONG, C, N, R, type Size } from "./case.js";
import { axis, cols, type Entry, type Kinds, matrixShape, rows } from "./entry.js";
import { boolean, float32Array, floats, indices, integer, type Kind, number, optional, out, sc } from "./kinds.js";

const { POSITIVE_INFINITY: INF } = Number;

const normalized = (of: string): Kinds => ({ shape: matrixShape(of), cols, axis });
const eps = optional(number([0, 1e-5], [-1, INF]));
const seed = optional(
  integer(
    () => [0, 2 ** 32 - 1],
    () => [-1, 2 ** 32],
  ),
);
const upToAll = integer(
  (c) => [1, ALONG(c)],
  (c) => [0, ALONG(c) + 1],
);
const logits = floats(N, { each: (random) => 5 * random.normal(), not: [Number.NaN, INF] });

/** f of x, and its gradient from dy and `of`, which is x or y. */
const pair = (name: string, of: "x" | "y", options: (of: string) => Kinds): Entry[] => [
  { on: "module", name, args: { sc, x: floats(N) }, options: { ...options("x"), out: out(N, "x") }, like: "x" },
  {
    on: "module",
    name: `${name}Backward`,
    args: { sc, dy: floats(N) },
    options: { [of]: floats(N), ...options("dy"), out: out(N, "dy", of) },
    like: "dy",
  },
];

const some: Size = (c) => Math.max(1, N(c));
const scalar: Kind = {
  optional: false,
  make: () => (x: Float32Array) => x.reduce((sum, v) => sum + v * v, 0),
  wrong: () => [
    ...[null, 3, "3", {}, () => "3"].map((value) => ({ value, error: TypeError })),
    { value: () => Number.NaN, error: RangeError },
  ],
};
const finite = float32Array(some, { read: true, each: (random) => random.normal(), not: [Number.NaN, -INF] });

/** Off and on. */
const values: Kind = {
  optional: true,
  make: () => [-1, 0.5],
  wrong: () => [
    ...[null, 3, "3", {}, ["0", 1]].map((value) => ({ value, error: TypeError })),
    ...[[], [1], [0, 1, 2]].map((value) => ({ value, error: RangeError })),
  ],
};

// biome-ignore format: rows
export const ALTERNATIVES: Entry[] = [
  ...pair("standardNormalize", "x", (of) => ({ ...normalized(of), eps })),
  ...pair("taylorSoftmax", "x", rows),
  ...pair("sphericalSoftmax", "x", (of) => ({ ...rows(of), eps })),
  ...pair("sparsemax", "y", rows),
  { on: "module", name: "gumbelSoftmax", args: { sc, x: floats(N) }, options: {
    ...rows("x"), temperature: optional(number([1, 0.5], [0, -1, INF])), hard: boolean, seed, out: out(N, "x") }, like: "x" },
  { on: "module", name: "argmax", args: { sc, x: floats(N) }, options: { ...normalized("x"), selectLast: boolean } },
  { on: "module", name: "hardmax", args: { sc, x: floats(N) }, options: { ...normalized("x"), selectLast: boolean, out: out(N, "x") }, like: "x" },
  { on: "module", name: "topK", args: { sc, x: floats(N), k: upToAll }, options: { ...normalized("x"), largest: boolean } },
  { on: "module", name: "sample", args: { sc, logits }, options: {
    ...normalized("logits"), temperature: optional(number([0, 1, 0.7], [-1, INF])), topK: optional(upToAll),
    topP: optional(number([1, 0.5], [0, 1.1])), seed } },
  { on: "module", name: "oneHot", args: { sc, ids: indices(R, C, { free: true }), classes: integer((c) => [c.cols], () => [0, -1]) },
    options: { axis: optional(integer(() => [0, 1, -1, -2], () => [2, -3])), values, negativeIds: { ...boolean, make: () => false } } },
  { on: "module", name: "maxSoftmaxConfidence", args: { classes: integer(() => [1, 100], () => [0, -1]) } },
  { on: "module", name: "gradCheck", args: { f: scalar, x: finite, dx: finite }, options: {
    epsilon: optional(number([0.01], [0, 2])), tolerance: optional(number([0.01], [0, 1.1])),
    samples: optional(integer(() => [1, 7], () => [0])), seed } },
];
