// Rows of table.ts about making an LSTM, and the LSTMs on which its methods are called.
import { type LstmOptions, lstm, lstmCell, tensor } from "../../../src/index.js";
import type { Case, Size } from "./case.js";
import type { Kinds } from "./entry.js";
import { boolean, integer, type Kind, newSize, number, oneOf, optional, pick } from "./kinds.js";

/** Options beside the sizes that an LSTM may have. */
export const CELLS: readonly ((c: Case) => Partial<LstmOptions>)[] = [
  () => ({}),
  ({ hidden }) => ({ projSize: hidden - 1 }),
  () => ({ dropout: 0.4, dropoutSeed: 3 }),
  () => ({ peepholes: true, clip: 1, inputForget: true }),
  () => ({ recompute: true, stateful: true }),
  () => ({ activations: { f: "hardSigmoid", g: "softsign", h: { name: "scaledTanh", alpha: 0.5 } } }),
];

const optionsOf = (c: Case): LstmOptions => ({
  inputSize: c.cols,
  hiddenSize: c.hidden,
  numLayers: c.plan.layers,
  ...CELLS[c.plan.cell](c),
});
export const lstmOf = (c: Case) => lstm(c.sc, { ...optionsOf(c), bidirectional: c.plan.both });
export const streamOf = (c: Case) => lstm(c.sc, optionsOf(c)).stream({ batch: c.batch });

export const cellOf = (c: Case) => {
  const { inputSize, hiddenSize, projSize, peepholes, clip, inputForget, activations } = optionsOf(c);
  return lstmCell(c.sc, { inputSize, hiddenSize, projSize, peepholes, clip, inputForget, activations });
};
export const stepOf = (c: Case, on = cellOf(c)) => on.forward(c.random.normals(c.batch * c.cols));

const directions = ({ plan }: Case): number => (plan.both ? 2 : 1);
const outputSize: Size = (c) => optionsOf(c).projSize || c.hidden;
/** One session of a stream, in every other case. */
const isSingle = ({ plan }: Case): boolean => plan.seed % 2 === 0;
const sessions = (c: Case): number => (isSingle(c) ? 1 : c.batch);
export const session: Kind = {
  ...integer(
    ({ batch }) => [0, batch - 1],
    ({ batch }) => [-1, batch],
  ),
  optional: true,
  given: isSingle,
};

/** Which steps take part; not beside lengths. */
export const stepMask = (steps: Size): Kind => ({
  optional: true,
  given: (c) => c.made.lengths === undefined && c.random.below(2) === 0,
  sized: true,
  make: (c) => Uint8Array.from(c.random.ints(steps(c) * c.batch, 2)),
  wrong: (c) => {
    const n = steps(c) * c.batch;
    return [
      ...[null, 3, "1", [1], ["1"]].map((value) => ({ value, error: TypeError })),
      ...[new Uint8Array(n + 1), new Uint8Array(n).fill(2)].map((value) => ({ value, error: RangeError })),
    ];
  },
});

/** Values for h and c of a cell in an object with these names. */
export function pairOf(...names: [h: string, c: string]): Kind {
  const lengths = (c: Case) => [h.ofCell(c), cell.ofCell(c)].map(([batch, n]) => batch * n);
  return {
    optional: true,
    make: (c) => {
      const given = names.map((name, i) => [name, c.random.normals(lengths(c)[i])] as const);
      const placed = given.map(([name, v]) => [name, c.chance(2) ? tensor(c.sc, [c.batch, v.length / c.batch], v) : v]);
      return Object.fromEntries(c.random.below(3) ? placed : placed.slice(1));
    },
    wrong: (c) =>
      names.flatMap((name, i) => [
        ...[null, 3, "3", true, [1], Float32Array.of(1)].map((value) => ({ value, error: TypeError })),
        ...[null, 3, ["1"], new BigInt64Array(lengths(c)[i])].map((v) => ({ value: { [name]: v }, error: TypeError })),
        { value: { [name]: new Float32Array(lengths(c)[i] + 1) }, error: RangeError },
        { value: { [name]: tensor(c.sc, [lengths(c)[i], 1, 1]) }, error: RangeError },
        { value: { colour: 1 }, error: RangeError },
      ]),
  };
}

