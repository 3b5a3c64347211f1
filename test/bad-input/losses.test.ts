// Invalid calls of the losses: the class and the text of the error, and that nothing has changed by it.
import * as softcell from "../../src/index.js";
import {
  bceWithLogits,
  entropy,
  focal,
  klDivergence,
  mse,
  multiMargin,
  type Softcell,
  sigmoidFocal,
  type Tensor,
} from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import {
  type Busy,
  given,
  not,
  options,
  type Row,
  refusedOuts,
  refuses,
  TARGETS,
  values,
  X,
} from "../support/refused.js";

const SIGNS = X.map(Math.sign);
const HALVES = new Float32Array(6).fill(0.5);

type Any = never;
type Call = (sc: Softcell, x: Tensor, o?: Any) => unknown;

/** What every loss refuses of its common options. `losses` is the number of losses of [2, 3] with "none". */
function common(losses: number, call: Call): Row[] {
  const rows = losses === 2 ? { classes: 3 } : {};
  const on = ({ sc, x }: Busy, o: object) => call(sc, x, not(o));
  return [
    ...options("options", ({ sc, x }, o) => call(sc, x, o)),
    ...refusedOuts((b, out) => on(b, { out })),
    ...given("dLoss", (b, dLoss) => on(b, { dLoss, reduction: "none" })),
    ["reduction avg", (b) => on(b, { reduction: "avg" }), RangeError, `"reduction" expected one of none, mean, sum`],
    ["reduction null", (b) => on(b, { reduction: null }), TypeError, `"reduction" expected a string, got null`],
    ["emptyReduction 0", (b) => on(b, { emptyReduction: 0 }), TypeError, `"emptyReduction" expected a string, got 0`],
    ["emptyReduction one", (b) => on(b, { emptyReduction: "one" }), RangeError, `"emptyReduction" expected one of nan`],
    ["gradient 0", (b) => on(b, { gradient: 0 }), TypeError, `"gradient" expected true or false, got 0`],
    [
      "dLoss a string",
      (b) => on(b, { dLoss: "1" }),
      TypeError,
      `"dLoss" expected an array of numbers or a Tensor, got "1"`,
    ],
    ["dLoss of two, mean", (b) => on(b, { dLoss: X.subarray(0, 2) }), RangeError, `"dLoss" expected length 1, got 2`],
    [
      "dLoss too long, none",
      (b) => on(b, { dLoss: new Float32Array(losses + 1), reduction: "none" }),
      RangeError,
      `"dLoss" expected length ${losses}, got ${losses + 1}`,
    ],
    ["out too short", (b) => on(b, { out: X.slice(1) }), RangeError, `"out" expected length 6`],
    [
      "out overlaps x",
      (b) => call(b.sc, not(b.other.data.subarray(0, 6)), not({ ...rows, out: b.other.data.subarray(2, 8) })),
      RangeError,
      `"out" expected to be an input or apart from it`,
    ],
    [
      "out overlaps dLoss",
      ({ sc, x, other }) => {
        const [dLoss, out] = [other.data.subarray(0, losses), other.data.subarray(losses - 1, losses + 5)];
        return call(sc, x, not({ reduction: "none", dLoss, out }));
      },
      RangeError,
      `"out" expected to be an input or apart from it`,
    ],
  ];
}

/** What a number among the options refuses: of a wrong kind, NaN, and what is `wrong`. */
function numeric(name: string, wrong: number, call: Call): Row[] {
  return [NaN, wrong, "1"].map((value): Row => {
    const kind = typeof value === "string" ? TypeError : RangeError;
    return [`${name} ${value}`, ({ sc, x }) => call(sc, x, not({ [name]: value })), kind, `"${name}" expected a`];
  });
}

const MSE: Row[] = [
  ...values("x", ({ sc, y }, x) => mse(sc, x, y)),
  ...values("target", ({ sc, x }, target) => mse(sc, x, target)),
  ...common(6, (sc, x, o) => mse(sc, x, X, o)),
  ["target too long", ({ sc, x, other }) => mse(sc, x, other), RangeError, `"target" expected length 6, got`],
  [
    "out is the target",
    ({ sc, x, y }) => mse(sc, x, y, { out: y }),
    RangeError,
    `"out" expected to be an input or apart from it`,
  ],
];

const HINGE = (["hinge", "squaredHinge"] as const).flatMap((name): Row[] => {
  const rows: Row[] = [
    ...values("x", ({ sc }, x) => softcell[name](sc, x, SIGNS)),
    ...values("y", ({ sc, x }, y) => softcell[name](sc, x, y)),
    ...common(6, (sc, x, o) => softcell[name](sc, x, SIGNS, o)),
    ...numeric("margin", -1, (sc, x, o) => softcell[name](sc, x, SIGNS, o)),
    [
      "y of 0",
      ({ sc, x }) => softcell[name](sc, x, new Float32Array(6)),
      RangeError,
      `"y" expected 1 or -1, got 0 at 0`,
    ],
    [
      "y of NaN",
      ({ sc, x }) =>
        softcell[name](
          sc,
          x,
          SIGNS.map((v, i) => (i === 4 ? NaN : v)),
        ),
      RangeError,
      "got NaN at 4",
    ],
    ["y too short", ({ sc, x }) => softcell[name](sc, x, SIGNS.subarray(1)), RangeError, `"y" expected length 6`],
  ];
  return rows.map(([what, ...rest]): Row => [`${name}, ${what}`, ...rest]);
});

