// Invalid calls of every public function: the class and the text of the error, and that nothing has changed by it.
import { describe, expect, test } from "vitest";
import * as softcell from "../../src/index.js";
import {
  adam,
  adamW,
  clipGradNorm,
  crossEntropy,
  embedding,
  init,
  initSync,
  linear,
  logSumExpBackward,
  lstm,
  type StateDict,
  sgd,
  tensor,
} from "../../src/index.js";
import { fallback } from "../../src/js/index.js";
import { binary, describeEach } from "../support/backends.js";
import { image } from "../support/instance.js";
import {
  BIGINTS,
  type Busy,
  busy,
  given,
  not,
  options,
  type Row,
  refusedOuts,
  refuses,
  required,
  sizes,
  TARGETS,
  thrownBy,
  values,
  X,
} from "../support/refused.js";

const TENSOR: Row[] = [
  ["shape a number", ({ sc }) => tensor(sc, not(3)), TypeError, `"shape" expected an array of sizes, got 3`],
  ["shape undefined", ({ sc }) => tensor(sc, not(undefined)), TypeError, `"shape" expected an array of sizes`],
  ...sizes("shape[1]", 0, ({ sc }, size) => tensor(sc, [2, size])),
  ["too large", ({ sc }) => tensor(sc, [2 ** 16, 2 ** 16]), RangeError, `"shape" expected at most 2^30 elements`],
  [
    "data bigints",
    ({ sc }) => tensor(sc, [6], not(BIGINTS)),
    TypeError,
    `"data" expected an array of numbers, got BigInt64Array`,
  ],
  [
    "data null",
    ({ sc }) => tensor(sc, [6], not(null)),
    TypeError,
    `"data" expected an array of numbers or a Tensor, got null`,
  ],
  ["data too short", ({ sc }) => tensor(sc, [7], X), RangeError, `"data" expected length 7, got 6`],
  ["data of a disposed tensor", ({ gone }) => gone.data, Error, "this tensor of shape [2,3] is disposed"],
  ["disposed twice", ({ gone }) => gone.dispose(), Error, "this tensor of shape [2,3] is disposed"],
];

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
    ...values("dy", ({ sc, y }, dy) => softcell[name](sc, dy, y)),
    ...values("y", ({ sc, x }, y) => softcell[name](sc, x, y)),
    ...refusedOuts(({ sc, x, y }, out) => softcell[name](sc, x, y, { out })),
    ...options("options", ({ sc, x, y }, o) => softcell[name](sc, x, y, o)),
    ["y too short", ({ sc, x }) => softcell[name](sc, x, X.subarray(1)), RangeError, `"y" expected length 6`],
    [
      "cols 4",
      ({ sc, y }) => softcell[name](sc, X, y, { cols: 4 }),
      RangeError,
      `"dy" expected a multiple of 4 elements, got 6`,
    ],
    [
      "temperature 0",
      ({ sc, x, y }) => softcell[name](sc, x, y, { temperature: 0 }),
      RangeError,
      `"temperature" expected`,
    ],
    [
      "out too short",
      ({ sc, y }) => softcell[name](sc, X, y, { out: X.slice(1) }),
      RangeError,
      `"out" expected length`,
    ],
    [
      "out overlaps y",
      ({ sc, other }) => softcell[name](sc, X, other.data.subarray(0, 6), { cols: 3, out: other.data.subarray(3, 9) }),
      RangeError,
      `"out" expected to be an input or apart from it`,
    ],
  ];
  return rows.map(([what, ...rest]): Row => [`${name}, ${what}`, ...rest]);
});

const LOG_SUM_EXP_BACKWARD: Row[] = [
  ...values("dlse", ({ sc, x }, dlse) => logSumExpBackward(sc, dlse, x)),
  ...values("x", ({ sc }, x) => logSumExpBackward(sc, X.subarray(0, 2), x)),
  ...options("options", ({ sc, x }, o) => logSumExpBackward(sc, X.subarray(0, 2), x, o)),
  ["dlse too long", ({ sc, x }) => logSumExpBackward(sc, X, x), RangeError, `"dlse" expected length 2`],
  [
    "out starts at dlse, and is longer",
    ({ sc, other }) => logSumExpBackward(sc, other.data.subarray(0, 2), X, { cols: 3, out: other.data.subarray(0, 6) }),
    RangeError,
    `"out" expected`,
  ],
];

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

