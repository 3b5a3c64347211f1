// Rows of the schedules of learning rates, the initial values and the files.
import * as softcell from "../../../src/index.js";
import { type Case, N } from "./case.js";
import type { Entry, Kinds } from "./entry.js";
import { boolean, fillGradients, given, integer, type Kind, number, oneOf, optional, sc, type Wrong } from "./kinds.js";

const { POSITIVE_INFINITY: INF } = Number;
const BIG = 1e39;

const wrongOf = (kind: Wrong["error"], values: unknown[]): Wrong[] => values.map((value) => ({ value, error: kind }));
const NO_OBJECT = [null, 3, Number.NaN, "3", true, 3n, Symbol("3")];

/** Data of rows x cols: a tensor, an entry of a state dict, or an array where one axis will do. */
const target = (axes: number): Kind => ({
  optional: false,
  make(c) {
    const data = c.random.normals(N(c));
    const entry = { data: c.chance(2) ? c.view(data) : data, shape: [c.rows, c.cols] };
    if (c.chance(2)) return softcell.tensor(c.sc, [c.rows, c.cols], data);
    return axes === 1 && c.chance(2) ? entry.data : entry;
  },
  wrong: (c) => [
    ...wrongOf(TypeError, [...NO_OBJECT, {}, [1, 2], new Float64Array(2), { data: [1], shape: [1] }]),
    ...wrongOf(TypeError, [{ data: new Float32Array(2) }, { data: new Float32Array(2), shape: "2" }]),
    ...wrongOf(RangeError, [
      { data: new Float32Array(2), shape: [3] },
      { data: new Float32Array(2), shape: [-2, -1] },
      ...(axes === 2
        ? [new Float32Array(4), softcell.tensor(c.sc, [4]), { data: new Float32Array(1), shape: [] }]
        : []),
    ]),
    { value: c.gone, error: Error },
  ],
});

const seed = optional(
  integer(
    () => [0, 7],
    () => [-1, 2 ** 32],
  ),
);
const factor = optional(number([0, 1, -2], [INF, -INF, BIG]));
const gain: Kinds = { gain: factor, seed };
const fill = (name: string, axes: number, options: Kinds): Entry => ({
  on: "module",
  name,
  args: { sc, target: target(axes) },
  options,
});

const lstm: Kind = {
  optional: false,
  make(c) {
    const layer = softcell.lstm(c.sc, { inputSize: c.cols, hiddenSize: c.hidden });
    fillGradients(c, layer);
    return layer;
  },
  wrong(c) {
    const dead = softcell.lstm(c.sc, { inputSize: 1, hiddenSize: 1 });
    dead.dispose();
    const others = [
      softcell.linear(c.sc, { inFeatures: 1, outFeatures: 1 }),
      softcell.lstm(c.sc, { inputSize: 1, hiddenSize: 1, bias: false }),
    ];
    return [
      ...wrongOf(TypeError, [...NO_OBJECT, {}, c.gone, c.foreignLayer, ...others]),
      { value: dead, error: Error },
    ];
  },
};

const rate = number([0, 0.1], [-1, INF]);
const steps = integer(
  () => [1, 10],
  () => [0, -1, 2 ** 53],
);

/** A file of two tensors. */
const fileOf = (c: Case): Uint8Array =>
  softcell.saveSafetensors({ x: c.random.normals(N(c)), y: new Float32Array(1) }, { metadata: { name: "value" } });
