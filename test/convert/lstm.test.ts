// Weights from and to other systems: against PyTorch's own, against arrays written down by hand, and at work.
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { StateEntry } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { fallback } from "../../src/js/index.js";
import { boundsOf } from "../golden/bounds.js";
import type { GoldenCase, GoldenTensor } from "../golden/manifest.js";
import { readDirectory } from "../golden/reader.js";
import { judge } from "../golden/verdict.js";
import { describeEach } from "../support/backends.js";
import { bits, open } from "../support/instance.js";
import { Random } from "../support/random.js";

const manifests = readDirectory(fileURLToPath(new URL("../golden/data", import.meta.url)));
const casesOf = (name: string) =>
  (manifests.find(({ op }) => op === name)?.cases ?? []).map((c) => [c.name, c] as const);

/** The tensors of these names, where they are there, under other ones. */
function pick(from: Record<string, GoldenTensor>, names: Record<string, string>): Record<string, StateEntry> {
  const there = Object.entries(names).filter(([, old]) => from[old]);
  return Object.fromEntries(there.map(([name, old]) => [name, from[old] as StateEntry]));
}

function expectBits(got: object, want: Record<string, StateEntry>): void {
  const entries = Object.entries(got as Record<string, StateEntry>);
  expect(entries.map(([name, { shape }]) => [name, shape])).toEqual(
    Object.entries(want).map(([name, { shape }]) => [name, shape]),
  );
  for (const [name, { data }] of entries) expect(bits(data), name).toEqual(bits(want[name].data));
}

describe("Keras, as PyTorch and ONNX have the same weights", () => {
  const keras = (c: GoldenCase) =>
    pick(c.inputs, { kernel: "kernel", recurrent_kernel: "recurrent_kernel", bias: "bias" }) as never;
  const torch = (c: GoldenCase) =>
    pick(c.converted, {
      weight_ih_l0: "torch_weight_ih",
      weight_hh_l0: "torch_weight_hh",
      bias_ih_l0: "torch_bias_ih",
      bias_hh_l0: "torch_bias_hh",
    });
  const onnx = (c: GoldenCase) => pick(c.converted, { W: "onnx_W", R: "onnx_R", B: "onnx_B" });

  test.each(casesOf("lstm_keras"))("%s", (_, c) => {
    expectBits(softcell.fromKeras(keras(c)), torch(c));
    expectBits(softcell.toKeras(torch(c)), keras(c));
    expectBits(softcell.fromOnnx(onnx(c) as never), torch(c));
    expectBits(softcell.toOnnx(torch(c)), onnx(c));
  });
});

describe("one unit, one input", () => {
  const f = (...values: number[]) => Float32Array.of(...values);
  const state = (end = "_l0", sign = 1) => ({
    [`weight_ih${end}`]: f(1, 2, 3, 4).map((v) => sign * v),
    [`weight_hh${end}`]: f(11, 12, 13, 14).map((v) => sign * v),
    [`bias_ih${end}`]: f(21, 22, 23, 24).map((v) => sign * v),
    [`bias_hh${end}`]: f(31, 32, 33, 34).map((v) => sign * v),
  });
  const values = (entries: object) =>
    Object.fromEntries(Object.entries(entries).map(([name, { data }]) => [name, Array.from(data as Float32Array)]));

  test("ONNX: i o f c", () => {
    const onnx = {
      W: [1, 4, 2, 3],
      R: [11, 14, 12, 13],
      B: [21, 24, 22, 23, 31, 34, 32, 33],
    };
    expect(values(softcell.toOnnx(state()))).toEqual(onnx);
    expect(values(softcell.toOnnx({ ...state(), weight_ch_l0: f(1, 2, 3) }))).toEqual({ ...onnx, P: [1, 3, 2] });
    const both = { ...state("_l2_reverse", -1), ...state("_l2"), ...state("_l1") };
    const twice = Object.fromEntries(Object.entries(onnx).map(([name, v]) => [name, [...v, ...v.map((w) => -w)]]));
    expect(values(softcell.toOnnx(both, { layer: 2 }))).toEqual(twice);
    expect(values(softcell.toOnnx(both, { layer: 2, direction: "forward" }))).toEqual(onnx);
    expect(values(softcell.toOnnx(state("_l0_reverse")))).toEqual(onnx);
    expect(softcell.toOnnx(both, { layer: 2 }).B?.shape).toEqual([2, 8]);
  });

  test("Keras: i f c o, one bias", () => {
    const keras = { kernel: [1, 2, 3, 4], recurrent_kernel: [11, 12, 13, 14], bias: [52, 54, 56, 58] };
    expect(values(softcell.toKeras(state()))).toEqual(keras);
    expect(values(softcell.toKeras(state("_l1_reverse"), { layer: 1, direction: "reverse" }))).toEqual(keras);
  });

  test("TensorFlow 1: i j f o, the kernels joined, one bias less what the forget gate gets at run time", () => {
    const kernel = [1, 3, 2, 4, 11, 13, 12, 14];
    expect(values(softcell.toTensorFlow1(state()))).toEqual({ kernel, bias: [52, 56, 53, 58] });
    expect(values(softcell.toTensorFlow1(state(), { forgetBias: 0.5 }))).toEqual({ kernel, bias: [52, 56, 53.5, 58] });
    const { weight_ih_l0, weight_hh_l0 } = state();
    expect(values(softcell.toTensorFlow1({ weight_ih_l0, weight_hh_l0 }))).toEqual({ kernel, bias: [0, 0, -1, 0] });
    expect(values(softcell.fromTensorFlow1({ kernel: f(...kernel), bias: f(5, 6, 7, 8) }, { forgetBias: 3 }))).toEqual({
      weight_ih_l0: [1, 2, 3, 4],
      weight_hh_l0: [11, 12, 13, 14],
      bias_ih_l0: [5, 7, 6, 8],
      bias_hh_l0: [0, 3, 0, 0],
    });
  });

  test("OpenVINO: f i c o, one bias, which has to be there", () => {
    const weights = { W: [2, 1, 3, 4], R: [12, 11, 13, 14] };
    expect(values(softcell.toOpenVino(state()))).toEqual({ ...weights, B: [54, 52, 56, 58] });
    const { weight_ih_l0, weight_hh_l0 } = state();
    expect(values(softcell.toOpenVino({ weight_ih_l0, weight_hh_l0 }))).toEqual({ ...weights, B: [0, 0, 0, 0] });
  });
});