const BACKWARD = "expected a forward";

const EMBEDDING: Row[] = [
  ...required("options", ({ sc }, o) => embedding(sc, o)),
  [
    "no options",
    ({ sc }) => embedding(sc, not(undefined)),
    TypeError,
    `"numEmbeddings" expected an integer, got undefined`,
  ],
  ["no width", ({ sc }) => embedding(sc, not({ numEmbeddings: 2 })), TypeError, `"embeddingDim" expected an integer`],
  ...sizes("numEmbeddings", 1, ({ sc }, n) => embedding(sc, { numEmbeddings: n, embeddingDim: 1 })),
  ...sizes("embeddingDim", 1, ({ sc }, n) => embedding(sc, { numEmbeddings: 1, embeddingDim: n })),
  ["ids fractions", ({ embedding }) => embedding.forward(X), RangeError, `"ids[0]" expected an integer from`],
  ["ids texts", ({ embedding }) => embedding.forward(not(["1"])), TypeError, `"ids[0]" expected an integer`],
  ["an id of 4", ({ embedding }) => embedding.forward(Int32Array.of(1, 4)), RangeError, "from 0 to 3, got 4 at 1"],
  ["an id of -1", ({ embedding }) => embedding.forward(Int32Array.of(-1)), RangeError, "got -1 at 0"],
  ["shape", ({ embedding }) => embedding.forward(TARGETS, { shape: [3] }), RangeError, `"ids" expected length`],
  ["shape NaN", ({ embedding }) => embedding.forward(TARGETS, { shape: [Number.NaN] }), RangeError, `"shape[0]"`],
  ...options("options", ({ embedding }, o) => embedding.forward(TARGETS, o)),
  ["backward before forward", ({ fresh }) => fresh.embedding.backward(X), Error, BACKWARD],
  ...values("dOutput", ({ embedding }, dOutput) => embedding.backward(dOutput)),
  ["dOutput too short", ({ embedding }) => embedding.backward(X.subarray(1)), RangeError, `"dOutput" expected length`],
];

const LINEAR: Row[] = [
  ...required("options", ({ sc }, o) => linear(sc, o)),
  ["options null", ({ sc }) => linear(sc, not(null)), TypeError, `"options" expected an object, got null`],
  [
    "more than the memory",
    ({ sc }) => linear(sc, { inFeatures: 2 ** 24, outFeatures: 2 ** 24 }),
    RangeError,
    "memory expected",
  ],
  ["no options", ({ sc }) => linear(sc, not(undefined)), TypeError, `"inFeatures" expected an integer, got undefined`],
  ...sizes("inFeatures", 1, ({ sc }, n) => linear(sc, { inFeatures: n, outFeatures: 1 })),
  ...sizes("outFeatures", 1, ({ sc }, n) => linear(sc, { inFeatures: 1, outFeatures: n })),
  [
    "bias 0",
    ({ sc }) => linear(sc, { inFeatures: 1, outFeatures: 1, bias: not(0) }),
    TypeError,
    `"bias" expected true or false, got 0`,
  ],
  ...values("x", ({ linear }, x) => linear.forward(x)),
  [
    "x too short",
    ({ linear }) => linear.forward(X.subarray(1)),
    RangeError,
    `"x" expected a multiple of 3 elements, got 5`,
  ],
  [
    "x of another shape",
    ({ linear, other }) => linear.forward(other),
    RangeError,
    `"x" expected shape [..., 3], got [40]`,
  ],
  ["backward before forward", ({ fresh }) => fresh.linear.backward(X), Error, BACKWARD],
  ...values("dOutput", ({ linear }, dOutput) => linear.backward(dOutput)),
  ["dOutput too long", ({ linear }) => linear.backward(X), RangeError, `"dOutput" expected length 4`],
];

