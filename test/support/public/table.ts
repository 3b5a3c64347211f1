// Every public function and method, described by a call that fits: what it is called on, its arguments and options with their
// kinds. test/properties/calls.test.ts makes valid and invalid calls of them; a public function without a row fails there.
import * as softcell from "../../../src/index.js";
import { fallback } from "../../../src/js/index.js";
import { binary } from "../backends.js";
import { ALTERNATIVES } from "./alternatives.js";
import { ACROSS, C, type Case, N, R, type Size } from "./case.js";
import { CONVERSIONS } from "./convert.js";
import { type Entry, mask, rows } from "./entry.js";
import {
  boolean,
  fillGradients,
  floats,
  given,
  indices,
  integer,
  type Kind,
  layers,
  newSize,
  none,
  number,
  oneOf,
  optional,
  out,
  sc,
  shape,
} from "./kinds.js";
import { LOSSES } from "./losses.js";
import {
  cell,
  cellOf,
  cellStep,
  h,
  LSTM,
  LSTM_CELL,
  lstmOf,
  pairOf,
  session,
  stepMask,
  stepOf,
  streamOf,
  width,
} from "./lstm.js";
import { MATH } from "./math.js";
import { TRAIN } from "./train.js";

const T: Size = ({ rows }) => Math.max(1, rows);
const VOCABULARY = 5;

const embeddingOf = (c: Case) => softcell.embedding(c.sc, { numEmbeddings: VOCABULARY, embeddingDim: c.cols });
const layerNormOf = (c: Case) => softcell.layerNorm(c.sc, { normalizedShape: c.cols });
const dropoutOf = (c: Case) => softcell.dropout(c.sc, { p: 0.4, seed: c.rows });
const linearOf = (c: Case) => softcell.linear(c.sc, { inFeatures: c.cols, outFeatures: c.hidden });

function trained(c: Case): softcell.Layer {
  const layer = linearOf(c);
  fillGradients(c, layer);
  return layer;
}

const BIASES = { groups: [{ names: /bias/, lr: 0.2 }] };
const sgdOf = (c: Case) => softcell.sgd(c.sc, trained(c), { lr: 0.1, momentum: 0.9, nesterov: true, ...BIASES });
const adamOf = (c: Case) => softcell.adam(c.sc, trained(c), { amsgrad: true, ...BIASES });
const rmspropOf = (c: Case) => softcell.rmsprop(c.sc, trained(c), { centered: true, momentum: 0.9, ...BIASES });

/** Every object that has public methods. */
export const RECEIVERS = {
  module: () => softcell,
  sc: (c: Case) => c.sc,
  tensor: (c: Case) => softcell.tensor(c.sc, [c.rows, c.cols], c.random.normals(N(c))),
  embedding: embeddingOf,
  linear: linearOf,
  layerNorm: layerNormOf,
  dropout: dropoutOf,
  lstm: lstmOf,
  lstmCell: cellOf,
  lstmCellStep: (c: Case) => stepOf(c),
  stream: streamOf,
  sgd: sgdOf,
  adam: adamOf,
  rmsprop: rmspropOf,
} satisfies Record<string, (c: Case) => object>;

export type ReceiverName = keyof typeof RECEIVERS;

const product = (shape: readonly number[]): number => shape.reduce((n, size) => n * size, 1);
/** Values of this shape. */
const shaped = (own: (c: Case) => readonly number[]): Kind => floats((c) => product(own(c)), { shape: own });
const sequence = (last: Size): Kind => shaped((c) => [T(c), c.batch, last(c)]);

/** A state dict; `make` gives one that fits. */
function stateDict(make: (c: Case) => softcell.StateDict): Kind {
  return {
    optional: false,
    make,
    wrong(c) {
      const right = make(c);
      const last = Object.keys(right).at(-1) as string;
      const { data, shape: own } = right[last] as softcell.StateEntry;
      const kinds = [
        null,
        3,
        "3",
        ["1", "2"],
        new BigInt64Array(data.length),
        { data, shape: "2" },
        { data: Array.from(data, String).concat("1"), shape: own },
      ];
      const sizes = [
        data.slice(1),
        { data, shape: [1, ...own] },
        { data, shape: [] },
        { data: data.slice(1), shape: own },
      ];
      const surplus = [{}, { ...right, other: data }, Object.fromEntries(Object.entries(right).slice(1))];
      return [
        ...[null, 3, "3", ...kinds.map((v) => ({ ...right, [last]: v }))].map((value) => ({ value, error: TypeError })),
        ...[...surplus, ...sizes.map((v) => ({ ...right, [last]: v }))].map((value) => ({ value, error: RangeError })),
      ];
    },
  };
}