const BCE: Row[] = [
  ...values("logits", ({ sc }, x) => bceWithLogits(sc, x, HALVES)),
  ...values("targets", ({ sc, x }, targets) => bceWithLogits(sc, x, targets)),
  ...given("weight", ({ sc, x }, weight) => bceWithLogits(sc, x, HALVES, { weight })),
  ...given("posWeight", ({ sc, x }, posWeight) => bceWithLogits(sc, x, HALVES, { posWeight })),
  ...common(6, (sc, x, o) => bceWithLogits(sc, x, HALVES, o)),
  [
    "weight of the first axis",
    ({ sc, x }) => bceWithLogits(sc, x, HALVES, { weight: X.subarray(0, 2) }),
    RangeError,
    `"weight" expected the size of trailing axes of [2,3], got 2 elements`,
  ],
  [
    "posWeight without a shape",
    ({ sc }) => bceWithLogits(sc, X, HALVES, { posWeight: X.subarray(0, 3) }),
    RangeError,
    `"posWeight" expected the size of trailing axes of [6], got 3 elements: say what the axes are by { shape }`,
  ],
  [
    "no weight at all",
    ({ sc }) => bceWithLogits(sc, X, HALVES, { weight: X.subarray(0, 0) }),
    RangeError,
    `"weight" expected the size`,
  ],
];

const SIGMOID_FOCAL: Row[] = [
  ...values("logits", ({ sc }, x) => sigmoidFocal(sc, x, HALVES)),
  ...values("targets", ({ sc, x }, targets) => sigmoidFocal(sc, x, targets)),
  ...common(6, (sc, x, o) => sigmoidFocal(sc, x, HALVES, o)),
  ...numeric("gamma", -0.5, (sc, x, o) => sigmoidFocal(sc, x, HALVES, o)),
  ...numeric("gamma", Number.POSITIVE_INFINITY, (sc, x, o) => sigmoidFocal(sc, x, HALVES, o)),
  ...numeric("alpha", 1.5, (sc, x, o) => sigmoidFocal(sc, x, HALVES, o)),
  [
    "a target of 1.5",
    ({ sc, x }) =>
      sigmoidFocal(
        sc,
        x,
        HALVES.map((v, i) => v * i),
      ),
    RangeError,
    `"targets" expected numbers from 0 to 1, got 1.5 at 3`,
  ],
];

/** What every loss of index targets refuses. */
function ofTargets(name: "nll" | "focal" | "multiMargin", array: string): Row[] {
  const call: Call = (sc, x, o) => softcell[name](sc, x, TARGETS, o);
  const ignores = name !== "multiMargin";
  const rows: Row[] = [
    ...values(array, ({ sc }, x) => softcell[name](sc, x, TARGETS)),
    ...given("weight", ({ sc, x }, weight) => softcell[name](sc, x, TARGETS, { weight })),
    ...common(2, call),
    ...shapes(array, call),
    [
      "targets undefined",
      ({ sc, x }) => softcell[name](sc, x, not(undefined)),
      TypeError,
      `"targets" expected an array of integers, got un`,
    ],
    [
      "targets texts",
      ({ sc, x }) => softcell[name](sc, x, not(["2", "0"])),
      TypeError,
      `"targets[0]" expected an integer, got "2"`,
    ],
    ["targets fractions", ({ sc, x }) => softcell[name](sc, x, X), RangeError, `"targets[0]" expected an integer from`],
    [
      "too many targets",
      ({ sc, x }) => softcell[name](sc, x, Int32Array.of(1, 1, 1)),
      RangeError,
      `"targets" expected length 2, got 3`,
    ],
    [
      "a target of 3",
      ({ sc, x }) => softcell[name](sc, x, Int32Array.of(2, 3)),
      RangeError,
      `"targets" expected indices from 0 to 2, got 3 at 1`,
    ],
    ["a target of -1", ({ sc, x }) => softcell[name](sc, x, Int32Array.of(-1, 0)), RangeError, "got -1 at 0"],
    [
      "a target of -100",
      ({ sc, x }) => softcell[name](sc, x, Int32Array.of(0, -100), ignores ? { ignoreIndex: 1 } : {}),
      RangeError,
      "got -100 at 1",
    ],
    [
      "weight too long",
      ({ sc, x }) => softcell[name](sc, x, TARGETS, { weight: X }),
      RangeError,
      `"weight" expected length 3, got 6`,
    ],
    [
      "out overlaps the weight",
      ({ sc, x, other }) =>
        softcell[name](sc, x, TARGETS, { weight: other.data.subarray(5, 8), out: not(other.data.subarray(0, 6)) }),
      RangeError,
      `"out" expected to be an input or apart from it`,
    ],
  ];
  if (ignores) {
    rows.push(
      ["ignoreIndex 0.5", ({ sc, x }) => call(sc, x, not({ ignoreIndex: 0.5 })), RangeError, `"ignoreIndex" expected`],
      ["ignoreIndex null", ({ sc, x }) => call(sc, x, not({ ignoreIndex: null })), TypeError, `"ignoreIndex" expected`],
    );
  }
  return rows;
}

