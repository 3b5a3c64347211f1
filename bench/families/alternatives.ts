// What else is computed of the rows of a matrix: alternatives to softmax with their gradients, draws, the largest entries.
import * as softcell from "../../src/index.js";
import { argmax, gumbelSoftmax, type Softcell, sample, type Tensor, topK } from "../../src/index.js";
import { Random } from "../../test/support/random.js";
import type { Case } from "../cases.js";
import * as functions from "../plain/alternatives.js";
import { type TensorCase, tensorCase } from "../tensors.js";

const [ROWS, COLS] = [32, 1000];
const SHAPE = [ROWS, COLS];

const COMMON = {
  family: "alternatives",
  size: `${ROWS}x${COLS}`,
  bound: { relative: 1e-6, absolute: 1e-6 },
};

const plain = { ...functions };

const values = (seed: number): Float32Array => new Random(seed).normals(ROWS * COLS, 3);

const FORWARD = ["standardNormalize", "taylorSoftmax", "sphericalSoftmax", "sparsemax"] as const;

function forwardCase(name: (typeof FORWARD)[number]): Case {
  return tensorCase({
    ...COMMON,
    name,
    inputs: () => [[SHAPE, values(1)]],
    shape: SHAPE,
    library: (sc, [x], options) => {
      return () => softcell[name](sc, x, options);
    },
    plain: (y, [x]) => {
      return () => plain[name](y, x, ROWS, COLS);
    },
  });
}

function backwardCase(forward: (typeof FORWARD)[number]): Case {
  const name = `${forward}Backward` as const;
  return tensorCase({
    ...COMMON,
    name,
    inputs: () => {
      const x = values(1);
      if (name === "sparsemaxBackward") functions.sparsemax(x, x, ROWS, COLS);
      return [
        [SHAPE, values(2)],
        [SHAPE, x],
      ];
    },
    shape: SHAPE,
    library: (sc, [dy, x], options) => {
      const given = { ...options, [name === "sparsemaxBackward" ? "y" : "x"]: x } as never;
      return () => softcell[name](sc, dy, given);
    },
    plain: (dx, [dy, x]) => {
      return () => plain[name](dx, dy, x, ROWS, COLS);
    },
  });
}

const [SEED, K] = [7, 40];

/** What does not write a matrix, and what draws. */
const OTHERS: (Pick<TensorCase, "name" | "shape" | "plain"> & {
  library(sc: Softcell, x: Tensor, options: { out: Tensor }): () => unknown;
})[] = [
  {
    name: "gumbelSoftmax",
    shape: SHAPE,
    library: (sc, x, { out }) => {
      const options = { seed: SEED, out };
      return () => gumbelSoftmax(sc, x, options);
    },
    plain: (y, [x]) => {
      return () => plain.gumbelSoftmax(y, x, ROWS, COLS, SEED);
    },
  },
  {
    name: "argmax",
    library: (sc, x) => () => argmax(sc, x),
    plain: (_, [x]) => {
      return () => plain.argmax(x, ROWS, COLS);
    },
  },
  {
    name: `topK, k = ${K}`,
    library: (sc, x) => () => topK(sc, x, K).indices,
    plain: (_, [x]) => {
      return () => plain.topK(x, ROWS, COLS, K);
    },
  },
  {
    name: "sample",
    library: (sc, x) => {
      const options = { seed: SEED };
      return () => sample(sc, x, options);
    },
    plain: (_, [x]) => {
      return () => plain.sample(x, ROWS, COLS, SEED);
    },
  },
];

export const alternatives: Case[] = [
  ...FORWARD.map(forwardCase),
  ...FORWARD.map(backwardCase),
  ...OTHERS.map(({ library, ...rest }) =>
    tensorCase({
      ...COMMON,
      ...rest,
      inputs: () => [[SHAPE, values(1)]],
      library: (sc, [x], options) => library(sc, x, options),
    }),
  ),
];
