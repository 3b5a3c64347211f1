// Invalid calls of the alternatives to softmax: the class and the text of the error, and that nothing has changed by
// it.
import * as softcell from "../../src/index.js";
import { argmax, gumbelSoftmax, oneHot, sample, topK } from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import {
  type Busy,
  not,
  options,
  type Row,
  refusedOuts,
  refuses,
  sizes,
  TARGETS,
  values,
  X,
} from "../support/refused.js";

const FORWARD = ["standardNormalize", "taylorSoftmax", "sphericalSoftmax", "sparsemax", "gumbelSoftmax"] as const;
const BACKWARD = [
  ["standardNormalizeBackward", "x"],
  ["taylorSoftmaxBackward", "x"],
  ["sphericalSoftmaxBackward", "x"],
  ["sparsemaxBackward", "y"],
] as const;

const prefixed = (name: string, rows: Row[]): Row[] => rows.map(([what, ...rest]) => [`${name}, ${what}`, ...rest]);

/** What every function of rows refuses in its options. */
function rowOptions(argument: string, call: (busy: Busy, x: never, options: never) => unknown): Row[] {
  const refused = (value: object) => (b: Busy) => call(b, not(X), not(value));
  return [
    ...options("options", (b, o) => call(b, not(X), o)),
    ["cols 4", refused({ cols: 4 }), RangeError, `"${argument}" expected a multiple of 4 elements, got 6`],
    ["cols a string", refused({ cols: "3" }), TypeError, `"cols" expected an integer, got "3"`],
    ["shape [2, 4]", refused({ shape: [2, 4] }), RangeError, `"${argument}" expected 8 elements for shape [2,4]`],
    ["axis 2", refused({ shape: [2, 3], axis: 2 }), RangeError, `"axis" expected an integer from -2 to 1, got 2`],
  ];
}

function outs(call: (busy: Busy, x: never, options: never) => unknown): Row[] {
  return [
    ...refusedOuts((b, out) => call(b, not(X), not({ out }))),
    ["out too long", (b) => call(b, not(X), not({ out: new Float32Array(7) })), RangeError, `"out" expected length`],
    [
      "out overlaps",
      (b) => call(b, not(b.other.data.subarray(0, 6)), not({ out: b.other.data.subarray(1, 7) })),
      RangeError,
      `"out" expected to be an input or apart from it`,
    ],
  ];
}

function eps(call: (busy: Busy, options: never) => unknown): Row[] {
  return [-1, Number.NaN, Number.POSITIVE_INFINITY].map(
    (value): Row => [`eps ${value}`, (b) => call(b, not({ eps: value })), RangeError, `"eps" expected a number from 0`],
  );
}

const ROWS = FORWARD.flatMap((name) => {
  const call = ({ sc }: Busy, x: never, o: never) => softcell[name](sc, x, o);
  return prefixed(name, [
    ...values("x", ({ sc }, x) => softcell[name](sc, x)),
    ...rowOptions("x", call),
    ...outs(call),
    ["temperature a string", (b) => call(b, not(X), not({ temperature: "1" })), ...temperatureOf(name)],
  ]);
});

function temperatureOf(name: string): [kind: typeof TypeError | typeof RangeError, text: string] {
  if (name === "standardNormalize") return [RangeError, `got "temperature"`];
  return [TypeError, `"temperature" expected a number`];
}

const ROWS_BACKWARD = BACKWARD.flatMap(([name, second]) => {
  const call = ({ sc }: Busy, dy: never, o: never) => softcell[name](sc, dy, X, o);
  return prefixed(name, [
    ...values("dy", ({ sc }, dy) => softcell[name](sc, dy, X)),
    ...values(second, ({ sc }, x) => softcell[name](sc, X, x)),
    [
      `${second} too short`,
      ({ sc }) => softcell[name](sc, X, X.subarray(1)),
      RangeError,
      `"${second}" expected length`,
    ],
    ...rowOptions("dy", call),
    ...outs(call),
  ]);
});

const EPS = (["standardNormalize", "sphericalSoftmax"] as const).flatMap((name) => [
  ...prefixed(
    name,
    eps(({ sc }, o) => softcell[name](sc, X, o)),
  ),
  ...prefixed(
    `${name}Backward`,
    eps(({ sc }, o) => softcell[`${name}Backward` as const](sc, X, X, o)),
  ),
]);

const SEEDS = [-1, 0.5, 2 ** 32, Number.NaN];

function seeds(call: (busy: Busy, options: never) => unknown): Row[] {
  return SEEDS.map(
    (seed): Row => [
      `seed ${seed}`,
      (b) => call(b, not({ seed })),
      RangeError,
      `"seed" expected an integer from 0 to 4294967295, got ${seed}`,
    ],
  );
}