const LSTM: Row[] = [
  ...required("options", ({ sc }, o) => lstm(sc, o)),
  ["no options", ({ sc }) => lstm(sc, not(undefined)), TypeError, `"inputSize" expected an integer, got undefined`],
  ...sizes("inputSize", 1, ({ sc }, n) => lstm(sc, { inputSize: n, hiddenSize: 1 })),
  ...sizes("hiddenSize", 1, ({ sc }, n) => lstm(sc, { inputSize: 1, hiddenSize: n })),
  [
    "batchFirst 1",
    ({ sc }) => lstm(sc, { inputSize: 1, hiddenSize: 1, batchFirst: not(1) }),
    TypeError,
    `"batchFirst" expected true or false, got 1`,
  ],
  ["bias null", ({ sc }) => lstm(sc, { inputSize: 1, hiddenSize: 1, bias: not(null) }), TypeError, `"bias" expected`],
  ...values("x", ({ lstm }, x) => lstm.forward(x)),
  ...options("options", ({ lstm }, o) => lstm.forward(X, o)),
  ["x too short", ({ lstm }) => lstm.forward(X.subarray(1), { batch: 1 }), RangeError, `"x" expected`],
  ["x too short for steps", ({ lstm }) => lstm.forward(X, { batch: 1, steps: 3 }), RangeError, `"x" expected length`],
  [
    "x of one axis",
    ({ lstm, other }) => lstm.forward(other),
    RangeError,
    `"x" expected shape [steps, batch, 3], got [40]`,
  ],
  ["no step", ({ lstm }) => lstm.forward(X.subarray(6)), RangeError, `"steps" expected an integer from 1`],
  ...sizes("batch", 0, ({ lstm }, batch) => lstm.forward(X, { batch })),
  ...sizes("steps", 1, ({ lstm }, steps) => lstm.forward(X, { steps })),
  ...given("h0", ({ lstm }, h0) => lstm.forward(X, { h0 })),
  ...given("c0", ({ lstm }, c0) => lstm.forward(X, { c0 })),
  ["h0 too long", ({ lstm }) => lstm.forward(X, { h0: X }), RangeError, `"h0" expected length 2`],
  ["c0 too long", ({ lstm }) => lstm.forward(X, { c0: X }), RangeError, `"c0" expected length 2`],
  [
    "lengths texts",
    ({ lstm }) => lstm.forward(X, { lengths: not(["2"]) }),
    TypeError,
    `"lengths[0]" expected an integer, got "2"`,
  ],
  ["lengths too many", ({ lstm }) => lstm.forward(X, { lengths: TARGETS }), RangeError, `"lengths" expected length`],
  ["a length of 0", ({ lstm }) => lstm.forward(X, { lengths: Int32Array.of(0) }), RangeError, `from 1 to 2, got 0`],
  ["a length of 3", ({ lstm }) => lstm.forward(X, { lengths: Int32Array.of(3) }), RangeError, `from 1 to 2, got 3`],
  ["training 0", ({ lstm }) => lstm.forward(X, { training: not(0) }), TypeError, `"training" expected true or false`],
  ["backward before forward", ({ fresh }) => fresh.lstm.backward(X), Error, BACKWARD],
  ...given("dOutput", ({ lstm }, dOutput) => lstm.backward(dOutput)),
  ...given("dhN", ({ lstm }, dhN) => lstm.backward(undefined, { dhN })),
  ...given("dcN", ({ lstm }, dcN) => lstm.backward(undefined, { dcN })),
  ...options("options", ({ lstm }, o) => lstm.backward(undefined, o)),
  ["dOutput too long", ({ lstm }) => lstm.backward(X), RangeError, `"dOutput" expected length 4`],
  ["dhN too long", ({ lstm }) => lstm.backward(undefined, { dhN: X }), RangeError, `"dhN" expected length`],
  ["dcN too long", ({ lstm }) => lstm.backward(undefined, { dcN: X }), RangeError, `"dcN" expected length`],
];

