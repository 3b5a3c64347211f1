// Rows of the elementary functions and their gradients.
import { C, N } from "./case.js";
import { type Entry, elementwise, type Kinds, matrixShape } from "./entry.js";
import { floats, none, number, optional, out, sc } from "./kinds.js";

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

// biome-ignore format: rows
export const MATH: Entry[] = [
  ...pair("exp", "y"),
  ...pair("expm1", "x"),
  ...pair("log", "x"),
  ...pair("log1p", "x"),
  ...pair("sigmoid", "y"),
  ...pair("logSigmoid", "x"),
  ...pair("tanh", "y"),
  ...pair("softplus", "x", { beta: optional(number([1, 0.3, -2], [0, INF])) }),
  ...pair("silu", "x"),
  ...pair("elu", "x", { alpha: factor }),
  ...pair("softsign", "x"),
  ...pair("hardSigmoid", "x", { alpha: factor, beta: factor }),
  ...pair("hardTanh", "x", { min: optional(number([-1, -7, -INF], [])), max: optional(number([1, 7, INF], [-8, -INF])) }),
  ...pair("relu", "y"),
  ...pair("leakyRelu", "x", { negativeSlope: factor }),
  { on: "module", name: "prelu", args: { sc, x: floats(N), weight: floats(C) },
    options: { shape: matrixShape("x"), out: out(N, "x") }, like: "x" },
  { on: "module", name: "preluBackward", args: { sc, dy: floats(N) },
    options: { x: floats(N), weight: floats(C), shape: matrixShape("x"), out: out(N, "dy", "x") }, like: "dy" },
];