const GUMBEL: Row[] = [
  ...seeds(({ sc }, o) => gumbelSoftmax(sc, X, o)),
  ["hard 1", ({ sc }) => gumbelSoftmax(sc, X, { hard: not(1) }), TypeError, `"hard" expected true or false, got 1`],
  ...[0, -1, 2 ** -128, 2 ** 150, Number.POSITIVE_INFINITY, Number.NaN].map((temperature): Row => {
    const call = ({ sc }: Busy) => gumbelSoftmax(sc, X, { temperature });
    return [`temperature ${temperature}`, call, RangeError, `"temperature" expected a number`];
  }),
  [
    "out overlaps a tensor whose one-hot would be allocated",
    ({ sc, x }) => gumbelSoftmax(sc, x, { hard: true, out: not(new Float32Array(x.data.buffer, x.pointer + 4, 6)) }),
    RangeError,
    `"out" expected to be an input or apart from it`,
  ],
];

const INDICES = (["argmax", "topK"] as const).flatMap((name) => {
  const call = ({ sc }: Busy, x: never, o?: never) => (name === "argmax" ? argmax(sc, x, o) : topK(sc, x, 1, o));
  return prefixed(name, [
    ...values("x", call),
    ...rowOptions("x", call),
    ["no columns", (b) => call(b, not(X.subarray(6))), RangeError, `"x" expected at least one column, got 0`],
    ["temperature", (b) => call(b, not(X), not({ temperature: 1 })), RangeError, `got "temperature"`],
  ]);
});

const TOP_K: Row[] = [
  ...sizes("k", 1, ({ sc }, k) => topK(sc, X, k)),
  ["k 4 of 3", ({ sc, x }) => topK(sc, x, 4), RangeError, `"k" expected an integer from 1 to 3, got 4`],
  ["k undefined", ({ sc }) => topK(sc, X, not(undefined)), TypeError, `"k" expected an integer, got undefined`],
];

const SAMPLE: Row[] = [
  ...values("logits", ({ sc }, logits) => sample(sc, logits)),
  ...rowOptions("logits", ({ sc }, logits, o) => sample(sc, logits, o)),
  ...seeds(({ sc }, o) => sample(sc, X, o)),
  ...sizes("topK", 0, ({ sc }, topK) => sample(sc, X, { topK })),
  ...[-0.1, 1.1, Number.NaN].map((topP): Row => {
    return [`topP ${topP}`, ({ sc }) => sample(sc, X, { topP }), RangeError, `"topP" expected a number from 0 to 1`];
  }),
  ["topP a string", ({ sc }) => sample(sc, X, { topP: not("1") }), TypeError, `"topP" expected a number, got "1"`],
  ...[-1, Number.POSITIVE_INFINITY, Number.NaN].map((temperature): Row => {
    const call = ({ sc }: Busy) => sample(sc, X, { temperature });
    return [`temperature ${temperature}`, call, RangeError, `"temperature" expected a number from 0`];
  }),
  ["no columns", ({ sc }) => sample(sc, X.subarray(6)), RangeError, `"logits" expected at least one column, got 0`],
  [
    "a row of NaN",
    ({ sc }) => sample(sc, Float32Array.of(1, 2, 3, Number.NaN), { cols: 2 }),
    RangeError,
    `"logits" expected a finite maximum in each row and no NaN, got NaN in row 1`,
  ],
];

const ONE_HOT: Row[] = [
  ["ids texts", ({ sc }) => oneHot(sc, not(["1"]), 3), TypeError, `"ids[0]" expected an integer, got "1"`],
  ["ids fractions", ({ sc }) => oneHot(sc, X, 3), RangeError, `"ids[0]" expected an integer from`],
  ["an id too large", ({ sc }) => oneHot(sc, TARGETS, 2), RangeError, `"ids" expected indices from 0 to 1, got 2 at 0`],
  ["an id below 0", ({ sc }) => oneHot(sc, Int32Array.of(0, -1), 2), RangeError, `got -1 at 1`],
  ...sizes("classes", 1, ({ sc }, classes) => oneHot(sc, TARGETS, classes)),
];

describeEach(["strict", "js"], (target) => {
  refuses(target, [
    ["forward", ROWS],
    ["backward", ROWS_BACKWARD],
    ["eps", EPS],
    ["gumbelSoftmax", GUMBEL],
    ["indices", INDICES],
    ["topK", TOP_K],
    ["sample", SAMPLE],
    ["oneHot", ONE_HOT],
  ]);
});