const STREAM: Row[] = [
  ...options("options", ({ lstm }, o) => lstm.stream(o)),
  ...sizes("batch", 1, ({ lstm }, batch) => lstm.stream({ batch })),
  ...values("frame", ({ stream }, frame) => stream.step(frame)),
  ["frame too long", ({ stream }) => stream.step(X), RangeError, `"frame" expected length 3, got 6`],
  ...options("options", ({ stream }, o) => stream.reset(o)),
  ...given("h0", ({ stream }, h0) => stream.reset({ h0 })),
  ["c0 too long", ({ stream }) => stream.reset({ h0: X.subarray(0, 2), c0: X }), RangeError, `"c0" expected length`],
  ["step of a disposed stream", ({ closed }) => closed.step(X.subarray(0, 3)), Error, "this stream is disposed"],
  ["reset of a disposed stream", ({ closed }) => closed.reset(), Error, "this stream is disposed"],
  ["a stream disposed twice", ({ closed }) => closed.dispose(), Error, "this stream is disposed"],
  ["step where the layer is disposed", ({ orphan }) => orphan.step(X.subarray(0, 3)), Error, "this lstm is disposed"],
];

const DISPOSED: Row[] = [
  ["embedding.forward", ({ dead }) => dead.embedding.forward(TARGETS), Error, "this embedding is disposed"],
  ["embedding.backward", ({ dead }) => dead.embedding.backward(X), Error, "this embedding is disposed"],
  ["linear.forward", ({ dead }) => dead.linear.forward(X), Error, "this linear is disposed"],
  ["linear.backward", ({ dead }) => dead.linear.backward(X), Error, "this linear is disposed"],
  ["lstm.forward", ({ dead }) => dead.lstm.forward(X), Error, "this lstm is disposed"],
  ["lstm.backward", ({ dead }) => dead.lstm.backward(X), Error, "this lstm is disposed"],
  ["lstm.stream", ({ dead }) => dead.lstm.stream(), Error, "this lstm is disposed"],
  ["params", ({ dead }) => dead.lstm.params, Error, "this lstm is disposed"],
  ["stateDict", ({ dead }) => dead.lstm.stateDict(), Error, "this lstm is disposed"],
  ["load", ({ dead, lstm }) => dead.lstm.loadStateDict(lstm.stateDict()), Error, "this lstm is disposed"],
  ["refresh", ({ dead }) => dead.lstm.refresh(), Error, "this lstm is disposed"],
  ["zeroGrad", ({ dead }) => dead.lstm.zeroGrad(), Error, "this lstm is disposed"],
  ["dispose", ({ dead }) => dead.lstm.dispose(), Error, "this lstm is disposed"],
  ["sgd", ({ sc, dead }) => sgd(sc, dead.linear, { lr: 1 }), Error, "this linear is disposed"],
  ["adam", ({ sc, dead }) => adam(sc, dead.linear), Error, "this linear is disposed"],
  [
    "clipGradNorm",
    ({ sc, linear, dead }) => clipGradNorm(sc, [linear, dead.lstm], 1e-9),
    Error,
    "this lstm is disposed",
  ],
  ["step, one of its layers", ({ widowed }) => widowed.step(), Error, "this linear is disposed"],
  ["zeroGrad, one of its layers", ({ widowed }) => widowed.zeroGrad(), Error, "this linear is disposed"],
  ["step of an optimizer", ({ ended }) => ended.step(), Error, "this optimizer is disposed"],
  ["dispose of an optimizer", ({ ended }) => ended.dispose(), Error, "this optimizer is disposed"],
];