/** The one of a layer or an optimiser like the receiver, with other values. */
const stateOf = (of: (c: Case) => { stateDict(): Record<string, softcell.StateEntry> }): Kind =>
  stateDict((c) => of(c).stateDict());

/** That of a layer without parameters. */
const noState: Kind = {
  optional: false,
  make: () => ({}),
  wrong: () => [
    ...[null, 3, "3"].map((value) => ({ value, error: TypeError })),
    { value: { weight: new Float32Array(1) }, error: RangeError },
  ],
};

const memory: Kind = {
  optional: true,
  make: () => ({ initial: 2, maximum: 3 }),
  wrong: () => [
    ...[null, 3, "3", { initial: "2" }, { maximum: null }, { maximum: {} }].map((value) => ({
      value,
      error: TypeError,
    })),
    ...[{ initial: 0 }, { maximum: 65537 }, { initial: 3, maximum: 2 }, { initial: Number.NaN }, { min: 1 }].map(
      (value) => ({ value, error: RangeError }),
    ),
  ],
};
const binaryOf: Kind = {
  optional: true,
  given: (c) => c.plan.target !== "js",
  make: (c) => binary(c.plan.target === "relaxed" ? "relaxed" : "strict"),
  wrong: () => [null, 42, "strict.wasm", {}, []].map((value) => ({ value, error: TypeError })),
};
const fallbackOf: Kind = {
  optional: true,
  given: (c) => c.plan.target === "js",
  make: () => fallback,
  wrong: () => [null, 42, "js", {}].map((value) => ({ value, error: TypeError })),
};
/** The backend that runs, by its name. */
const backend: Kind = { ...oneOf("auto"), given: () => true, make: (c) => c.plan.target };
const instance = {
  backend,
  memory,
  module: binaryOf,
  fallback: fallbackOf,
  seed: optional(
    integer(
      () => [0, 7],
      () => [-1, 2 ** 32],
    ),
  ),
};

const layerMethods = (on: ReceiverName): Entry[] => [
  { on, name: "params", get: true },
  { on, name: "training", get: true },
  { on, name: "refresh" },
  { on, name: "share" },
  { on, name: "zeroGrad" },
  { on, name: "stateDict" },
  { on, name: "dispose", once: true },
  { on, name: "Symbol.dispose", once: true },
];
const optimizerMethods = (on: ReceiverName, of: Parameters<typeof stateOf>[0]): Entry[] => [
  { on, name: "step" },
  { on, name: "stateDict" },
  { on, name: "loadStateDict", args: { state: stateOf(of) } },
  { on, name: "zeroGrad" },
  { on, name: "dispose", once: true },
  { on, name: "Symbol.dispose", once: true },
];
/** Groups of an optimiser of these layers: of linear layers and LSTMs, which have biases. */
const groups: Kind = {
  optional: true,
  make: (c) => {
    const first = [c.made.layers].flat()[0] as softcell.Layer;
    return c.random.below(2)
      ? [{ names: /bias/, weightDecay: 0, lr: undefined }]
      : [{ layers: first, names: [Object.keys(first.params)[0]], lr: 0.3 }, { layers: [first] }];
  },
  wrong: (c) => {
    const types = [
      { names: 3 },
      { names: "bias" },
      { names: [3] },
      { layers: 3 },
      { layers: c.foreignLayer },
      { lr: "1" },
    ];
    const ranges = [
      ...[
        { names: /nothing/ },
        { names: ["nothing"] },
        { layers: linearOf(c) },
        { layers: [] },
        { colour: 1 },
        { lr: -1 },
      ],
      ...[{ weightDecay: -1 }, { groups: [] }],
    ];
    return [
      ...[null, 3, "3", {}, [null], [3], [undefined], ...types.map((group) => [group])].map((value) => ({
        value,
        error: TypeError,
      })),
      ...[...ranges.map((group) => [group]), [{}, { names: /bias/ }]].map((value) => ({ value, error: RangeError })),
    ];
  },
};
const adamOptions = {
  lr: optional(number([0, 0.1], [-1, Number.POSITIVE_INFINITY])),
  betas: {
    optional: true,
    make: () => [0.8, 0.99],
    wrong: () => [
      ...[0.9, null, "0.9", {}, ["0.9", 0.9]].map((value) => ({ value, error: TypeError })),
      ...[[], [0.9], [0.9, 1], [-0.1, 0.9], [Number.NaN, 0.9], [0.9, 0.9, 0.9]].map((value) => ({
        value,
        error: RangeError,
      })),
    ],
  } satisfies Kind,
  eps: optional(number([1e-8, 0.1], [-1, Number.POSITIVE_INFINITY])),
  weightDecay: optional(number([0, 0.1], [-1, Number.POSITIVE_INFINITY])),
  amsgrad: boolean,
  groups,
};

