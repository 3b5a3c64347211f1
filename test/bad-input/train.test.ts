// Invalid calls of layer normalization, dropout, optimisers and their states: the right error, and nothing changed.
import { describe } from "vitest";
import { adam, clipGradValue, dropout, embedding, layerNorm, rmsprop, sgd } from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { type Busy, not, options, type Row, refuses, required, sizes, values, X } from "../support/refused.js";

const BACKWARD = "expected a forward before it";
const INF = Number.POSITIVE_INFINITY;

const LAYER_NORM: Row[] = [
  ...required("options", ({ sc }, o) => layerNorm(sc, o)),
  [
    "no options",
    ({ sc }) => layerNorm(sc, not(undefined)),
    TypeError,
    `"normalizedShape" expected an integer, got undefined`,
  ],
  ["options null", ({ sc }) => layerNorm(sc, not(null)), TypeError, `"options" expected an object, got null`],
  ...sizes("normalizedShape", 1, ({ sc }, normalizedShape) => layerNorm(sc, { normalizedShape })),
  [
    "normalizedShape [3]",
    ({ sc }) => layerNorm(sc, { normalizedShape: not([3]) }),
    TypeError,
    "got an array of length 1",
  ],
  ["eps -1", ({ sc }) => layerNorm(sc, { normalizedShape: 3, eps: -1 }), RangeError, `"eps" expected a number from 0`],
  ["eps NaN", ({ sc }) => layerNorm(sc, { normalizedShape: 3, eps: Number.NaN }), RangeError, `"eps" expected`],
  [
    "elementwiseAffine 1",
    ({ sc }) => layerNorm(sc, { normalizedShape: 3, elementwiseAffine: not(1) }),
    TypeError,
    `"elementwiseAffine" expected true or false, got 1`,
  ],
  [
    "bias 0",
    ({ sc }) => layerNorm(sc, { normalizedShape: 3, bias: not(0) }),
    TypeError,
    `"bias" expected true or false`,
  ],
  [
    "more than the memory",
    ({ sc }) => layerNorm(sc, { normalizedShape: 2 ** 25 }),
    RangeError,
    `"normalizedShape" expected`,
  ],
  ...values("x", ({ layerNorm }, x) => layerNorm.forward(x)),
  [
    "x too short",
    ({ layerNorm }) => layerNorm.forward(X.subarray(1)),
    RangeError,
    `"x" expected a multiple of 3 elements, got 5`,
  ],
  [
    "x of another shape",
    ({ layerNorm, other }) => layerNorm.forward(other),
    RangeError,
    `"x" expected shape [..., 3], got [40]`,
  ],
  ["backward before forward", ({ fresh }) => fresh.layerNorm.backward(X), Error, `layerNorm: backward ${BACKWARD}`],
  ...values("dOutput", ({ layerNorm }, dOutput) => layerNorm.backward(dOutput)),
  ["dOutput too short", ({ layerNorm }) => layerNorm.backward(X.subarray(3)), RangeError, `"dOutput" expected length`],
  ["forward, disposed", ({ dead }) => dead.layerNorm.forward(X), Error, "this layerNorm is disposed"],
  ["backward, disposed", ({ dead }) => dead.layerNorm.backward(X), Error, "this layerNorm is disposed"],
];

const DROPOUT: Row[] = [
  ...options("options", ({ sc }, o) => dropout(sc, o)),
  ...[-0.1, 1, Number.NaN].map(
    (p): Row => [`p ${p}`, ({ sc }) => dropout(sc, { p }), RangeError, `"p" expected a number from 0`],
  ),
  ["p a string", ({ sc }) => dropout(sc, { p: not("0.5") }), TypeError, `"p" expected a number, got "0.5"`],
  ["seed -1", ({ sc }) => dropout(sc, { seed: -1 }), RangeError, `"seed" expected an integer from 0`],
  ...values("x", ({ dropout }, x) => dropout.forward(x)),
  ...options("options", ({ dropout }, o) => dropout.forward(X, o)),
  [
    "training 1",
    ({ dropout }) => dropout.forward(X, { training: not(1) }),
    TypeError,
    `"training" expected true or false`,
  ],
  ["backward before forward", ({ fresh }) => fresh.dropout.backward(X), Error, `dropout: backward ${BACKWARD}`],
  ...values("dOutput", ({ dropout }, dOutput) => dropout.backward(dOutput)),
  ["dOutput too short", ({ dropout }) => dropout.backward(X.subarray(3)), RangeError, `"dOutput" expected length 6`],
  ["forward, disposed", ({ dead }) => dead.dropout.forward(X), Error, "this dropout is disposed"],
  ["load", ({ dropout }) => dropout.loadStateDict({ weight: X }), RangeError, `"state" expected`],
];

const EMBEDDING: Row[] = [-5, 4, 0.5, Number.NaN].map((paddingIdx) => [
  `paddingIdx ${paddingIdx}`,
  ({ sc }) => embedding(sc, { numEmbeddings: 4, embeddingDim: 1, paddingIdx }),
  RangeError,
  `"paddingIdx" expected an integer from -4 to 3`,
]);

