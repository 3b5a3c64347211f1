// What LSTMs with several layers and directions refuse; nothing has changed then.
import { expect, test } from "vitest";
import type { StateDict, Tensor } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, image, open } from "../support/instance.js";
import { type Busy, given, not, type Row, refuses, sizes, X } from "../support/refused.js";

const SIZES = { inputSize: 3, hiddenSize: 2 };
const zeros = (n: number): Float32Array => new Float32Array(n);

const CONSTRUCTION: Row[] = [
  ...sizes("numLayers", 1, ({ sc }, numLayers) => softcell.lstm(sc, { ...SIZES, numLayers })),
  [
    "1025 layers",
    ({ sc }) => softcell.lstm(sc, { ...SIZES, numLayers: 1025 }),
    RangeError,
    `"numLayers" expected an integer from`,
  ],
  [
    "-0 layers",
    ({ sc }) => softcell.lstm(sc, { ...SIZES, numLayers: -0 }),
    RangeError,
    `"numLayers" expected an integer from 1`,
  ],
  ...[null, true, [2], 2n].map((value): Row => {
    const call = ({ sc }: Busy) => softcell.lstm(sc, { ...SIZES, numLayers: not(value) });
    return [`numLayers ${value}`, call, TypeError, `"numLayers" expected an integer`];
  }),
  ...["yes", 1, 0, null, {}].map((value): Row => {
    const call = ({ sc }: Busy) => softcell.lstm(sc, { ...SIZES, bidirectional: not(value) });
    return [`bidirectional ${value}`, call, TypeError, `"bidirectional" expected true or false`];
  }),
  ...[null, 1, {}, true].map((value): Row => {
    const call = ({ sc }: Busy) => softcell.lstm(sc, { ...SIZES, direction: not(value) });
    return [`direction ${value}`, call, TypeError, `"direction" expected a string`];
  }),
  ...["", "both", "toString", "Reverse"].map((value): Row => {
    const call = ({ sc }: Busy) => softcell.lstm(sc, { ...SIZES, direction: not(value) });
    return [`direction "${value}"`, call, RangeError, `"direction" expected one of forward, reverse, bidirectional`];
  }),
  ...(
    [
      [true, "forward"],
      [true, "reverse"],
      [false, "bidirectional"],
    ] as const
  ).map(([bidirectional, direction]): Row => {
    const call = ({ sc }: Busy) => softcell.lstm(sc, { ...SIZES, bidirectional, direction });
    return [
      `bidirectional ${bidirectional}, direction ${direction}`,
      call,
      RangeError,
      `"direction" expected to agree`,
    ];
  }),
  ...sizes("projSize", 0, ({ sc }, projSize) => softcell.lstm(sc, { ...SIZES, projSize })),
  [
    "projSize as hiddenSize",
    ({ sc }) => softcell.lstm(sc, { ...SIZES, projSize: 2 }),
    RangeError,
    `"projSize" expected an integer`,
  ],
  [
    "projSize null",
    ({ sc }) => softcell.lstm(sc, { ...SIZES, projSize: not(null) }),
    TypeError,
    `"projSize" expected an integer`,
  ],
  ...(["peepholes", "inputForget"] as const).flatMap((name) =>
    ["yes", 1, 0, null, {}].map((value): Row => {
      const call = ({ sc }: Busy) => softcell.lstm(sc, { ...SIZES, [name]: value });
      return [`${name} ${value}`, call, TypeError, `"${name}" expected true or false`];
    }),
  ),
  ...(["returnSequences", "goBackwards", "stateful", "recompute"] as const).flatMap((name) =>
    ["yes", 1, 0, null, {}].map((value): Row => {
      const call = ({ sc }: Busy) => softcell.lstm(sc, { ...SIZES, [name]: value });
      return [`${name} ${value}`, call, TypeError, `"${name}" expected true or false`];
    }),
  ),
  ...[-0.1, 1, 1.5, Number.NaN, Number.POSITIVE_INFINITY].map((dropout): Row => {
    return [
      `dropout ${dropout}`,
      ({ sc }) => softcell.lstm(sc, { ...SIZES, dropout }),
      RangeError,
      `"dropout" expected a number`,
    ];
  }),
  ...[0, -1, Number.NaN, Number.NEGATIVE_INFINITY].map((clip): Row => {
    return [`clip ${clip}`, ({ sc }) => softcell.lstm(sc, { ...SIZES, clip }), RangeError, `"clip" expected a number`];
  }),
  ...["1", null, true, [1]].map((clip): Row => {
    return [
      `clip ${clip}`,
      ({ sc }) => softcell.lstm(sc, { ...SIZES, clip: not(clip) }),
      TypeError,
      `"clip" expected a number`,
    ];
  }),
  [
    "more memory than there can be",
    ({ sc }) => softcell.lstm(sc, { inputSize: 3, hiddenSize: 2000, numLayers: 1024 }),
    RangeError,
    "memory expected",
  ],
];

