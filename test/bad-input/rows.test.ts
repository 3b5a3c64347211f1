// Invalid calls of the softmax family: the class and the text of the error, and that nothing has changed by it.
import * as softcell from "../../src/index.js";
import { logSumExpBackward } from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { beside, given, not, options, type Row, refusedOuts, refuses, values, X } from "../support/refused.js";

const ROWS = (["softmax", "logSoftmax", "logSumExp"] as const).flatMap((name): Row[] => {
  const length = name === "logSumExp" ? 2 : 6;
  const rows: Row[] = [
    ...values("x", ({ sc }, x) => softcell[name](sc, x)),
    ...refusedOuts(({ sc, x }, out) => softcell[name](sc, x, { out })),
    ...options("options", ({ sc, x }, o) => softcell[name](sc, x, o)),
    ["cols -1", ({ sc }) => softcell[name](sc, X, { cols: -1 }), RangeError, `"cols" expected an integer from 0`],
    ["cols NaN", ({ sc }) => softcell[name](sc, X, { cols: Number.NaN }), RangeError, `"cols" expected an integer`],
    [
      "cols a string",
      ({ sc }) => softcell[name](sc, X, { cols: not("3") }),
      TypeError,
      `"cols" expected an integer, got "3"`,
    ],
    [
      "cols 4",
      ({ sc }) => softcell[name](sc, X, { cols: 4 }),
      RangeError,
      `"x" expected a multiple of 4 elements, got 6`,
    ],
    ["cols 0", ({ sc }) => softcell[name](sc, X, { cols: 0 }), RangeError, `"x" expected`],
    [
      "shape a string",
      ({ sc }) => softcell[name](sc, X, { shape: not("2") }),
      TypeError,
      `"shape" expected an array of sizes`,
    ],
    [
      "shape []",
      ({ sc }) => softcell[name](sc, X, { shape: [] }),
      RangeError,
      `"shape" expected at least one axis, got []`,
    ],
    [
      "shape of NaN",
      ({ sc }) => softcell[name](sc, X, { shape: [2, Number.NaN] }),
      RangeError,
      `"shape[1]" expected an integer`,
    ],
    [
      "another shape",
      ({ sc }) => softcell[name](sc, X, { shape: [2, 4] }),
      RangeError,
      `"x" expected 8 elements for shape [2,4]`,
    ],
    ["shape and cols", ({ sc }) => softcell[name](sc, X, { shape: [2, 3], cols: 2 }), RangeError, `"cols" expected 3`],
    [
      "shape and cols a string",
      ({ sc }) => softcell[name](sc, X, { shape: [2, 3], cols: not("3") }),
      TypeError,
      `"cols" expected an integer, got "3"`,
    ],
    [
      "axis 2",
      ({ sc, x }) => softcell[name](sc, x, { axis: 2 }),
      RangeError,
      `"axis" expected an integer from -2 to 1, got 2`,
    ],
    ["axis NaN", ({ sc, x }) => softcell[name](sc, x, { axis: Number.NaN }), RangeError, `"axis" expected an integer`],
    [
      "axis a string",
      ({ sc, x }) => softcell[name](sc, x, { axis: not("1") }),
      TypeError,
      `"axis" expected an integer, got "1"`,
    ],
    [
      "axis -3",
      ({ sc, x }) => softcell[name](sc, x, { axis: -3 }),
      RangeError,
      `"axis" expected an integer from -2 to 1, got -3`,
    ],
    ...given("mask", ({ sc, x }, mask) => softcell[name](sc, x, { mask })).filter(
      ([what]) => !/null|bigints|texts/.test(what),
    ),
    [
      "mask null",
      ({ sc, x }) => softcell[name](sc, x, { mask: not(null) }),
      TypeError,
      `"mask" expected a Uint8Array of 0 and 1`,
    ],
    [
      "mask numbers",
      ({ sc, x }) => softcell[name](sc, x, { mask: not([1, 0, 1]) }),
      TypeError,
      `"mask[0]" expected true or false`,
    ],
    [
      "mask of another length",
      ({ sc, x }) => softcell[name](sc, x, { mask: X.subarray(0, 2) }),
      RangeError,
      `"mask" expected 6 or 3 elements for shape [2,3], got 2`,
    ],
    ["mask of 2", ({ sc, x }) => softcell[name](sc, x, { mask: Uint8Array.of(1, 0, 2) }), RangeError, "got 2 at 2"],
    [
      "out overlaps the mask",
      ({ sc, other }) =>
        softcell[name](sc, X, { cols: 3, mask: other.data.subarray(0, 6), out: other.data.subarray(0, length) }),
      RangeError,
      `"out" expected`,
    ],
    [
      "temperature 0",
      ({ sc }) => softcell[name](sc, X, { temperature: 0 }),
      RangeError,
      `"temperature" expected a number`,
    ],
    ["temperature NaN", ({ sc }) => softcell[name](sc, X, { temperature: Number.NaN }), RangeError, "got NaN"],
    // 1 / temperature is infinite, or 0, in float32
    ...[5e-324, 2 ** -128, -(2 ** -128), 2 ** 150, -1e300].map((temperature): Row => {
      const text = `"temperature" expected a number between 2^-128 and 2^150 or their negatives, got ${temperature}`;
      return [`temperature ${temperature}`, ({ sc }) => softcell[name](sc, X, { temperature }), RangeError, text];
    }),
    [
      "temperature null",
      ({ sc }) => softcell[name](sc, X, { temperature: not(null) }),
      TypeError,
      `"temperature" expected`,
    ],
    [
      "out too long",
      ({ sc, x }) => softcell[name](sc, x, { out: not(new Float32Array(7)) }),
      RangeError,
      `"out" expected length ${length}, got 7`,
    ],
    [
      "out overlaps",
      ({ sc, other }) =>
        softcell[name](sc, other.data.subarray(0, 6), { cols: 3, out: other.data.subarray(1, length + 1) }),
      RangeError,
      `"out" expected to be an input or apart from it`,
    ],
  ];
  return rows.map(([what, ...rest]): Row => [`${name}, ${what}`, ...rest]);
});