/** A step of the cell that is called. */
export const cellStep: Kind = {
  optional: false,
  make: (c) => stepOf(c, c.on as ReturnType<typeof cellOf>),
  wrong: (c) => [
    ...[null, 3, "1", {}, [], c.foreign, stepOf(c)].map((value) => ({ value, error: TypeError })),
    { value: used(c), error: Error },
  ],
};

function used(c: Case) {
  const on = cellOf(c);
  const step = stepOf(c, on);
  on.backward(step);
  return step;
}

/** The last axis of the output. */
export const width: Size = (c) => directions(c) * outputSize(c);
export const h = {
  shape: (c: Case) => [c.plan.layers * directions(c), c.batch, outputSize(c)],
  ofStream: (c: Case) => [c.plan.layers, sessions(c), outputSize(c)],
  ofCell: (c: Case) => [c.batch, outputSize(c)],
};
export const cell = {
  shape: (c: Case) => [c.plan.layers * directions(c), c.batch, c.hidden],
  ofStream: (c: Case) => [c.plan.layers, sessions(c), c.hidden],
  ofCell: (c: Case) => [c.batch, c.hidden],
};

/** It has to agree with `bidirectional`. */
const direction: Kind = {
  ...oneOf("forward", "reverse", "bidirectional"),
  make(c) {
    const { bidirectional } = c.made;
    return bidirectional
      ? "bidirectional"
      : pick(c, ["forward", "reverse", ...(bidirectional === false ? [] : ["bidirectional"])]);
  },
};

const activations: Kind = {
  optional: true,
  make: (c) =>
    pick(c, [
      {},
      { f: "sigmoid" },
      { f: "hardSigmoid", g: { name: "elu", alpha: 0.5 } },
      { h: { name: "affine", beta: 1 } },
    ]),
  wrong: () => [
    ...[
      null,
      3,
      "tanh",
      true,
      [null],
      { f: null },
      { g: 3 },
      { h: ["tanh"] },
      { g: {} },
      { f: { name: "elu", alpha: "1" } },
    ].map((value) => ({ value, error: TypeError })),
    ...[
      [],
      [{}, {}, {}],
      { i: "tanh" },
      { f: "Tanh" },
      { g: { name: "elu", gamma: 1 } },
      { h: { name: "elu", beta: Number.NaN } },
    ].map((value) => ({ value, error: RangeError })),
  ],
};

const hiddenSize = ({ made }: Case): number => made.hiddenSize as number;

export const LSTM: Kinds = {
  inputSize: newSize(),
  hiddenSize: newSize(),
  numLayers: optional(
    integer(
      () => [1, 2, 3],
      () => [0, -7, 1025],
    ),
  ),
  bidirectional: boolean,
  direction,
  projSize: optional(
    integer(
      (c) => [0, hiddenSize(c) - 1],
      (c) => [-1, hiddenSize(c)],
    ),
  ),
  peepholes: boolean,
  clip: optional(number([0.5, 3, Number.POSITIVE_INFINITY], [0, -1, Number.NEGATIVE_INFINITY])),
  inputForget: boolean,
  activations,
  dropout: optional(number([0, 0.3], [-0.1, 1])),
  dropoutSeed: optional(
    integer(
      () => [0, 7],
      () => [-1, 2 ** 32],
    ),
  ),
  bias: boolean,
  batchFirst: boolean,
  returnSequences: boolean,
  goBackwards: boolean,
  stateful: boolean,
  recompute: boolean,
};

const { inputSize, hiddenSize: units, projSize, bias, peepholes, clip, inputForget } = LSTM;
export const LSTM_CELL: Kinds = {
  inputSize,
  hiddenSize: units,
  projSize,
  bias,
  peepholes,
  clip,
  inputForget,
  activations,
};