const OPTIMIZERS: Row[] = [
  ...[{}, { momentum: 0.9, dampening: 0.1 }].map(
    (o): Row => [
      `nesterov with ${JSON.stringify(o)}`,
      ({ sc, linear }) => sgd(sc, linear, { lr: 1, nesterov: true, ...o }),
      RangeError,
      `"nesterov" expected a momentum above 0 and a dampening of 0`,
    ],
  ),
  [
    "nesterov 1",
    ({ sc, linear }) => sgd(sc, linear, { lr: 1, nesterov: not(1) }),
    TypeError,
    `"nesterov" expected true`,
  ],
  [
    "dampening Infinity",
    ({ sc, linear }) => sgd(sc, linear, { lr: 1, dampening: INF }),
    RangeError,
    `"dampening" expected`,
  ],
  [
    "amsgrad 0",
    ({ sc, linear }) => adam(sc, linear, { amsgrad: not(0) }),
    TypeError,
    `"amsgrad" expected true or false`,
  ],
  ...options("options", ({ sc, linear }, o) => rmsprop(sc, linear, o)),
  ["rmsprop of a tensor", ({ sc, x }) => rmsprop(sc, not(x)), TypeError, `"layers" expected layers`],
  ["rmsprop of no layers", ({ sc }) => rmsprop(sc, []), RangeError, `"layers" expected at least one layer, got none`],
  ["lr -1", ({ sc, linear }) => rmsprop(sc, linear, { lr: -1 }), RangeError, `"lr" expected a number from 0`],
  [
    "alpha 1.1",
    ({ sc, linear }) => rmsprop(sc, linear, { alpha: 1.1 }),
    RangeError,
    `"alpha" expected a number from 0 to 1`,
  ],
  ["eps -1", ({ sc, linear }) => rmsprop(sc, linear, { eps: -1 }), RangeError, `"eps" expected a number from 0`],
  ["momentum 1", ({ sc, linear }) => rmsprop(sc, linear, { momentum: 1 }), RangeError, `"momentum" expected`],
  ["centered 1", ({ sc, linear }) => rmsprop(sc, linear, { centered: not(1) }), TypeError, `"centered" expected true`],
  [
    "weightDecay -1",
    ({ sc, linear }) => rmsprop(sc, linear, { weightDecay: -1 }),
    RangeError,
    `"weightDecay" expected`,
  ],
  ...[0, -1, Number.NaN].map(
    (value): Row => [
      `clipGradValue to ${value}`,
      ({ sc, linear }) => clipGradValue(sc, linear, value),
      RangeError,
      `"value" expected a number above 0`,
    ],
  ),
  ["clipGradValue of a tensor", ({ sc, x }) => clipGradValue(sc, not(x), 1), TypeError, `"layers" expected layers`],
  [
    "clipGradValue, a layer disposed",
    ({ sc, linear, dead }) => clipGradValue(sc, [linear, dead.lstm], 1),
    Error,
    "is disposed",
  ],
  ["stateDict, disposed", ({ ended }) => ended.stateDict(), Error, "this optimizer is disposed"],
  ["stateDict, a layer disposed", ({ widowed }) => widowed.stateDict(), Error, "this linear is disposed"],
];

/** The state of an optimiser with one thing changed. */
const changed = ({ adam }: Busy, name: string, value: unknown) =>
  adam.loadStateDict({ ...adam.stateDict(), [name]: not(value) });

const STATE: Row[] = [
  ["null", ({ adam }) => adam.loadStateDict(not(null)), TypeError, `"state" expected an object of arrays`],
  [
    "that of another kind",
    ({ adam, sgd }) => adam.loadStateDict(sgd.stateDict()),
    RangeError,
    `"state" expected step, 0.weight.exp_avg`,
  ],
  ["nothing", ({ adam }) => adam.loadStateDict({}), RangeError, `"state" expected step`],
  ["something more", (b) => changed(b, "3.weight.exp_avg", X), RangeError, `"state" expected step`],
  ["a wrong length", (b) => changed(b, "0.weight.exp_avg", X), RangeError, `"state.0.weight.exp_avg" expected`],
  [
    "a wrong shape",
    (b) => changed(b, "1.bias.exp_avg", { data: X.subarray(0, 2), shape: [1, 2] }),
    RangeError,
    "shape [2]",
  ],
  ["too short", (b) => changed(b, "2.bias_ih_l0.exp_avg_sq", [1]), RangeError, `"state.2.bias_ih_l0.exp_avg_sq`],
  ...[-1, 0.5, Number.NaN, 2 ** 24 + 2].map(
    (step): Row => [
      `${step} steps`,
      (b) => changed(b, "step", Float32Array.of(step)),
      RangeError,
      `"state.step" expected an integer from 0 to 16777216`,
    ],
  ),
  ["disposed", ({ ended }) => ended.loadStateDict({}), Error, "this optimizer is disposed"],
];

describeEach(["strict", "js"], (target) => {
  describe("refused", () => {
    refuses(target, [
      ["layerNorm", LAYER_NORM],
      ["dropout", DROPOUT],
      ["embedding", EMBEDDING],
      ["optimizers", OPTIMIZERS],
      ["states of optimizers", STATE],
    ]);
  });
});