/** A state dict for `linear` whose first entry is right, so that it would show if it were written. */
const state = (bias: unknown): StateDict => ({ weight: new Float32Array(6).fill(9), bias: not(bias) });
const LOAD: Row[] = [
  ["null", ({ linear }) => linear.loadStateDict(not(null)), TypeError, `"state" expected an object of arrays`],
  ["a number", ({ linear }) => linear.loadStateDict(not(1)), TypeError, `"state" expected an object of arrays`],
  [
    "a missing key",
    ({ linear }) => linear.loadStateDict({ weight: X }),
    RangeError,
    `"state" expected weight, bias, got weight`,
  ],
  [
    "a surplus key",
    ({ linear }) => linear.loadStateDict({ ...state(X), other: X }),
    RangeError,
    "got weight, bias, other",
  ],
  ["another name", ({ linear }) => linear.loadStateDict({ weight: X, biases: X }), RangeError, "got weight, biases"],
  [
    "a wrong length",
    ({ linear }) => linear.loadStateDict(state(new Float32Array(3))),
    RangeError,
    `"state.bias" expected length 2, got 3`,
  ],
  [
    "a wrong shape",
    ({ linear }) => linear.loadStateDict(state({ data: new Float32Array(2), shape: [1, 2] })),
    RangeError,
    `"state.bias.shape" expected shape [2], got [1,2]`,
  ],
  [
    "a length other than its shape",
    ({ linear }) => linear.loadStateDict(state({ data: new Float32Array(3), shape: [2] })),
    RangeError,
    `"state.bias" expected length 2, got 3`,
  ],
  [
    "no shape",
    ({ linear }) => linear.loadStateDict(state({ data: X.subarray(0, 2) })),
    TypeError,
    `"state.bias.shape" expected`,
  ],
  [
    "no data",
    ({ linear }) => linear.loadStateDict(state({ shape: [2] })),
    TypeError,
    `"state.bias" expected an array of numbers or a Tensor`,
  ],
  [
    "null in it",
    ({ linear }) => linear.loadStateDict(state(null)),
    TypeError,
    `"state.bias" expected an array of numbers or a Tensor`,
  ],
  [
    "a number in it",
    ({ linear }) => linear.loadStateDict(state(1)),
    TypeError,
    `"state.bias" expected an array of numbers or a Tensor`,
  ],
  [
    "bigints",
    ({ linear }) => linear.loadStateDict(state(BIGINTS)),
    TypeError,
    `"state.bias" expected an array of numbers`,
  ],
  ["texts", ({ linear }) => linear.loadStateDict(state(["1", "2"])), TypeError, `"state.bias[0]" expected a number`],
];

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
  ...[0, -1, Number.NaN].map(
    (maxNorm): Row => [
      `clipGradNorm to ${maxNorm}`,
      ({ sc, linear }) => clipGradNorm(sc, linear, maxNorm),
      RangeError,
      `"maxNorm" expected a number above 0`,
    ],
  ),
  ...(["sgd", "adam", "adamW"] as const).map((name): Row => {
    const call = ({ sc }: Busy) => softcell[name](sc, [], { lr: 0.1 });
    return [`${name} of no layers`, call, RangeError, `"layers" expected at least one layer, got none`];
  }),
  ["clipGradNorm to a string", ({ sc, linear }) => clipGradNorm(sc, linear, not("1")), TypeError, `"maxNorm" expected`],
  ["clipGradNorm of a tensor", ({ sc, x }) => clipGradNorm(sc, not(x), 1), TypeError, `"layers" expected layers`],
];

const TABLE: [group: string, rows: Row[]][] = [
  ["tensor", TENSOR],
  ["rows", [...ROWS, ...ROWS_BACKWARD]],
  ["logSumExpBackward", LOG_SUM_EXP_BACKWARD],
  ["crossEntropy", CROSS_ENTROPY],
  ["embedding", EMBEDDING],
  ["linear", LINEAR],
  ["lstm", LSTM],
  ["stream", STREAM],
  ["disposed", DISPOSED],
  ["load", LOAD],
  ["optimizers", OPTIMIZERS],
];

