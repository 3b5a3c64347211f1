// Functions of single elements with their gradients.
import * as softcell from "../../src/index.js";
import { Random } from "../../test/support/random.js";
import type { Case } from "../cases.js";
import * as plain from "../plain/elementwise.js";
import * as gradients from "../plain/elementwise-backward.js";
import { type TensorCase, tensorCase } from "../tensors.js";

const ELEMENTS = 4096;
const COMMON = {
  family: "elementwise",
  size: `${ELEMENTS}`,
  bound: { relative: 1e-6, absolute: 1e-7 },
  shape: [ELEMENTS],
};

type Inputs = ReturnType<TensorCase["inputs"]>;

const numbers = (from: number, to: number): Inputs[0] => [[ELEMENTS], new Random(ELEMENTS).floats(ELEMENTS, from, to)];

const slope = (): Inputs[0] => [[1], Float32Array.of(0.25)];

const { prelu, ...functions } = plain;
const { preluBackward, ...backwards } = gradients;

function elementCase(name: keyof typeof functions): Case {
  const logarithm = name === "log" || name === "log1p";
  return tensorCase({
    ...COMMON,
    name,
    inputs: () => [logarithm ? numbers(0.01, 100) : numbers(-8, 8)],
    library: (sc, [x], options) => {
      return () => softcell[name](sc, x, options);
    },
    plain: (y, [x]) => {
      return () => functions[name](y, x);
    },
  });
}

/** Those that take the result. */
const FROM_RESULT: readonly string[] = ["expBackward", "sigmoidBackward", "tanhBackward", "reluBackward"];

function gradientCase(name: keyof typeof backwards): Case {
  const positive =
    (FROM_RESULT.includes(name) && name !== "reluBackward") || name === "logBackward" || name === "log1pBackward";
  return tensorCase({
    ...COMMON,
    name,
    inputs: () => [numbers(-1, 1), positive ? numbers(0.01, 0.99) : numbers(-8, 8)],
    library: (sc, [dy, x], options) => {
      const given = { ...options, [FROM_RESULT.includes(name) ? "y" : "x"]: x } as never;
      return () => softcell[name](sc, dy, given);
    },
    plain: (dx, [dy, x]) => {
      return () => backwards[name](dx, dy, x);
    },
  });
}

const PRELU: Case[] = [
  tensorCase({
    ...COMMON,
    name: "prelu",
    inputs: () => [numbers(-8, 8), slope()],
    library: (sc, [x, weight], options) => {
      return () => softcell.prelu(sc, x, weight, options);
    },
    plain: (y, [x, weight]) => {
      return () => prelu(y, x, weight);
    },
  }),
  tensorCase({
    ...COMMON,
    name: "preluBackward",
    inputs: () => [numbers(-1, 1), numbers(-8, 8), slope()],
    library: (sc, [dy, x, weight], options) => {
      return () => softcell.preluBackward(sc, dy, { x, weight, ...options }).dweight;
    },
    plain: (dx, [dy, x, weight]) => {
      return () => preluBackward(dx, dy, x, weight);
    },
  }),
];

export const elementwise: Case[] = [
  ...(Object.keys(functions) as (keyof typeof functions)[]).map(elementCase),
  ...(Object.keys(backwards) as (keyof typeof backwards)[]).map(gradientCase),
  ...PRELU,
];