const file: Kind = {
  optional: false,
  make: fileOf,
  wrong: (c) => [
    ...wrongOf(TypeError, [...NO_OBJECT, {}, [1, 2], new Float32Array(2), new DataView(new ArrayBuffer(8))]),
    ...wrongOf(RangeError, [
      new Uint8Array(7),
      new ArrayBuffer(0),
      fileOf(c).slice(0, -1),
      new Uint8Array([...fileOf(c), 0]),
    ]),
  ],
};
const tensors: Kind = {
  optional: false,
  make: (c) => ({
    x: c.place(c.random.normals(N(c)), [c.rows, c.cols]),
    y: { data: new Float32Array(2), shape: [2, 1] },
  }),
  wrong(c) {
    const x = new Float32Array(2);
    const values = [...NO_OBJECT, {}, [1], new Uint8ClampedArray(2), { data: x }, { data: [1], shape: [1] }];
    return [
      ...wrongOf(TypeError, [...NO_OBJECT, [x], x, ...values.map((value) => ({ value }))]),
      ...wrongOf(RangeError, [{ x: { data: x, shape: [3] } }, { __metadata__: x }]),
      { value: { x: c.gone }, error: Error },
    ];
  },
};
const heads = new WeakMap<Case, { head: softcell.Linear; optimizer: softcell.Sgd }>();
/** The model of a case and its optimiser, which checkpoints are about. */
function headOf(c: Case) {
  const known = heads.get(c);
  if (known) return known;
  const head = softcell.linear(c.sc, { inFeatures: c.cols, outFeatures: c.hidden });
  const made = { head, optimizer: softcell.sgd(c.sc, head, { lr: 0.1, momentum: 0.9 }) };
  heads.set(c, made);
  return made;
}
const model: Kind = {
  optional: false,
  make: (c) => ({ head: headOf(c).head }),
  wrong(c) {
    const dead = softcell.linear(c.sc, { inFeatures: 1, outFeatures: 1 });
    dead.dispose();
    const { head } = headOf(c);
    return [
      ...wrongOf(TypeError, [...NO_OBJECT, [head], { a: 1 }, { a: null }, c.foreign, { a: c.foreignLayer }]),
      ...wrongOf(Error, [dead, { a: dead }]),
    ];
  },
};
const optimizer: Kind = {
  optional: true,
  make: (c) => headOf(c).optimizer,
  wrong: (c) => wrongOf(TypeError, [...NO_OBJECT, [headOf(c).optimizer], { a: 1 }, { a: headOf(c).head }]),
};
const checkpoint: Kind = {
  optional: false,
  make: (c) =>
    softcell.saveCheckpoint(c.sc, { model: { head: headOf(c).head }, optimizer: headOf(c).optimizer, step: 3 }),
  wrong: (c) => [...file.wrong(c), ...wrongOf(RangeError, [fileOf(c)])],
};
const randomState: Kind = {
  optional: false,
  make: () => Uint32Array.of(1, 2, 3, 4),
  wrong: () => [
    ...wrongOf(TypeError, [...NO_OBJECT, {}, ["1", "2", "3", "4"], BigInt64Array.of(1n, 2n, 3n, 4n)]),
    ...wrongOf(RangeError, [
      [1, 2, 3],
      new Uint32Array(4),
      [1, 2, 3, 2 ** 32],
      [0.5, 1, 1, 1],
      Int32Array.of(-1, 1, 1, 1),
    ]),
  ],
};
const metadata: Kind = {
  optional: true,
  make: () => ({ format: "pt" }),
  wrong: () => wrongOf(TypeError, [null, 3, "3", [], { a: 1 }, { a: null }]),
};

// one or two lines each, as a table
// biome-ignore format: rows
export const TRAIN: Entry[] = [
  { on: "module", name: "constantSchedule", args: { lr: rate } },
  { on: "module", name: "stepSchedule", args: { lr: rate }, options: { stepSize: steps, gamma: optional(number([0, 0.5], [-1, INF])) } },
  { on: "module", name: "cosineSchedule", args: { lr: rate }, options: { steps, minimum: optional(rate) } },
  { on: "module", name: "warmupSchedule",
    args: { schedule: { optional: false, make: () => () => 0.1, wrong: () => wrongOf(TypeError, [...NO_OBJECT, {}]) } },
    options: { steps, startFactor: optional(number([0, 0.5, 1], [-0.1, 1.1])) } },
  { on: "module", name: "oneCycleSchedule", args: { maxLr: rate }, options: { steps, pctStart: optional(number([0, 0.4, 1], [-0.1, 1.1])),
    divFactor: optional(number([1, 25], [0, -1, INF])), finalDivFactor: optional(number([1, 1e4], [0, -1, INF])) } },

  { on: "module", name: "saveSafetensors", args: { tensors }, options: { metadata } },
  { on: "module", name: "loadSafetensors", args: { bytes: file },
    options: { prefix: { optional: true, make: () => "", wrong: () => wrongOf(TypeError, [null, 3, {}, ["x"]]) }, convert: boolean } },
  { on: "module", name: "listSafetensors", args: { bytes: file } },
  { on: "module", name: "safetensorsMetadata", args: { bytes: file } },

  { on: "module", name: "saveCheckpoint", args: { sc }, options: { model, optimizer, step: integer(() => [0, 7], () => [-1, 2 ** 53]), metadata } },
  { on: "module", name: "loadCheckpoint", args: { sc, bytes: checkpoint }, options: { model, optimizer: given(optimizer) } },
  { on: "module", name: "getRandomState", args: { sc } },
  { on: "module", name: "setRandomState", args: { sc, state: randomState } },

  fill("fillUniform", 1, { low: optional(number([0, -1], [INF, -BIG])), high: optional(number([1, 0.5], [INF, BIG, -2])), seed }),
  fill("fillNormal", 1, { mean: factor, std: optional(number([0, 2], [-1, INF, BIG])), seed }),
  { on: "module", name: "fillConstant", args: { sc, target: target(1), value: number([0, -1], [INF, BIG]) } },
  { on: "module", name: "fillZeros", args: { sc, target: target(1) } },
  fill("fillXavierUniform", 2, gain),
  fill("fillXavierNormal", 2, gain),
  fill("fillKaimingUniform", 2, { negativeSlope: factor, mode: oneOf("fanIn", "fanOut"), seed }),
  fill("fillOrthogonal", 2, gain),
  { on: "module", name: "fillForgetBias", args: { sc, lstm, value: optional(number([0, 1, -1], [INF, BIG])) } },
];