/** What every loss of rows refuses of its shape. */
function shapes(array: string, call: Call): Row[] {
  const flat = ({ sc }: Busy, o: object) => call(sc, not(X), not(o));
  return [
    ["classes 4", (b) => flat(b, { classes: 4 }), RangeError, `"${array}" expected a multiple of 4 elements, got 6`],
    [
      "classes 0",
      ({ sc }) => call(sc, not(X.subarray(6)), not({ classes: 0 })),
      RangeError,
      `"classes" expected at lea`,
    ],
    ["classes NaN", (b) => flat(b, { classes: NaN }), RangeError, `"classes" expected an integer`],
    ["classes a string", (b) => flat(b, { classes: "3" }), TypeError, `"classes" expected an integer, got "3"`],
    [
      "classes of a shape",
      (b) => flat(b, { classes: 2, shape: [2, 3] }),
      RangeError,
      `"classes" expected 3, axis 1 of [2,3]`,
    ],
    ["shape []", (b) => flat(b, { shape: [] }), RangeError, `"shape" expected at least one axis`],
    ["shape a number", (b) => flat(b, { shape: 6 }), TypeError, `"shape" expected an array of sizes`],
    ["another shape", (b) => flat(b, { shape: [2, 4] }), RangeError, `"${array}" expected 8 elements for shape [2,4]`],
    ["axis 2", (b) => flat(b, { shape: [2, 3], axis: 2 }), RangeError, `"axis" expected an integer from -2 to 1`],
    ["axis NaN", (b) => flat(b, { shape: [2, 3], axis: NaN }), RangeError, `"axis" expected an integer`],
    ["axis a string", (b) => flat(b, { axis: "1" }), TypeError, `"axis" expected an integer, got "1"`],
  ];
}

const NLL = ofTargets("nll", "logProbs");
const FOCAL: Row[] = [...ofTargets("focal", "logits"), ...numeric("gamma", -1, (sc, x, o) => focal(sc, x, TARGETS, o))];
const MULTI_MARGIN: Row[] = [
  ...ofTargets("multiMargin", "x"),
  ...numeric("margin", Number.POSITIVE_INFINITY, (sc, x, o) => multiMargin(sc, x, TARGETS, o)),
  ["p 3", ({ sc, x }) => multiMargin(sc, x, TARGETS, { p: not(3) }), RangeError, `"p" expected an integer from 1 to 2`],
  ["p a string", ({ sc, x }) => multiMargin(sc, x, TARGETS, { p: not("1") }), TypeError, `"p" expected an integer`],
];

const ENTROPY: Row[] = [
  ...values("logits", ({ sc }, x) => entropy(sc, x)),
  ...common(2, (sc, x, o) => entropy(sc, x, o)),
  ...shapes("logits", (sc, x, o) => entropy(sc, x, o)),
];

const KL: Row[] = [
  ...values("logits", ({ sc }, x) => klDivergence(sc, x, HALVES)),
  ...values("target", ({ sc, x }, target) => klDivergence(sc, x, target)),
  ...common(2, (sc, x, o) => klDivergence(sc, x, HALVES, o)),
  ["target too long", ({ sc, x, other }) => klDivergence(sc, x, other), RangeError, `"target" expected length 6`],
  [
    "target logProbs",
    ({ sc, x }) => klDivergence(sc, x, HALVES, { target: not("logProbs") }),
    RangeError,
    `"options.target" expected one of probabilities, logits, got "logProbs"`,
  ],
  [
    "target true",
    ({ sc, x }) => klDivergence(sc, x, HALVES, { target: not(true) }),
    TypeError,
    `"options.target" expect`,
  ],
  ...shapes("logits", (sc, x, o) => klDivergence(sc, x, x.length === 0 ? x : HALVES, o)),
];

describeEach(["strict", "js"], (target) => {
  refuses(target, [
    ["mse", MSE],
    ["hinge", HINGE],
    ["bceWithLogits", BCE],
    ["sigmoidFocal", SIGMOID_FOCAL],
    ["nll", NLL],
    ["focal", FOCAL],
    ["multiMargin", MULTI_MARGIN],
    ["entropy", ENTROPY],
    ["klDivergence", KL],
  ]);
});
