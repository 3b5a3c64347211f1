// Every gradient of the oracle of the LSTM against central differences of its results, for drawn combinations of options.
import { expect, test } from "vitest";
import { CHOICES, drawLstm } from "../support/lstm/cases.js";
import * as oracle from "../support/oracle/lstm.js";
import { holds, RUNS } from "../support/property.js";

const STEP = 1e-5;
const dot = (a: ArrayLike<number>, b: Float64Array): number => b.reduce((s, v, i) => s + v * a[i], 0);

holds(
  "gradients by differences",
  (draw) => {
    const { options, parameters, given } = drawLstm(draw, CHOICES, { T: 3, B: 2, I: 3, H: 3, layers: 2 });
    const p: oracle.Lstm = { ...options, ...given, parameters };
    // a difference across a jump of a slope is no gradient
    if (oracle.nearestKnot(p) < 100 * STEP) return;
    const loss = (q: oracle.Lstm): number => {
      const { output, hN, cN } = oracle.lstm(q);
      return dot(given.dOutput, output) + dot(given.dhN, hN) + dot(given.dcN, cN);
    };
    const { dx, dh0, dc0, parameters: gradients } = oracle.lstmBackward(p, given.dOutput, given.dhN, given.dcN);
    const checks: [string, ArrayLike<number>, Float64Array, (v: Float64Array) => oracle.Lstm][] = [
      ["x", given.x, dx, (x) => ({ ...p, x })],
      ["h0", given.h0, dh0, (h0) => ({ ...p, h0 })],
      ["c0", given.c0, dc0, (c0) => ({ ...p, c0 })],
      ...Object.keys(parameters).map((name): (typeof checks)[number] => {
        return [name, parameters[name], gradients[name], (v) => ({ ...p, parameters: { ...parameters, [name]: v } })];
      }),
    ];
    // a difference is good to some STEP^2 of the largest gradient
    const largest = Math.max(1e-3, ...checks.flatMap(([, , gradient]) => Array.from(gradient, Math.abs)));
    for (const [name, values, gradient, moved] of checks) {
      expect(gradient.length, name).toBe(values.length);
      for (let i = 0; i < values.length; i++) {
        const at = (h: number) => loss(moved(Float64Array.from(values, (v, k) => (k === i ? v + h : v))));
        const want = (at(STEP) - at(-STEP)) / (2 * STEP);
        const error = Math.abs(gradient[i] - want) / largest;
        expect(error, `${name}[${i}]: ${gradient[i]}, by differences ${want}`).toBeLessThan(1e-7);
      }
    }
  },
  RUNS,
);

/** One unit, whose formulas can be written down. */
const UNIT = { inputSize: 1, hiddenSize: 1, T: 1, B: 1, x: [0.5], h0: [0.25], c0: [-0.75] };
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

test("peepholes, clip and coupled gates of one unit", () => {
  const parameters = {
    weight_ih_l0: [1, 2, 3, 4],
    weight_hh_l0: [-1, 1, -2, 2],
    bias_ih_l0: [0.1, 0.2, 0.3, 0.4],
    bias_hh_l0: [0, 0, 0, 0.5],
    weight_ch_l0: [2, -1, 3],
  };
  const z = [0.5 - 0.25 + 0.1 - 1.5, 1 + 0.25 + 0.2 + 0.75, 1.5 - 0.5 + 0.3, 2 + 0.5 + 0.9];
  const clip = (x: number): number => Math.max(-1.2, Math.min(1.2, x));
  const i = sigmoid(-1.15);
  const c = sigmoid(1.2) * -0.75 + i * Math.tanh(1.2);
  const { hN, cN } = oracle.lstm({ ...UNIT, parameters, clip: 1.2 });
  expect(cN[0]).toBeCloseTo(c, 14);
  expect(hN[0]).toBeCloseTo(sigmoid(clip(z[3] + 3 * c)) * Math.tanh(c), 14);
  const coupled = oracle.lstm({ ...UNIT, parameters, inputForget: true });
  expect(coupled.cN[0]).toBeCloseTo((1 - i) * -0.75 + i * Math.tanh(1.3), 14);
});

test("a projection of one unit", () => {
  const parameters = {
    weight_ih_l0: [1, 1, 1, 1, 1, 1, 1, 1],
    weight_hh_l0: [0, 0, 0, 0, 0, 0, 0, 0],
    weight_hr_l0: [2, 3],
  };
  const { hN } = oracle.lstm({ ...UNIT, hiddenSize: 2, projSize: 1, c0: [0, 0], parameters });
  const m = sigmoid(0.5) * Math.tanh(sigmoid(0.5) * Math.tanh(0.5));
  expect(hN).toHaveLength(1);
  expect(hN[0]).toBeCloseTo(5 * m, 14);
});

test.each([
  ["Relu", [-1, 0.5], [0, 0.5]],
  ["Tanh", [0.5], [Math.tanh(0.5)]],
  ["Sigmoid", [0.5], [sigmoid(0.5)]],
  ["Affine", [2], [0.25 * 2 + 0.5]],
  ["LeakyRelu", [-2, 2], [-0.5, 2]],
  ["ThresholdedRelu", [0.2, 0.3], [0, 0.3]],
  ["ScaledTanh", [2], [0.25 * Math.tanh(1)]],
  ["HardSigmoid", [-3, 1, 3], [0, 0.75, 1]],
  ["Elu", [-2, 2], [0.25 * Math.expm1(-2), 2]],
  ["Softsign", [-3], [-0.75]],
  ["Softplus", [2], [Math.log(1 + Math.exp(2))]],
])("%s", (name, inputs, outputs) => {
  // the candidate alone: c = i g with i = f = sigmoid(0)
  const functions = [
    { name: "Sigmoid", alpha: 0, beta: 0 },
    { name, alpha: 0.25, beta: 0.5 },
  ];
  const activations = [[...functions, { name: "Tanh", alpha: 0, beta: 0 }]];
  for (const [k, x] of inputs.entries()) {
    const parameters = { weight_ih_l0: [0, 0, 1, 0], weight_hh_l0: [0, 0, 0, 0] };
    const { cN } = oracle.lstm({ ...UNIT, x: [x], c0: [0], parameters, activations });
    expect(cN[0]).toBeCloseTo(0.5 * outputs[k], 14);
  }
});
