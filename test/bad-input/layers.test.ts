// Invalid calls of layers and streams: the class and the text of the error, and that nothing has changed by it.
import { expect, test } from "vitest";
import {
  adam,
  clipGradNorm,
  dropout,
  embedding,
  layerNorm,
  linear,
  lstm,
  type StateDict,
  sgd,
} from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { image } from "../support/instance.js";
import {
  BIGINTS,
  type Busy,
  busy,
  given,
  not,
  options,
  type Row,
  refuses,
  required,
  sizes,
  TARGETS,
  thrownBy,
  values,
  X,
} from "../support/refused.js";

const BACKWARD = "expected a forward before it";

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
  ["options null", ({ sc }) => linear(sc, not(null)), TypeError, `"inFeatures" expected an integer, got undefined`],
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
  ["backward before forward", ({ fresh }) => fresh.lstm.backward(X), Error, "a forward with training before it"],
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
const state = (bias: unknown): StateDict => ({
  weight: { data: new Float32Array(6).fill(9), shape: [2, 3] },
  bias: not(bias),
});
const LOAD: Row[] = [
  ["null", ({ linear }) => linear.loadStateDict(not(null)), TypeError, `"state" expected an object of arrays`],
  ["a number", ({ linear }) => linear.loadStateDict(not(1)), TypeError, `"state" expected an object of arrays`],
  [
    "a missing key",
    ({ linear }) => linear.loadStateDict({ weight: X }),
    RangeError,
    `"state" expected 2 keys, got 1: missing "bias"`,
  ],
  ["a surplus key", ({ linear }) => linear.loadStateDict({ ...state(X), other: X }), RangeError, `unexpected "other"`],
  [
    "another name",
    ({ linear }) => linear.loadStateDict({ weight: X, biases: X }),
    RangeError,
    `missing "bias"; unexpected "biases"`,
  ],
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

const LAYER_NORM: Row[] = [
  ...required("options", ({ sc }, o) => layerNorm(sc, o)),
  [
    "no options",
    ({ sc }) => layerNorm(sc, not(undefined)),
    TypeError,
    `"normalizedShape" expected an integer, got undefined`,
  ],
  ["options null", ({ sc }) => layerNorm(sc, not(null)), TypeError, `"normalizedShape" expected an integer`],
  ...sizes("normalizedShape", 1, ({ sc }, normalizedShape) => layerNorm(sc, { normalizedShape })),
  [
    "normalizedShape ['3']",
    ({ sc }) => layerNorm(sc, { normalizedShape: not(["3"]) }),
    TypeError,
    `"normalizedShape" expected an integer, got "3"`,
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

const PADDING: Row[] = [-5, 4, 0.5, Number.NaN].map((paddingIdx) => [
  `paddingIdx ${paddingIdx}`,
  ({ sc }) => embedding(sc, { numEmbeddings: 4, embeddingDim: 1, paddingIdx }),
  RangeError,
  `"paddingIdx" expected an integer from -4 to 3`,
]);

describeEach(["strict", "js"], (target) => {
  refuses(target, [
    ["embedding", [...EMBEDDING, ...PADDING]],
    ["linear", LINEAR],
    ["lstm", LSTM],
    ["stream", STREAM],
    ["layerNorm", LAYER_NORM],
    ["dropout", DROPOUT],
    ["disposed", DISPOSED],
    ["load", LOAD],
  ]);

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