test("units stay together, inputs are transposed", () => {
  const [I, H] = [3, 2];
  const weight = Float32Array.from({ length: 4 * H * I }, (_, k) => k);
  const recurrent = Float32Array.from({ length: 4 * H * H }, (_, k) => 100 + k);
  const state = { weight_ih_l0: weight, weight_hh_l0: recurrent };
  // row k of a state dict is column k of a kernel
  expect(Array.from(softcell.toKeras(state).kernel.data.subarray(0, 8))).toEqual([0, 3, 6, 9, 12, 15, 18, 21]);
  expect(Array.from(softcell.toTensorFlow1(state).kernel.data.subarray(0, 8))).toEqual([0, 3, 12, 15, 6, 9, 18, 21]);
  const rows = (k: number) => [3 * k, 3 * k + 1, 3 * k + 2];
  expect(Array.from(softcell.toOnnx(state).W.data)).toEqual([0, 1, 6, 7, 2, 3, 4, 5].flatMap(rows));
  expect(Array.from(softcell.toOpenVino(state).W.data)).toEqual([2, 3, 0, 1, 4, 5, 6, 7].flatMap(rows));
  expect(softcell.toTensorFlow1(state).kernel.shape).toEqual([I + H, 4 * H]);
});

test("an axis of one direction may be missing", () => {
  const random = new Random(1);
  const [W, R, B] = [
    [1, 8, 3],
    [1, 8, 2],
    [1, 8],
  ].map((shape) => ({
    data: random.normals(shape.reduce((a, b) => a * b)),
    shape,
  }));
  const short = ({ data, shape }: StateEntry) => ({ data, shape: shape.slice(1) });
  expect(softcell.fromOpenVino({ W: short(W), R: short(R), B: short(B) })).toEqual(softcell.fromOpenVino({ W, R, B }));
});

test("tensors, parameters and views on linear memory are copied", () => {
  const sc = softcell.initSync({ backend: "js", fallback });
  const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 2 });
  const before = softcell.toKeras(lstm.params);
  expect(before).toEqual(softcell.toKeras(lstm.stateDict()));
  const kernel = softcell.tensor(sc, [3, 8], before.kernel.data);
  const state = softcell.fromKeras({ ...before, kernel });
  expect(state).toEqual(softcell.fromKeras(before));
  kernel.data.fill(0);
  lstm.params.weight_ih_l0.data.fill(0);
  expect(state).toEqual(softcell.fromKeras(before));
});

describeEach(["strict", "js"], (target) => {
  const sc = open(target);

  const plain = ([, { attrs, inputs }]: readonly [string, GoldenCase]) =>
    attrs.direction === "forward" && !attrs.activations && !attrs.clip && !attrs.input_forget && !inputs.P;
  test.each(casesOf("lstm_onnx").filter(plain))("ONNX %s: a layer gives what the operator gives", (_, c) => {
    const { X, W, R, B, h0, c0 } = c.inputs;
    const [T, batch, inputSize] = X.shape;
    const hiddenSize = c.attrs.hidden as number;
    const lstm = softcell.lstm(sc, { inputSize, hiddenSize, bias: B !== undefined });
    lstm.loadStateDict(softcell.fromOnnx({ W, R, ...(B && { B }) } as never));
    const start = { h0: h0?.data as Float32Array, c0: c0?.data as Float32Array };
    const { output, hN, cN } = lstm.forward(X.data as Float32Array, { batch, steps: T, ...(h0 && start) });
    for (const [name, { data }] of Object.entries({ Y: output, Y_h: hN, Y_c: cN })) {
      const want = c.outputs[name];
      expect(judge(data, want, boundsOf("lstm_onnx", c, name, want)).ok, name).toBe(true);
    }
    lstm.dispose();
  });
});
