// Invalid calls of the elementary functions: each throws its error, and nothing has changed by it.
import * as softcell from "../../src/index.js";
import { hardTanh, prelu, preluBackward, softplus, tensor } from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { ELEMENTARY, type ElementaryName } from "../support/oracle/math.js";
import { type Busy, beside, not, options, type Row, refusedOuts, refuses, values, X } from "../support/refused.js";

type Call = (b: Busy, x: never, options?: never) => unknown;

const OVERLAP = `"out" expected to be an input or apart from it`;

/** What every call refuses that takes an array, options and `out`. */
function common(argument: string, call: Call): Row[] {
  return [
    ...values(argument, call),
    ...refusedOuts((b, out) => call(b, not(b.x), not({ out }))),
    ...options("options", (b, o) => call(b, not(b.x), o)),
    ["out too short", (b) => call(b, not(X), not({ out: X.slice(1) })), RangeError, "length 6, got 5"],
    [
      "out overlaps",
      (b) => call(b, not(b.other.data.subarray(0, 6)), not({ out: b.other.data.subarray(1, 7) })),
      RangeError,
      OVERLAP,
    ],
  ];
}

const named = (name: string, rows: Row[]): Row[] => rows.map(([what, ...rest]): Row => [`${name}, ${what}`, ...rest]);

const FUNCTIONS = (Object.keys(ELEMENTARY) as ElementaryName[]).flatMap((name) => {
  const back = `${name}Backward` as const;
  const { of } = ELEMENTARY[name];
  const other = of === "x" ? "y" : "x";
  const rows: Row[] = [
    ...values(of, ({ sc, x }, v) => softcell[back](sc, x, not({ [of]: v }))),
    [
      `${of} too long`,
      ({ sc }) => softcell[back](sc, X.subarray(1), not({ [of]: X })),
      RangeError,
      `"${of}" expected length 5`,
    ],
    [`${other} for ${of}`, ({ sc, x }) => softcell[back](sc, x, not({ [other]: X })), RangeError, `got "${other}"`],
    [`${of} as an argument`, ({ sc, x }) => softcell[back](sc, x, not(X)), TypeError, `"options" expected an object`],
    [
      `out overlaps ${of}`,
      ({ sc, other }) =>
        softcell[back](sc, X, not({ [of]: other.data.subarray(0, 6), out: other.data.subarray(1, 7) })),
      RangeError,
      OVERLAP,
    ],
  ];
  return [
    ...named(
      name,
      common("x", ({ sc }, x, o) => softcell[name](sc, x, o)),
    ),
    ...named(back, [...common("dy", ({ sc }, dy, o) => softcell[back](sc, dy, beside(of, X, o))), ...rows]),
  ];
});

/** What every parameter refuses. */
function parameter(name: ElementaryName, key: string, infinite: boolean): Row[] {
  const wrong = infinite ? [Number.NaN] : [Number.NaN, Number.POSITIVE_INFINITY, 1e39];
  const calls: [string, (b: Busy, value: unknown) => unknown][] = [
    [name, ({ sc, x }, value) => softcell[name](sc, x, not({ [key]: value }))],
    [
      `${name}Backward`,
      ({ sc, x }, value) => softcell[`${name}Backward`](sc, x, not({ [ELEMENTARY[name].of]: X, [key]: value })),
    ],
  ];
  return calls.flatMap(([what, call]) => [
    [`${what}, ${key} a string`, (b) => call(b, "1"), TypeError, `"${key}" expected a number, got "1"`] as Row,
    [`${what}, ${key} null`, (b) => call(b, null), TypeError, `"${key}" expected a number, got null`] as Row,
    ...wrong.map(
      (v): Row => [`${what}, ${key} ${v}`, (b) => call(b, v), RangeError, `"${key}" expected a number from`],
    ),
  ]);
}

const PARAMETERS: Row[] = [
  ...parameter("softplus", "beta", false),
  ...parameter("elu", "alpha", false),
  ...parameter("hardSigmoid", "alpha", false),
  ...parameter("hardSigmoid", "beta", false),
  ...parameter("hardTanh", "min", true),
  ...parameter("hardTanh", "max", true),
  ...parameter("leakyRelu", "negativeSlope", false),
  [
    "softplus, beta 0",
    ({ sc, x }) => softplus(sc, x, { beta: 0 }),
    RangeError,
    `"beta" expected a number that is not 0`,
  ],
  [
    "hardTanh, max below min",
    ({ sc, x }) => hardTanh(sc, x, { min: 2 }),
    RangeError,
    `"max" expected a number above min, 2`,
  ],
  [
    "hardTanh, max that is min in float32",
    ({ sc, x }) => hardTanh(sc, x, { min: 1, max: 1 + 1e-9 }),
    RangeError,
    `"max" expected a number above min`,
  ],
];

const WEIGHT = X.slice(0, 3);

const PRELU: Row[] = [
  ...named("prelu", [
    ...common("x", ({ sc }, x, o) => prelu(sc, x, X.subarray(0, 1), o)),
    ...values("weight", ({ sc, x }, weight) => prelu(sc, x, weight)),
    ["weight of 2 for 3 channels", ({ sc, x }) => prelu(sc, x, X.subarray(0, 2)), RangeError, "1 element or 3"],
    ["weight empty", ({ sc, x }) => prelu(sc, x, X.subarray(0, 0)), RangeError, "1 element or 3"],
    ["weight of 3 without channels", ({ sc }) => prelu(sc, X, WEIGHT), RangeError, "1 element or 6"],
    ["shape of 8", ({ sc }) => prelu(sc, X, WEIGHT, { shape: [2, 4] }), RangeError, `"x" expected 8 elements`],
    ["shape a number", ({ sc }) => prelu(sc, X, WEIGHT, { shape: not(6) }), TypeError, `"shape" expected an array`],
    [
      "out is weight",
      ({ sc }) => {
        const weight = tensor(sc, [1]);
        try {
          prelu(sc, X.subarray(0, 1), weight, { out: not(weight) });
        } finally {
          weight.dispose();
        }
      },
      RangeError,
      `"out" expected to be apart from weight`,
    ],
  ]),
  ...named("preluBackward", [
    ...common("dy", ({ sc }, dy, o) => preluBackward(sc, dy, beside("weight", X.subarray(0, 1), beside("x", X, o)))),
    ...values("x", ({ sc, x }, v) => preluBackward(sc, x, { x: v, weight: WEIGHT })),
    ...values("weight", ({ sc, x }, weight) => preluBackward(sc, x, { x, weight, shape: [2, 3] })),
    [
      "dy too short",
      ({ sc, x }) => preluBackward(sc, X.subarray(1), { x, weight: WEIGHT }),
      RangeError,
      "length 6, got 5",
    ],
    [
      "weight of 2 for 3 channels",
      ({ sc, x }) => preluBackward(sc, X, { x, weight: X.subarray(0, 2) }),
      RangeError,
      "1 element or 3",
    ],
  ]),
];

describeEach(["strict", "js"], (target) => {
  refuses(target, [
    ["functions", FUNCTIONS],
    ["parameters", PARAMETERS],
    ["prelu", PRELU],
  ]);
});