const activations = (name: string, value: unknown, kind: Row[2], text: string): Row => {
  const call = ({ sc }: Busy) => softcell.lstm(sc, { ...SIZES, activations: not(value) });
  return [name, call, kind, text];
};

const ACTIVATIONS: Row[] = [
  ...[null, 1, "tanh", true].map((value) =>
    activations(`${value}`, value, TypeError, `"activations" expected an object`),
  ),
  activations("misspelt", { i: "tanh" }, RangeError, `"activations" expected f, g, h, got "i"`),
  activations("none for the direction", [], RangeError, `"activations" expected`),
  activations("a hole in an array", Array(1), TypeError, `"activations" expected an object`),
  activations("two for one direction", [{}, {}], RangeError, `"activations" expected`),
  ...[null, 1, "tanh", undefined].map((value) =>
    activations(`${value} in an array`, [value], TypeError, `"activations" expected an object`),
  ),
  ...(["f", "g", "h"] as const).flatMap((which) => [
    ...[null, 1, true, [], ["tanh"], Float32Array.of(1)].map((value) =>
      activations(`${which} ${value}`, { [which]: value }, TypeError, `"activations.${which}" expected`),
    ),
    ...["Tanh", "", "toString", "softmax"].map((value) =>
      activations(`${which} "${value}"`, { [which]: value }, RangeError, `"activations.${which}" expected one of`),
    ),
    activations(`${which} without a name`, { [which]: { alpha: 1 } }, TypeError, `"activations.${which}" expected`),
    activations(`${which} misspelt`, { [which]: { name: "elu", gamma: 1 } }, RangeError, `got "gamma"`),
    ...["alpha", "beta"].flatMap((parameter) => [
      ...[Number.NaN, Number.POSITIVE_INFINITY].map((value) => {
        const text = `"activations.${which}.${parameter}" expected a number`;
        return activations(
          `${which}.${parameter} ${value}`,
          { [which]: { name: "elu", [parameter]: value } },
          RangeError,
          text,
        );
      }),
      ...[null, "1", true].map((value) => {
        const text = `"activations.${which}.${parameter}" expected a number`;
        return activations(
          `${which}.${parameter} ${value} (${typeof value})`,
          { [which]: { name: "elu", [parameter]: value } },
          TypeError,
          text,
        );
      }),
    ]),
  ]),
];

/** Two steps of one sequence: states [4][1][2], output [2][1][4]. */
const BOTH: Row[] = [
  ...(["h0", "c0"] as const).flatMap((name): Row[] => [
    ...given(name, ({ both }, value) => both.forward(X, { [name]: value })),
    ...[2, 4, 9].map((n): Row => {
      const text = `"${name}" expected length 8, got ${n}`;
      return [`${name} of ${n} elements`, ({ both }) => both.forward(X, { [name]: zeros(n) }), RangeError, text];
    }),
  ]),
  ...(["dhN", "dcN"] as const).flatMap((name): Row[] => [
    ...given(name, ({ both }, value) => both.backward(undefined, { [name]: value })),
    ...[2, 4, 9].map((n): Row => {
      const text = `"${name}" expected length 8, got ${n}`;
      return [
        `${name} of ${n} elements`,
        ({ both }) => both.backward(zeros(8), { [name]: zeros(n) }),
        RangeError,
        text,
      ];
    }),
  ]),
  ["dOutput of one direction", ({ both }) => both.backward(zeros(4)), RangeError, `"dOutput" expected length 8`],
  ["x as wide as the output", ({ both }) => both.forward(zeros(8), { steps: 2 }), RangeError, `"x" expected length`],
  ["a stream", ({ both }) => both.stream(), Error, "lstm: stream expected the forward direction"],
  ["a length of 0", ({ both }) => both.forward(X, { lengths: Int32Array.of(0) }), RangeError, `"lengths[0]" expected`],
  ["a length of 3", ({ both }) => both.forward(X, { lengths: Int32Array.of(3) }), RangeError, `"lengths[0]" expected`],
];