/** Goes with momentum and without dampening only. */
const nesterov: Kind = {
  ...boolean,
  make: ({ made }) => Number(made.momentum ?? 0) > 0 && Number(made.dampening ?? 0) === 0,
};

const savedState: Kind = {
  optional: false,
  make: (c) => {
    const values = (shape: readonly number[]) => c.random.normals(product(shape));
    return { h: values(h.ofStream(c)), c: values(cell.ofStream(c)) };
  },
  wrong: (c) => {
    const [hidden, state] = [h, cell].map(({ ofStream }) => new Float32Array(product(ofStream(c))));
    const kinds = [null, 1, "h", {}, { h: hidden }, { h: null, c: state }];
    return [
      ...kinds.map((value) => ({ value, error: TypeError })),
      { value: { h: hidden, c: new Float32Array(state.length + 1) }, error: RangeError },
    ];
  },
};

// one or two lines each, as a table
// biome-ignore format: rows
export const TABLE: Entry[] = [
  { on: "module", name: "init", options: instance },
  { on: "module", name: "initSync", options: instance },

  { on: "sc", name: "memoryUsage", get: true },
  { on: "sc", name: "training", get: true },
  { on: "sc", name: "dispose", once: true },
  { on: "sc", name: "Symbol.dispose", once: true },
  { on: "module", name: "tensor", args: { sc, shape: { ...shape(N, (c) => [c.rows, c.cols]), optional: false }, data: given(floats(N)) } },
  { on: "module", name: "embedding", args: { sc }, options: { numEmbeddings: newSize(), embeddingDim: newSize(),
    paddingIdx: optional(integer(() => [0, -1], () => [2 ** 31, -(2 ** 31)])) } },
  { on: "module", name: "linear", args: { sc }, options: { inFeatures: newSize(), outFeatures: newSize(), bias: boolean } },
  { on: "module", name: "lstm", args: { sc }, options: LSTM },
  { on: "module", name: "lstmCell", args: { sc }, options: LSTM_CELL },
  { on: "module", name: "layerNorm", args: { sc }, options: { normalizedShape: newSize(), eps: optional(number([0, 1e-5], [-1, Number.POSITIVE_INFINITY])),
    elementwiseAffine: boolean, bias: boolean } },
  { on: "module", name: "dropout", args: { sc }, options: { p: optional(number([0, 0.3], [-0.1, 1])),
    seed: optional(integer(() => [0, 7], () => [-1, 2 ** 32])) } },
  { on: "module", name: "sgd", args: { sc, layers }, options: {
    lr: number([0, 0.1], [-1, Number.POSITIVE_INFINITY]), momentum: optional(number([0, 0.9], [-0.1, 1])),
    dampening: optional(number([0, 0.1], [Number.POSITIVE_INFINITY])), nesterov,
    weightDecay: optional(number([0, 0.1], [-1])), groups } },
  { on: "module", name: "adam", args: { sc, layers }, options: adamOptions },
  { on: "module", name: "adamW", args: { sc, layers }, options: adamOptions },
  { on: "module", name: "rmsprop", args: { sc, layers }, options: {
    lr: adamOptions.lr, alpha: optional(number([0, 0.9, 1], [-0.1, 1.1])), eps: adamOptions.eps, epsInsideRoot: boolean,
    momentum: optional(number([0, 0.9], [-0.1, 1])), centered: boolean, weightDecay: adamOptions.weightDecay, groups } },
  { on: "module", name: "clipGradValue", args: { sc, layers, value: number([1, 1e-3, Number.POSITIVE_INFINITY], [0, -1]) } },
  { on: "module", name: "clipGradNorm", args: { sc, layers, maxNorm: number([1, 1e-3, 1e3, Number.POSITIVE_INFINITY], [0, -1]) },
    options: { normType: optional(number([1, 2, 3, Number.POSITIVE_INFINITY], [0, -1, 0.5, 65])) } },

  ...TRAIN,
  ...MATH,

  { on: "module", name: "softmax", args: { sc, x: floats(N) }, options: { ...rows("x"), mask, out: out(N, "x") }, like: "x" },
  { on: "module", name: "logSoftmax", args: { sc, x: floats(N) }, options: { ...rows("x"), mask, out: out(N, "x") }, like: "x" },
  { on: "module", name: "logSumExp", args: { sc, x: floats(N) },
    options: { ...rows("x"), mask, keepDim: boolean, out: out(ACROSS, "x") }, like: "x" },
  { on: "module", name: "softmaxBackward", args: { sc, dy: floats(N), y: floats(N) },
    options: { ...rows("dy"), out: out(N, "dy", "y") }, like: "dy" },
  { on: "module", name: "logSoftmaxBackward", args: { sc, dy: floats(N), y: floats(N) },
    options: { ...rows("dy"), out: out(N, "dy", "y") }, like: "dy" },
  { on: "module", name: "logSumExpBackward", args: { sc, dlse: floats(ACROSS), x: floats(N) },
    options: { ...rows("x"), mask, out: out(N, "x") }, like: "x" },
  ...LOSSES,
  ...ALTERNATIVES,
  ...CONVERSIONS,

  { on: "tensor", name: "data", get: true },
  { on: "tensor", name: "pointer", get: true },
  { on: "tensor", name: "disposed", get: true },
  { on: "tensor", name: "toJSON" },
  { on: "tensor", name: "dispose", once: true },
  { on: "tensor", name: "Symbol.dispose", once: true },

  ...layerMethods("embedding"),
  { on: "embedding", name: "forward", args: { ids: indices(R, () => VOCABULARY) }, options: { shape: shape(R, (c) => [1, c.rows]) } },
  { on: "embedding", name: "backward", args: { dOutput: floats(N) }, once: true,
    after: (c, on: softcell.Embedding) => on.forward(c.random.ints(c.rows, VOCABULARY)) },
  { on: "embedding", name: "loadStateDict", args: { state: stateOf(embeddingOf) } },

  ...layerMethods("linear"),
  { on: "linear", name: "forward", args: { x: floats(N) } },
  { on: "linear", name: "backward", args: { dOutput: shaped((c) => [c.rows, c.hidden]) }, once: true,
    after: (c, on: softcell.Linear) => on.forward(c.random.normals(N(c))) },
  { on: "linear", name: "loadStateDict", args: { state: stateOf(linearOf) } },

  ...layerMethods("layerNorm"),
  { on: "layerNorm", name: "forward", args: { x: floats(N) } },
  { on: "layerNorm", name: "backward", args: { dOutput: floats(N) }, once: true,
    after: (c, on: softcell.LayerNorm) => on.forward(c.random.normals(N(c))) },
  { on: "layerNorm", name: "loadStateDict", args: { state: stateOf(layerNormOf) } },

  ...layerMethods("dropout"),
  { on: "dropout", name: "forward", args: { x: floats(N, { lengths: none }) }, options: { training: boolean } },
  { on: "dropout", name: "backward", args: { dOutput: floats(N) }, once: true,
    after: (c, on: softcell.Dropout) => on.forward(c.random.normals(N(c))) },
  { on: "dropout", name: "loadStateDict", args: { state: noState } },

  ...layerMethods("lstm"),
  { on: "lstm", name: "forward", args: { x: sequence(C) }, options: {
    batch: given(integer((c) => [c.batch], () => [-1])), steps: optional(integer((c) => [T(c)], () => [0])),
    h0: optional(shaped(h.shape)), c0: optional(shaped(cell.shape)),
    lengths: optional(indices(({ batch }) => batch, (c) => T(c) + 1, { least: 1 })), mask: stepMask(T), training: boolean } },
  { on: "lstm", name: "resetStates" },
  { on: "lstm", name: "backward", args: { dOutput: optional(sequence(width)) }, once: true,
    options: { dhN: optional(shaped(h.shape)), dcN: optional(shaped(cell.shape)) },
    after: (c, on: softcell.Lstm) => on.forward(c.random.normals(T(c) * c.batch * c.cols), { batch: c.batch }) },
  { on: "lstm", name: "loadStateDict", args: { state: stateOf(lstmOf) } },
  { on: "lstm", name: "stream", options: { batch: optional(newSize()) }, needs: { both: false } },

  ...layerMethods("lstmCell"),
  { on: "lstmCell", name: "forward", args: { x: shaped((c) => [c.batch, c.cols]), state: pairOf("h", "c") }, options: { training: boolean } },
  { on: "lstmCell", name: "backward", args: { step: cellStep, upstream: pairOf("dh", "dc") }, once: true },
  { on: "lstmCell", name: "loadStateDict", args: { state: stateOf(cellOf) } },
  { on: "lstmCellStep", name: "dispose", once: true },
  { on: "lstmCellStep", name: "Symbol.dispose", once: true },

  { on: "stream", name: "step", args: { frame: shaped((c) => [c.batch, c.cols]) } },
  { on: "stream", name: "reset", options: { h0: optional(shaped(h.ofStream)), c0: optional(shaped(cell.ofStream)), session } },
  { on: "stream", name: "save", options: { session } },
  { on: "stream", name: "restore", args: { state: savedState }, options: { session } },
  { on: "stream", name: "fork" },
  { on: "stream", name: "dispose", once: true },
  { on: "stream", name: "Symbol.dispose", once: true },

  ...optimizerMethods("sgd", sgdOf),
  ...optimizerMethods("adam", adamOf),
  ...optimizerMethods("rmsprop", rmspropOf),
];
