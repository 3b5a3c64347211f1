// Invalid calls of crossEntropy: the class and the text of the error, and that nothing has changed by it.
import { crossEntropy } from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { given, not, options, type Row, refusedOuts, refuses, TARGETS, values, X } from "../support/refused.js";

const CROSS_ENTROPY: Row[] = [
  ...values("logits", ({ sc }, logits) => crossEntropy(sc, logits, TARGETS)),
  ...given("weight", ({ sc, x }, weight) => crossEntropy(sc, x, TARGETS, { weight })),
  ...refusedOuts(({ sc, x }, out) => crossEntropy(sc, x, TARGETS, { out })),
  ...given("dLoss", ({ sc, x }, dLoss) => crossEntropy(sc, x, TARGETS, { dLoss, reduction: "none" })),
  ...options("options", ({ sc, x }, o) => crossEntropy(sc, x, TARGETS, o)),
  [
    "targets undefined",
    ({ sc, x }) => crossEntropy(sc, x, not(undefined)),
    TypeError,
    `"targets" expected an array of integers`,
  ],
  [
    "targets texts",
    ({ sc, x }) => crossEntropy(sc, x, not(["2", "0"])),
    TypeError,
    `"targets[0]" expected an integer, got "2"`,
  ],
  [
    "targets null",
    ({ sc, x }) => crossEntropy(sc, x, not(null)),
    TypeError,
    `"targets" expected an array of integers, got null`,
  ],
  [
    "probabilities too few",
    ({ sc, x }) => crossEntropy(sc, x, X.subarray(1)),
    RangeError,
    `"targets" expected length 6, got 5`,
  ],
  ["probabilities disposed", ({ sc, x, gone }) => crossEntropy(sc, x, gone), Error, "a living tensor"],
  [
    "ignoreIndex with probabilities",
    ({ sc, x }) => crossEntropy(sc, x, X, { ignoreIndex: 1 }),
    RangeError,
    `"ignoreIndex" expected with class indices only, got 1 with probabilities`,
  ],
  [
    "zLoss -1",
    ({ sc, x }) => crossEntropy(sc, x, TARGETS, { zLoss: -1 }),
    RangeError,
    `"zLoss" expected a number from 0`,
  ],
  ["zLoss a string", ({ sc, x }) => crossEntropy(sc, x, TARGETS, { zLoss: not("1") }), TypeError, `"zLoss" expected`],
  [
    "axis 2",
    ({ sc, x }) => crossEntropy(sc, x, TARGETS, { axis: 2 }),
    RangeError,
    `"axis" expected an integer from -2`,
  ],
  [
    "emptyReduction none",
    ({ sc, x }) => crossEntropy(sc, x, TARGETS, { emptyReduction: not("none") }),
    RangeError,
    `"emptyReduction" expected one of nan, zero`,
  ],
  [
    "targets too many",
    ({ sc, x }) => crossEntropy(sc, x, Int32Array.of(1, 1, 1)),
    RangeError,
    `"targets" expected length 2, got 3`,
  ],
  [
    "a target of 3",
    ({ sc, x }) => crossEntropy(sc, x, Int32Array.of(2, 3)),
    RangeError,
    `"targets" expected indices from 0 to 2, got 3 at 1`,
  ],
  ["a target of -1", ({ sc, x }) => crossEntropy(sc, x, Int32Array.of(-1, 0)), RangeError, "got -1 at 0"],
  [
    "a target of -100 that is not ignored",
    ({ sc, x }) => crossEntropy(sc, x, Int32Array.of(1, -100), { ignoreIndex: 1 }),
    RangeError,
    "got -100 at 1",
  ],
  ["ignoreIndex 0.5", ({ sc, x }) => crossEntropy(sc, x, TARGETS, { ignoreIndex: 0.5 }), RangeError, `"ignoreIndex"`],
  [
    "ignoreIndex null",
    ({ sc, x }) => crossEntropy(sc, x, TARGETS, { ignoreIndex: not(null) }),
    TypeError,
    "ignoreIndex",
  ],
  ...[-0.1, 1.1, Number.NaN].map(
    (labelSmoothing): Row => [
      `labelSmoothing ${labelSmoothing}`,
      ({ sc, x }) => crossEntropy(sc, x, TARGETS, { labelSmoothing }),
      RangeError,
      `"labelSmoothing" expected a number from 0 to 1, got ${labelSmoothing}`,
    ],
  ),
  [
    "labelSmoothing a string",
    ({ sc, x }) => crossEntropy(sc, x, TARGETS, { labelSmoothing: not("0") }),
    TypeError,
    `"0"`,
  ],
  [
    "reduction avg",
    ({ sc, x }) => crossEntropy(sc, x, TARGETS, { reduction: not("avg") }),
    RangeError,
    `"reduction" expected one of none, mean, sum, got "avg"`,
  ],
  [
    "reduction 1",
    ({ sc, x }) => crossEntropy(sc, x, TARGETS, { reduction: not(1) }),
    TypeError,
    `"reduction" expected`,
  ],
  [
    "gradient 0",
    ({ sc, x }) => crossEntropy(sc, x, TARGETS, { gradient: not(0) }),
    TypeError,
    `"gradient" expected true`,
  ],
  ["weight too long", ({ sc, x }) => crossEntropy(sc, x, TARGETS, { weight: X }), RangeError, `"weight" expected`],
  [
    "dLoss for each row of a mean",
    ({ sc, x }) => crossEntropy(sc, x, TARGETS, { dLoss: X.subarray(0, 2) }),
    RangeError,
    `"dLoss" expected length 1, got 2`,
  ],
  ["dLoss a string", ({ sc, x }) => crossEntropy(sc, x, TARGETS, { dLoss: not("1") }), TypeError, `"dLoss" expected`],
  [
    "classes 4",
    ({ sc }) => crossEntropy(sc, X, TARGETS, { classes: 4 }),
    RangeError,
    `"logits" expected a multiple of 4`,
  ],
  ["classes 0", ({ sc }) => crossEntropy(sc, X.subarray(6), TARGETS, { classes: 0 }), RangeError, `"classes" expected`],
  ["classes NaN", ({ sc }) => crossEntropy(sc, X, TARGETS, { classes: Number.NaN }), RangeError, `"classes" expected`],
  [
    "classes a string",
    ({ sc }) => crossEntropy(sc, X, TARGETS, { classes: not("3") }),
    TypeError,
    `"classes" expected`,
  ],
  [
    "classes and shape",
    ({ sc }) => crossEntropy(sc, X, TARGETS, { classes: 2, shape: [2, 3] }),
    RangeError,
    `"classes" expected 3`,
  ],
  [
    "out too short",
    ({ sc, x }) => crossEntropy(sc, x, TARGETS, { out: not(X.slice(1)) }),
    RangeError,
    `"out" expected`,
  ],
  [
    "out overlaps the logits",
    ({ sc, other }) =>
      crossEntropy(sc, other.data.subarray(0, 6), TARGETS, { classes: 3, out: other.data.subarray(2, 8) }),
    RangeError,
    `"out" expected to be an input or apart from it`,
  ],
  [
    "out overlaps the weights",
    ({ sc, other }) =>
      crossEntropy(sc, X, TARGETS, {
        classes: 3,
        weight: other.data.subarray(0, 3),
        out: other.data.subarray(0, 6),
      }),
    RangeError,
    `"out" expected`,
  ],
  [
    "out overlaps dLoss",
    ({ sc, other }) =>
      crossEntropy(sc, X, TARGETS, {
        classes: 3,
        reduction: "none",
        dLoss: other.data.subarray(0, 2),
        out: other.data.subarray(0, 6),
      }),
    RangeError,
    `"out" expected`,
  ],
];

describeEach(["strict", "js"], (target) => {
  refuses(target, [["crossEntropy", CROSS_ENTROPY]]);
});