/** Two steps of one sequence. */
const STEPS: Row[] = [
  ...[null, [1, 1], "11", new Float32Array(2), Int32Array.of(1, 1)].map((mask): Row => {
    const call = ({ lstm }: Busy) => lstm.forward(X, { mask: not(mask) });
    return [`mask ${mask}`, call, TypeError, `"mask`];
  }),
  ...[0, 1, 3].map((n): Row => {
    const call = ({ lstm }: Busy) => lstm.forward(X, { mask: new Uint8Array(n) });
    return [`mask of ${n}`, call, RangeError, `"mask" expected length 2, got ${n}`];
  }),
  ["mask with a 2", ({ lstm }) => lstm.forward(X, { mask: Uint8Array.of(1, 2) }), RangeError, `0 or 1, got 2 at 1`],
  [
    "mask and lengths",
    ({ lstm }) => lstm.forward(X, { mask: Uint8Array.of(1, 1), lengths: Int32Array.of(2) }),
    RangeError,
    `"mask" expected no lengths beside it`,
  ],
  ...[[Number.NaN], Float32Array.of(Number.NaN), new Float64Array(1), [0.5]].map((lengths): Row => {
    const call = ({ lstm }: Busy) => lstm.forward(X, { lengths });
    return [
      `lengths ${lengths.constructor.name} ${lengths}`,
      call,
      RangeError,
      `"lengths[0]" expected an integer from`,
    ];
  }),
  ...[-1, 2 ** 31 - 1, -(2 ** 31)].map((length): Row => {
    const call = ({ lstm }: Busy) => lstm.forward(X, { lengths: Int32Array.of(length) });
    return [`a length of ${length}`, call, RangeError, `"lengths[0]" expected an integer from 1 to 2, got ${length}`];
  }),
];

/** A tensor with as many elements as are wanted, in another shape. */
const shaped = (name: string, want: string, shape: readonly number[], call: (b: Busy, x: Tensor) => unknown): Row => [
  `${name} [${shape}]`,
  (work) => call(work, work.ready[shape.join()]),
  RangeError,
  `"${name}" expected shape [${want}], got [${shape}]`,
];

const SHAPES: Row[] = [
  shaped("h0", "4,1,2", [1, 4, 2], ({ both }, h0) => both.forward(X, { h0 })),
  shaped("h0", "4,2", [2, 4], ({ both }, h0) => both.forward(X, { h0 })),
  shaped("c0", "4,1,2", [2, 2, 2], ({ both }, c0) => both.forward(X, { c0 })),
  shaped("dOutput", "2,1,4", [2, 4], ({ both }, dOutput) => both.backward(dOutput)),
  shaped("dOutput", "2,1,4", [2, 2, 2], ({ both }, dOutput) => both.backward(dOutput)),
  shaped("dhN", "4,1,2", [1, 4, 2], ({ both }, dhN) => both.backward(undefined, { dhN })),
  shaped("dcN", "4,2", [2, 4], ({ both }, dcN) => both.backward(undefined, { dcN })),
  shaped("dOutput", "2,2", [1, 4], ({ linear }, dOutput) => linear.backward(dOutput)),
  shaped("dOutput", "2,3", [3, 2], ({ embedding }, dOutput) => embedding.backward(dOutput)),
  shaped("dOutput", "2,3", [3, 2], ({ layerNorm }, dOutput) => layerNorm.backward(dOutput)),
  shaped("dOutput", "2,3", [3, 2], ({ dropout }, dOutput) => dropout.backward(dOutput)),
  shaped("frame", "1,3", [3, 1], ({ stream }, frame) => stream.step(frame)),
  shaped("h0", "2,1,2", [1, 2, 2], ({ tallStream }, h0) => tallStream.reset({ h0 })),
];

const SESSIONS: Row[] = [
  ...sizes("session", 0, ({ stream }, session) => stream.reset({ session })),
  ...sizes("session", 0, ({ stream }, session) => stream.save({ session })),
  ["a session too many", ({ stream }) => stream.reset({ session: 1 }), RangeError, `"session" expected an integer`],
  [
    "a state for all sessions",
    ({ wideStream }) => wideStream.reset({ session: 1, h0: zeros(4) }),
    RangeError,
    `"h0" expected length 2, got 4`,
  ],
  [
    "restore of all as one",
    ({ wideStream }) => wideStream.restore(wideStream.save(), { session: 1 }),
    RangeError,
    `"state.h" expected length 2, got 4`,
  ],
];

