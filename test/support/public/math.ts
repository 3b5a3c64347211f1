// Rows of the elementary functions and their gradients.
import type * as softcell from "../../../src/index.js";
import { ALONG, N } from "./case.js";
import { axis, type Entry, elementwise, type Kinds, matrixShape } from "./entry.js";
import { floats, none, number, oneOf, optional, out, sc } from "./kinds.js";

const { POSITIVE_INFINITY: INF } = Number;

/** f of x, and its gradient from dy and `of`, which is x or y. */
const pair = (name: string, of: "x" | "y", options: Kinds = {}): Entry[] => [
  { ...elementwise(name), options: { ...options, out: out(N, "x") } },
  {
    on: "module",
    name: `${name}Backward`,
    args: { sc, dy: floats(N, { lengths: none }) },
    options: { [of]: floats(N), ...options, out: out(N, "dy", of) },
    like: "dy",
  },
];
const factor = optional(number([1, 0.3, -2], [INF, -INF]));

const PARAMETERS: Record<softcell.ActivationName, Kinds> = {
  sigmoid: {},
  logSigmoid: {},
  tanh: {},
  softplus: { beta: optional(number([1, 0.3, -2], [0, INF])) },
  silu: {},
  elu: { alpha: factor },
  softsign: {},
  hardSigmoid: { alpha: factor, beta: factor },
  hardTanh: {
    min: optional(number([-1, -7, -INF], [])),
    max: optional(number([1, 7, INF], [-8, -INF])),
  },
  relu: {},
  leakyRelu: { negativeSlope: factor },
};

/** Each as a layer. */
export const ACTIVATIONS = Object.entries(PARAMETERS).map(
  ([name, options]): Entry => ({
    on: "module",
    name: "activation",
    args: { sc, name: { ...oneOf(name), optional: false } },
    options,
  }),
);

// biome-ignore format: rows
export const MATH: Entry[] = [
  ...pair("exp", "y"),
  ...pair("expm1", "x"),
  ...pair("log", "x"),
  ...pair("log1p", "x"),
  ...pair("sigmoid", "y"),
  ...pair("logSigmoid", "x"),
  ...pair("tanh", "y"),
  ...pair("softplus", "x", PARAMETERS.softplus),
  ...pair("silu", "x"),
  ...pair("elu", "x", PARAMETERS.elu),
  ...pair("softsign", "x"),
  ...pair("hardSigmoid", "x", PARAMETERS.hardSigmoid),
  ...pair("hardTanh", "x", PARAMETERS.hardTanh),
  ...pair("clip", "x", { min: optional(number([-INF, -7, 1], [])), max: optional(number([INF, 7, 1], [])) }),
  ...pair("relu", "y"),
  ...pair("leakyRelu", "x", PARAMETERS.leakyRelu),
  { on: "module", name: "prelu", args: { sc, x: floats(N), weight: floats(ALONG) },
    options: { shape: matrixShape("x"), axis, out: out(N, "x") }, like: "x" },
  { on: "module", name: "preluBackward", args: { sc, dy: floats(N) },
    options: { x: floats(N), weight: floats(ALONG), shape: matrixShape("x"), axis, out: out(N, "dy", "x") }, like: "dy" },
];
