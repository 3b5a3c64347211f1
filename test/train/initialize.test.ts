// Initial values: their distributions, that a seed gives them again on every backend, and what is refused.
import { beforeEach, describe, expect, test } from "vitest";
import type { Fillable, Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach, type Target } from "../support/backends.js";
import { bits, open } from "../support/instance.js";
import { not, type Row, refuses } from "../support/refused.js";

const N = 40_000;
type Fill = (sc: Softcell, target: Fillable, options: { seed?: number }) => void;

/** Mean and deviation of a fill of [100, 20, 20], with fans of 400 and 2,000, and its largest size if it is bounded. */
const FILLS: Record<string, { fill: Fill; mean?: number; deviation: number; bound?: number }> = {
  uniform: {
    fill: (sc, t, o) => softcell.fillUniform(sc, t, { low: -1, high: 3, ...o }),
    mean: 1,
    deviation: 4 / Math.sqrt(12),
    bound: 3,
  },
  normal: { fill: (sc, t, o) => softcell.fillNormal(sc, t, { mean: -2, std: 0.5, ...o }), mean: -2, deviation: 0.5 },
  xavierUniform: {
    fill: (sc, t, o) => softcell.fillXavierUniform(sc, t, { gain: 2, ...o }),
    deviation: 2 * Math.sqrt(2 / (400 + 2000)),
    bound: 2 * Math.sqrt(6 / (400 + 2000)),
  },
  xavierNormal: { fill: (sc, t, o) => softcell.fillXavierNormal(sc, t, o), deviation: Math.sqrt(2 / (400 + 2000)) },
  kaimingUniform: {
    fill: (sc, t, o) => softcell.fillKaimingUniform(sc, t, o),
    deviation: Math.sqrt(2 / 400),
    bound: Math.sqrt(6 / 400),
  },
  "kaimingUniform by fanOut": {
    fill: (sc, t, o) => softcell.fillKaimingUniform(sc, t, { mode: "fanOut", negativeSlope: 0.5, ...o }),
    deviation: Math.sqrt(2 / (1.25 * 2000)),
    bound: Math.sqrt(6 / (1.25 * 2000)),
  },
  orthogonal: { fill: (sc, t, o) => softcell.fillOrthogonal(sc, t, o), deviation: 1 / Math.sqrt(400) },
};
const SHAPE = [100, 20, 20];

describe.each(Object.entries(FILLS))("%s", (_, { fill, mean = 0, deviation, bound = Number.POSITIVE_INFINITY }) => {
  const filled = (target: Target, seed: number): Float32Array => {
    const sc = open(target);
    const x = softcell.tensor(sc, SHAPE);
    fill(sc, x, { seed });
    return x.data;
  };

  test("has its mean, deviation and bound", () => {
    const x = filled("js", 1);
    const average = x.reduce((a, v) => a + v, 0) / N;
    const spread = Math.sqrt(x.reduce((a, v) => a + (v - average) ** 2, 0) / N);
    // six deviations of the estimates; that of the deviation is that of normal numbers, the widest of these
    expect(Math.abs(average - mean)).toBeLessThan((6 * deviation) / Math.sqrt(N));
    expect(Math.abs(spread / deviation - 1)).toBeLessThan(6 / Math.sqrt(2 * N));
    expect(x.every((v) => Math.abs(v) <= Math.fround(bound))).toBe(true);
    expect(x.some((v) => Math.abs(v) > Math.min(0.99 * bound, Math.abs(mean) + 2 * deviation))).toBe(true);
  });

  test("is the same for a seed, wherever it goes", () => {
    const expected = bits(filled("js", 7)).join();
    expect(bits(filled("strict", 7)).join()).toBe(expected);
    expect(bits(filled("js", 8)).join()).not.toBe(expected);
    const sc = open("strict");
    const entry = { data: new Float32Array(N), shape: SHAPE };
    fill(sc, entry, { seed: 7 });
    expect(bits(entry.data).join()).toBe(expected);
  });

  test("goes on with the generator of the instance without a seed", () => {
    const twice = (): string[] => {
      const sc = open("js", { seed: 3 });
      return [1, 2].map(() => {
        const x = { data: new Float32Array(12), shape: [3, 4] };
        fill(sc, x, {});
        return bits(x.data).join();
      });
    };
    const [first, second] = twice();
    expect(second).not.toBe(first);
    expect(twice()).toEqual([first, second]);
  });
});