const TALL: Row[] = [
  ["h0 of one layer", ({ tall }) => tall.forward(X, { h0: zeros(2) }), RangeError, `"h0" expected length 4`],
  ["c0 of one layer", ({ tall }) => tall.forward(X, { c0: zeros(2) }), RangeError, `"c0" expected length 4`],
  ["dOutput of two layers", ({ tall }) => tall.backward(zeros(8)), RangeError, `"dOutput" expected length 4`],
  ...(["h0", "c0"] as const).flatMap((name): Row[] => [
    ...given(name, ({ tallStream }, value) => tallStream.reset({ [name]: value })),
    [
      `${name} of one layer of a stream`,
      ({ tallStream }) => tallStream.reset({ [name]: zeros(2) }),
      RangeError,
      `"${name}" expected length 4, got 2`,
    ],
  ]),
  [
    "c0 of one layer after a right h0",
    ({ tallStream }) => tallStream.reset({ h0: zeros(4), c0: zeros(2) }),
    RangeError,
    `"c0" expected length 4, got 2`,
  ],
  ["a frame as wide as h", ({ tallStream }) => tallStream.step(zeros(2)), RangeError, `"frame" expected length`],
];

/** The state of `both` without a key, or with others. */
function state({ both }: Busy, without: string, others: StateDict = {}): StateDict {
  const { [without]: _, ...rest } = both.stateDict();
  return { ...rest, ...others };
}

const LOAD: Row[] = [
  [
    "the state of one layer",
    ({ both, lstm }) => both.loadStateDict(lstm.stateDict()),
    RangeError,
    `"state" expected 16 keys, got 4: missing "weight_ih_l0_reverse"`,
  ],
  [
    "the state of one direction",
    ({ both, tall }) => both.loadStateDict(tall.stateDict()),
    RangeError,
    "weight_ih_l0_reverse",
  ],
  [
    "the state of two directions",
    ({ both, tall }) => tall.loadStateDict(both.stateDict()),
    RangeError,
    `unexpected "weight_ih_l0_reverse"`,
  ],
  ["the state of two layers", ({ lstm, tall }) => lstm.loadStateDict(tall.stateDict()), RangeError, "weight_ih_l1"],
  ...["weight_ih_l0_reverse", "weight_hh_l1", "bias_hh_l1_reverse"].flatMap((name): Row[] => [
    [`${name} missing`, (work) => work.both.loadStateDict(state(work, name)), RangeError, name],
    [
      `${name} short`,
      (work) => work.both.loadStateDict(state(work, "", { [name]: X })),
      RangeError,
      `"state.${name}" expected`,
    ],
    [
      `${name} null`,
      (work) => work.both.loadStateDict(state(work, "", { [name]: not(null) })),
      TypeError,
      `"state.${name}" expected`,
    ],
  ]),
  [
    "a third layer",
    (work) => work.both.loadStateDict(state(work, "", { weight_ih_l2: zeros(32) })),
    RangeError,
    `unexpected "weight_ih_l2"`,
  ],
  [
    "weight_ih_l1 as wide as one direction",
    (work) => work.both.loadStateDict(state(work, "", { weight_ih_l1: { data: zeros(16), shape: [8, 2] } })),
    RangeError,
    `"state.weight_ih_l1.shape" expected shape [8,4], got [8,2]`,
  ],
];

describeEach(["strict", "js"], (target) => {
  test("a forward of another batch before backward: that is the one which goes back", () => {
    const sc = open(target);
    const [lstm, other] = [0, 1].map(() => softcell.lstm(sc, { ...SIZES, numLayers: 2 }));
    other.loadStateDict(lstm.stateDict());
    lstm.forward(X, { batch: 2 });
    for (const each of [lstm, other]) each.forward(X.subarray(0, 3));
    const before = image(sc);
    expect(() => lstm.backward(softcell.tensor(sc, [1, 2, 2]))).toThrow(`"dOutput" expected length 2, got 4`);
    expect(() => lstm.backward(undefined, { dhN: zeros(8) })).toThrow(`"dhN" expected length 4`);
    for (const { grad } of Object.values(lstm.params)) expect(grad.every((v) => v === 0)).toBe(true);
    expect(image(sc).length).toBe(before.length);
    const dOutput = Float32Array.of(1, -2);
    const [got, want] = [lstm, other].map((each) => [
      ...Object.values(each.backward(dOutput)).map((tensor) => bits(tensor)),
      ...Object.values(each.params).map(({ grad }) => bits(grad)),
    ]);
    expect(got).toEqual(want);
  });

  test("forward without training before backward: there is nothing to go back through", () => {
    const lstm = softcell.lstm(open(target), SIZES);
    lstm.forward(X);
    lstm.forward(X, { training: false });
    expect(() => lstm.backward(zeros(4))).toThrow("lstm: backward expected a forward with training before it");
  });
});

describeEach(["strict", "js"], (target) => {
  refuses(target, [
    ["construction", CONSTRUCTION],
    ["activations", ACTIVATIONS],
    ["two layers, both directions", BOTH],
    ["steps", STEPS],
    ["shapes", SHAPES],
    ["sessions", SESSIONS],
    ["two layers", TALL],
    ["load", LOAD],
  ]);
});