describeEach(["strict", "js"], (target) => {
  refuses(target, TABLE);

  test.each<[string, (work: Busy) => unknown]>([
    ["embedding", ({ embedding }) => embedding.backward(X)],
    ["linear", ({ linear }) => linear.backward(X.subarray(0, 4))],
    ["lstm", ({ lstm }) => lstm.backward(X.subarray(0, 4))],
  ])("backward twice: %s", (name, backward) => {
    const work = busy(target);
    backward(work);
    const [before, usage] = [image(work.sc), work.sc.memoryUsage];
    const error = thrownBy(() => backward(work));
    expect(error.constructor).toBe(Error);
    expect(error.message).toContain(`${name}: backward expected a forward`);
    expect(work.sc.memoryUsage).toEqual(usage);
    expect(Buffer.compare(image(work.sc), before)).toBe(0);
  });

  test("backward after a forward without training", () => {
    const { lstm } = busy(target);
    lstm.forward(X, { training: false });
    expect(() => lstm.backward(X.subarray(0, 4))).toThrow("lstm: backward expected a forward with training before it");
  });
});

describe("init", () => {
  const wrong: [name: string, options: unknown, kind: typeof Error, text: string][] = [
    ["options null", null, TypeError, `"options" expected an object, got null`],
    ["an unknown option", { backends: "js" }, RangeError, `got "backends"`],
    ["an unknown backend", { backend: "wasm" }, RangeError, `"backend" expected one of auto, strict, relaxed, js`],
    ["backend 1", { backend: 1 }, TypeError, `"backend" expected a string, got 1`],
    ["memory 3", { memory: 3 }, TypeError, `"memory" expected an object, got 3`],
    ["memory null", { memory: null }, TypeError, `"memory" expected an object, got null`],
    ["an unknown option of memory", { memory: { min: 1 } }, RangeError, `got "min"`],
    ["initial 0", { memory: { initial: 0 } }, RangeError, `"memory.initial" expected an integer from 1`],
    ["initial NaN", { memory: { initial: Number.NaN } }, RangeError, `"memory.initial" expected an integer`],
    ["initial a string", { memory: { initial: "2" } }, TypeError, `"memory.initial" expected an integer, got "2"`],
    [
      "maximum 65537",
      { memory: { maximum: 65537 } },
      RangeError,
      `"memory.maximum" expected an integer from 1 to 65536`,
    ],
    ["more than the maximum", { memory: { initial: 3, maximum: 2 } }, RangeError, `"memory.initial" expected`],
    ["seed -1", { seed: -1 }, RangeError, `"seed" expected an integer from 0 to 4294967295, got -1`],
    ["seed 0.5", { seed: 0.5 }, RangeError, `"seed" expected an integer`],
    ["seed a string", { seed: "1" }, TypeError, `"seed" expected an integer, got "1"`],
    ["module 42", { module: 42 }, TypeError, `"module" expected a WebAssembly.Module or bytes, got 42`],
    ["module a string", { module: "strict.wasm" }, TypeError, `"module" expected a WebAssembly.Module or bytes`],
    ["module null", { module: null }, TypeError, `"module" expected a WebAssembly.Module or bytes, got null`],
    ["fallback true", { fallback: true }, TypeError, `"fallback" expected fallback of softcell/js, got true`],
    ["fallback null", { fallback: null }, TypeError, `"fallback" expected fallback of softcell/js, got null`],
  ];

  test.each(wrong)("%s", async (_, options, kind, text) => {
    const error = await init(not(options)).then(
      ({ backend }) => new Error(`init() was expected to reject, and gave ${backend}`),
      (reason: Error) => reason,
    );
    expect(error.message).toContain(text);
    expect(error.constructor).toBe(kind);
  });

  test.each(wrong)("initSync, %s", (_, options, kind, text) => {
    const given = typeof options === "object" && options !== null ? { module: binary("strict"), ...options } : options;
    const error = thrownBy(() => initSync(not(given)));
    expect(error.message).toContain(text);
    expect(error.constructor).toBe(kind);
  });

  test.each([
    ["relaxed", `"module" expected a WebAssembly.Module or bytes, got undefined`],
    ["js", `"fallback" expected fallback of softcell/js, got undefined`],
  ] as const)("initSync has nothing for %s", (backend, text) => {
    const error = thrownBy(() => initSync({ backend }));
    expect(error.message).toContain(text);
    expect(error.constructor).toBe(TypeError);
  });
});