describeEach(["strict", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });

  test.each([[[5, 5]], [[3, 40]], [[40, 3]], [[8, 2, 3]], [[1, 6]], [[6, 1]], [[1, 1]], [[0, 3]]])(
    "orthogonal %j: the shorter side is orthonormal to 1e-6",
    (shape) => {
      const x = softcell.tensor(sc, shape);
      softcell.fillOrthogonal(sc, x, { gain: -3, seed: 4 });
      const [rows, cols] = [shape[0], x.length / (shape[0] || 1)];
      const [count, length] = rows <= cols ? [rows, cols] : [cols, rows];
      const at = (vector: number, i: number) => x.data[rows <= cols ? vector * cols + i : i * cols + vector] / -3;
      for (let a = 0; a < count; a++) {
        for (let b = 0; b <= a; b++) {
          let dot = 0;
          for (let i = 0; i < length; i++) dot += at(a, i) * at(b, i);
          expect(Math.abs(dot - (a === b ? 1 : 0))).toBeLessThan(1e-6);
        }
      }
    },
  );

  test("orthogonal matrices turn every way", () => {
    const signs = Array.from({ length: 400 }, (_, seed) => {
      const x = { data: new Float32Array(4), shape: [2, 2] };
      softcell.fillOrthogonal(sc, x, { seed });
      return [Math.sign(x.data[0]), Math.sign(x.data[0] * x.data[3] - x.data[1] * x.data[2])];
    });
    // six deviations of a coin that is thrown 400 times
    for (const i of [0, 1]) expect(Math.abs(signs.reduce((a, s) => a + s[i], 0))).toBeLessThan(6 * 20);
  });

  test("constants, on parameters, too", () => {
    const { weight, bias } = softcell.linear(sc, { inFeatures: 2, outFeatures: 3 }).params;
    softcell.fillConstant(sc, weight, 0.5);
    softcell.fillZeros(sc, bias);
    expect(weight.data).toEqual(new Float32Array(6).fill(0.5));
    expect(bias.data).toEqual(new Float32Array(3));
  });

  test("forget biases of an LSTM sum to the value, and no other changes", () => {
    const lstm = softcell.lstm(sc, { inputSize: 2, hiddenSize: 3 });
    const before = lstm.stateDict();
    softcell.fillForgetBias(sc, lstm, 2);
    const after = lstm.stateDict();
    expect([...after.bias_ih_l0.data.subarray(3, 6)]).toEqual([2, 2, 2]);
    expect([...after.bias_hh_l0.data.subarray(3, 6)]).toEqual([0, 0, 0]);
    for (const name of ["bias_ih_l0", "bias_hh_l0"]) {
      for (const i of [0, 1, 2, 6, 7, 8, 9, 10, 11]) expect(after[name].data[i]).toBe(before[name].data[i]);
    }
    expect(after.weight_ih_l0).toEqual(before.weight_ih_l0);
    softcell.fillForgetBias(sc, lstm);
    expect(lstm.params.bias_ih_l0.data[3]).toBe(1);
    const cell = softcell.lstmCell(sc, { inputSize: 2, hiddenSize: 3 });
    softcell.fillForgetBias(sc, cell, 2);
    expect([...cell.params.bias_ih.data.subarray(3, 6)]).toEqual([2, 2, 2]);
    expect([...cell.params.bias_hh.data.subarray(3, 6)]).toEqual([0, 0, 0]);
  });
});

const flat = new Float32Array(4);
const REFUSED: Row[] = [
  [
    "target undefined",
    ({ sc }) => softcell.fillUniform(sc, not(undefined)),
    TypeError,
    `"target" expected Float32Array or data`,
  ],
  ["target an array", ({ sc }) => softcell.fillZeros(sc, not([1])), TypeError, `got an array of length 1`],
  ["target float64", ({ sc }) => softcell.fillZeros(sc, not(new Float64Array(1))), TypeError, `got Float64Array`],
  ["a disposed tensor", ({ sc, gone }) => softcell.fillNormal(sc, gone), Error, "is disposed"],
  [
    "data of another length",
    ({ sc }) => softcell.fillZeros(sc, { data: flat, shape: [5] }),
    RangeError,
    `length 5, got 4`,
  ],
  ["low NaN", ({ sc, x }) => softcell.fillUniform(sc, x, { low: Number.NaN }), RangeError, `"low" expected`],
  [
    "high below low",
    ({ sc, x }) => softcell.fillUniform(sc, x, { low: 2 }),
    RangeError,
    `"high" expected a number from 2`,
  ],
  ["seed -1", ({ sc, x }) => softcell.fillUniform(sc, x, { seed: -1 }), RangeError, `"seed" expected`],
  ["an option of another", ({ sc, x }) => softcell.fillUniform(sc, x, not({ std: 1 })), RangeError, `got "std"`],
  ["std -1", ({ sc, x }) => softcell.fillNormal(sc, x, { std: -1 }), RangeError, `"std" expected a number from 0`],
  ["more than a float32", ({ sc, x }) => softcell.fillConstant(sc, x, 1e39), RangeError, `"value" expected`],
  [
    "no value",
    ({ sc, x }) => softcell.fillConstant(sc, x, not(undefined)),
    TypeError,
    `"value" expected a number, got undefined`,
  ],
  ...(["fillXavierUniform", "fillXavierNormal", "fillKaimingUniform", "fillOrthogonal"] as const).flatMap(
    (name): Row[] => [
      [
        `${name} of one axis`,
        ({ sc }) => softcell[name](sc, flat),
        RangeError,
        `"target" expected at least two axes, got shape [4]`,
      ],
      [
        `${name}, seed a string`,
        ({ sc, x }) => softcell[name](sc, x, { seed: not("1") }),
        TypeError,
        `"seed" expected`,
      ],
    ],
  ),
  [
    "gain Infinity",
    ({ sc, x }) => softcell.fillOrthogonal(sc, x, { gain: Number.POSITIVE_INFINITY }),
    RangeError,
    `"gain" expected`,
  ],
  [
    "mode fan",
    ({ sc, x }) => softcell.fillKaimingUniform(sc, x, { mode: not("fan") }),
    RangeError,
    `"mode" expected one of fanIn, fanOut`,
  ],
  [
    "forget biases of a linear layer",
    ({ sc, linear }) => softcell.fillForgetBias(sc, not(linear)),
    TypeError,
    `"lstm" expected an LSTM`,
  ],
  [
    "forget biases of a tensor",
    ({ sc, x }) => softcell.fillForgetBias(sc, not(x)),
    TypeError,
    `"lstm" expected layers`,
  ],
  [
    "forget biases NaN",
    ({ sc, lstm }) => softcell.fillForgetBias(sc, lstm, Number.NaN),
    RangeError,
    `"value" expected`,
  ],
  ["forget biases of a disposed LSTM", ({ sc, dead }) => softcell.fillForgetBias(sc, dead.lstm), Error, "is disposed"],
];

refuses("js", [["refused", REFUSED]]);
