// Invalid calls of optimisers and their states, and of clipping: the right error, and nothing changed.
import * as softcell from "../../src/index.js";
import { adam, adamW, clipGradNorm, clipGradValue, initSync, linear, rmsprop, sgd } from "../../src/index.js";
import { fallback } from "../../src/js/index.js";
import { describeEach } from "../support/backends.js";
import { type Busy, not, options, type Row, refuses, required, X } from "../support/refused.js";

const OPTIMIZERS: Row[] = [
  ["layers undefined", ({ sc }) => adam(sc, not(undefined)), TypeError, `"layers" expected layers, got undefined`],
  ["layers a tensor", ({ sc, x }) => adam(sc, not([x])), TypeError, `"layers" expected layers`],
  ["a layer twice", ({ sc, linear }) => adam(sc, [linear, linear]), RangeError, `"layers" expected each layer once`],
  [
    "a layer of another instance",
    ({ sc }) => adam(sc, linear(initSync({ backend: "js", fallback }), { inFeatures: 1, outFeatures: 1 })),
    TypeError,
    `"layers" expected layers of this instance, got one of another`,
  ],
  ["sgd without lr", ({ sc, linear }) => sgd(sc, linear, not({})), TypeError, `"lr" expected a number, got undefined`],
  ["sgd without options", ({ sc, linear }) => sgd(sc, linear, not(undefined)), TypeError, `"lr" expected a number`],
  ...required("options", ({ sc, linear }, o) => sgd(sc, linear, o)),
  ...options("options", ({ sc, linear }, o) => adam(sc, linear, o)),
  ...options("options", ({ sc, linear }, o) => adamW(sc, linear, o)),
  ...[-1, Number.NaN, Number.POSITIVE_INFINITY].map(
    (lr): Row => [
      `lr ${lr}`,
      ({ sc, linear }) => adam(sc, linear, { lr }),
      RangeError,
      `"lr" expected a number from 0`,
    ],
  ),
  ...[-0.1, 1, Number.NaN].map(
    (momentum): Row => [
      `momentum ${momentum}`,
      ({ sc, linear }) => sgd(sc, linear, { lr: 1, momentum }),
      RangeError,
      `"momentum" expected`,
    ],
  ),
  ["weightDecay -1", ({ sc, linear }) => adamW(sc, linear, { weightDecay: -1 }), RangeError, `"weightDecay" expected`],
  ["weightDecay a string", ({ sc, linear }) => sgd(sc, linear, { lr: 1, weightDecay: not("0") }), TypeError, `"0"`],
  ["eps NaN", ({ sc, linear }) => adam(sc, linear, { eps: Number.NaN }), RangeError, `"eps" expected a number from 0`],
  ["betas 0.9", ({ sc, linear }) => adam(sc, linear, { betas: not(0.9) }), TypeError, `"betas" expected`],
  ["betas of one", ({ sc, linear }) => adam(sc, linear, { betas: not([0.9]) }), RangeError, `"betas" expected`],
  ["a beta of 1", ({ sc, linear }) => adam(sc, linear, { betas: [0.9, 1] }), RangeError, `"betas[1]" expected`],
  [
    "a beta of NaN",
    ({ sc, linear }) => adam(sc, linear, { betas: [Number.NaN, 0] }),
    RangeError,
    `"betas[0]" expected`,
  ],
  [
    "lr set to NaN",
    ({ adam }) => {
      const { lr } = adam;
      adam.lr = Number.NaN;
      try {
        adam.step();
      } finally {
        adam.lr = lr;
      }
    },
    RangeError,
    `"lr" expected a number from 0`,
  ],
  ...[-1, Number.NaN].map(
    (maxNorm): Row => [
      `clipGradNorm to ${maxNorm}`,
      ({ sc, linear }) => clipGradNorm(sc, linear, maxNorm),
      RangeError,
      `"maxNorm" expected a number from 0`,
    ],
  ),
  ...(["sgd", "adam", "adamW"] as const).map((name): Row => {
    const call = ({ sc }: Busy) => softcell[name](sc, [], { lr: 0.1 });
    return [`${name} of no layers`, call, RangeError, `"layers" expected at least one layer, got none`];
  }),
  ...[-1, Number.NaN].map(
    (normType): Row => [
      `clipGradNorm by the norm of ${normType}`,
      ({ sc, linear }) => clipGradNorm(sc, linear, 1, { normType }),
      RangeError,
      `"normType" expected a number from 0`,
    ],
  ),
  ["clipGradNorm to a string", ({ sc, linear }) => clipGradNorm(sc, linear, not("1")), TypeError, `"maxNorm" expected`],
  ["clipGradNorm of a tensor", ({ sc, x }) => clipGradNorm(sc, not(x), 1), TypeError, `"layers" expected layers`],
];

const VARIANTS: Row[] = [
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
    ({ sc, linear }) => sgd(sc, linear, { lr: 1, dampening: Number.POSITIVE_INFINITY }),
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
    `missing "0.weight.exp_avg", "0.weight.exp_avg_sq"`,
  ],
  ["nothing", ({ adam }) => adam.loadStateDict({}), RangeError, `keys, got 0: missing "step", "0.weight.exp_avg"`],
  ["something more", (b) => changed(b, "3.weight.exp_avg", X), RangeError, `unexpected "3.weight.exp_avg"`],
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
  refuses(target, [
    ["optimizers", [...OPTIMIZERS, ...VARIANTS]],
    ["states of optimizers", STATE],
  ]);
});
