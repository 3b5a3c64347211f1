// Losses with their gradients: of single elements, and of the rows of a matrix.
import type { LossOptions, Softcell, Tensor } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { Random } from "../../test/support/random.js";
import type { Case } from "../cases.js";
import * as plain from "../plain/losses.js";
import { softmax } from "../plain/softmax.js";
import { type TensorCase, tensorCase } from "../tensors.js";

const ELEMENTS = 32_000;
const [ROWS, COLS] = [32, 1000];

const { nll, focal, multiMargin, entropy, klDivergence, ...ofElements } = plain;

function elementCase(name: keyof typeof ofElements): Case {
  const targets = new Random(ELEMENTS).floats(ELEMENTS, 0, 1).map(Math.round);
  const given = name.toLowerCase().endsWith("hinge") ? targets.map((target) => 2 * target - 1) : targets;
  return tensorCase({
    family: "losses",
    name: `${name} + gradient`,
    size: `${ELEMENTS}`,
    bound: { relative: 1e-6, absolute: 1e-7 },
    inputs: () => [
      [[ELEMENTS], new Random(1).normals(ELEMENTS, 3)],
      [[ELEMENTS], given],
    ],
    shape: [ELEMENTS],
    library: (sc, [x, y], options) => {
      return () => softcell[name](sc, x, y, options).loss;
    },
    plain: (dx, [x, y]) => {
      return () => ofElements[name](dx, x, y);
    },
  });
}

const indices = new Random(COLS).ints(ROWS, COLS);

interface RowLoss {
  name: string;
  /** For x and a matrix of probabilities. */
  library(sc: Softcell, x: Tensor, p: Tensor, options: LossOptions<Tensor>): unknown;
  plain(dx: Float32Array, x: Float32Array, p: Float32Array): number;
}

const ROW_LOSSES: RowLoss[] = [
  {
    name: "nll",
    library: (sc, x, _, options) => softcell.nll(sc, x, indices, options).loss,
    plain: (dx, x) => nll(dx, x, indices, ROWS, COLS),
  },
  {
    name: "focal",
    library: (sc, x, _, options) => softcell.focal(sc, x, indices, options).loss,
    plain: (dx, x) => focal(dx, x, indices, ROWS, COLS),
  },
  {
    name: "multiMargin",
    library: (sc, x, _, options) => softcell.multiMargin(sc, x, indices, options).loss,
    plain: (dx, x) => multiMargin(dx, x, indices, ROWS, COLS),
  },
  {
    name: "entropy",
    library: (sc, x, _, options) => softcell.entropy(sc, x, options).loss,
    plain: (dx, x) => entropy(dx, x, ROWS, COLS),
  },
  {
    name: "klDivergence",
    library: (sc, x, p, options) => softcell.klDivergence(sc, x, p, options).loss,
    plain: (dx, x, p) => klDivergence(dx, x, p, ROWS, COLS),
  },
];

function inputs(): ReturnType<TensorCase["inputs"]> {
  const [x, p] = [1, 2].map((seed) => new Random(seed).normals(ROWS * COLS, 3));
  softmax(p, p, ROWS, COLS);
  const shape = [ROWS, COLS];
  return [
    [shape, x],
    [shape, p],
  ];
}

function rowCase(loss: RowLoss): Case {
  return tensorCase({
    family: "losses",
    name: `${loss.name} + gradient`,
    size: `${ROWS}x${COLS}`,
    bound: { relative: 2e-6, absolute: 1e-6 },
    inputs,
    shape: [ROWS, COLS],
    library: (sc, [x, p], { out }) => {
      const options = { out };
      return () => loss.library(sc, x, p, options);
    },
    plain: (dx, [x, p]) => {
      return () => loss.plain(dx, x, p);
    },
  });
}

export const losses: Case[] = [
  ...(Object.keys(ofElements) as (keyof typeof ofElements)[]).map(elementCase),
  ...ROW_LOSSES.map(rowCase),
];