const ROWS_BACKWARD = (["softmaxBackward", "logSoftmaxBackward"] as const).flatMap((name): Row[] => {
  const rows: Row[] = [
    ...values("dy", ({ sc, y }, dy) => softcell[name](sc, dy, { y })),
    ...values("y", ({ sc, x }, y) => softcell[name](sc, x, { y })),
    ...refusedOuts(({ sc, x, y }, out) => softcell[name](sc, x, { y, out })),
    ...options("options", ({ sc, x, y }, o) => softcell[name](sc, x, beside("y", y, o))),
    ["x for y", ({ sc, x }) => softcell[name](sc, x, not({ x })), RangeError, `"options" expected cols,`],
    ["y as an argument", ({ sc, x }) => softcell[name](sc, x, not(X)), TypeError, `"options" expected an object`],
    ["y too short", ({ sc, x }) => softcell[name](sc, x, { y: X.subarray(1) }), RangeError, `"y" expected length 6`],
    [
      "cols 4",
      ({ sc, y }) => softcell[name](sc, X, { y, cols: 4 }),
      RangeError,
      `"dy" expected a multiple of 4 elements, got 6`,
    ],
    [
      "temperature 0",
      ({ sc, x, y }) => softcell[name](sc, x, { y, temperature: 0 }),
      RangeError,
      `"temperature" expected`,
    ],
    [
      "out too short",
      ({ sc, y }) => softcell[name](sc, X, { y, out: X.slice(1) }),
      RangeError,
      `"out" expected length`,
    ],
    [
      "out overlaps y",
      ({ sc, other }) =>
        softcell[name](sc, X, { y: other.data.subarray(0, 6), cols: 3, out: other.data.subarray(3, 9) }),
      RangeError,
      `"out" expected to be an input or apart from it`,
    ],
  ];
  return rows.map(([what, ...rest]): Row => [`${name}, ${what}`, ...rest]);
});

const LOG_SUM_EXP_BACKWARD: Row[] = [
  ...values("dlse", ({ sc, x }, dlse) => logSumExpBackward(sc, dlse, { x })),
  ...values("x", ({ sc }, x) => logSumExpBackward(sc, X.subarray(0, 2), { x })),
  ...options("options", ({ sc, x }, o) => logSumExpBackward(sc, X.subarray(0, 2), beside("x", x, o))),
  ["dlse too long", ({ sc, x }) => logSumExpBackward(sc, X, { x }), RangeError, `"dlse" expected length 2`],
  [
    "out starts at dlse, and is longer",
    ({ sc, other }) =>
      logSumExpBackward(sc, other.data.subarray(0, 2), { x: X, cols: 3, out: other.data.subarray(0, 6) }),
    RangeError,
    `"out" expected`,
  ],
];

describeEach(["strict", "js"], (target) => {
  refuses(target, [
    ["rows", [...ROWS, ...ROWS_BACKWARD]],
    ["logSumExpBackward", LOG_SUM_EXP_BACKWARD],
  ]);
});
