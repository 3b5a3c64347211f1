// What the conversions refuse: class and text of the error.
import { describe, expect, test } from "vitest";
import {
  fromKeras,
  fromOnnx,
  fromOpenVino,
  fromTensorFlow1,
  initSync,
  tensor,
  toKeras,
  toOnnx,
  toOpenVino,
  toTensorFlow1,
} from "../../src/index.js";
import { fallback } from "../../src/js/index.js";
import { not, thrownBy } from "../support/refused.js";

const [I, H] = [3, 2];
const zeros = (...shape: number[]) => ({ data: new Float32Array(shape.reduce((a, b) => a * b)), shape });
const ONNX = { W: zeros(1, 4 * H, I), R: zeros(1, 4 * H, H), B: zeros(1, 8 * H), P: zeros(1, 3 * H) };
const TWO = { W: zeros(2, 4 * H, I), R: zeros(2, 4 * H, H), B: zeros(2, 8 * H) };
const KERAS = { kernel: zeros(I, 4 * H), recurrent_kernel: zeros(H, 4 * H), bias: zeros(4 * H) };
const TENSORFLOW1 = { kernel: zeros(I + H, 4 * H), bias: zeros(4 * H) };
const OPENVINO = { W: zeros(1, 4 * H, I), R: zeros(1, 4 * H, H), B: zeros(1, 4 * H) };
const WEIGHTS = { weight_ih_l0: zeros(4 * H, I), weight_hh_l0: zeros(4 * H, H) };
const BIASES = { bias_ih_l0: zeros(4 * H), bias_hh_l0: zeros(4 * H) };
const STATE = { ...WEIGHTS, ...BIASES };
const REVERSE = Object.fromEntries(Object.entries(STATE).map(([name, entry]) => [`${name}_reverse`, entry]));
const PEEPHOLES = { weight_ch_l0: zeros(3 * H) };

type Row = [name: string, call: () => unknown, kind: typeof TypeError | typeof RangeError | typeof Error, text: string];

const DISPOSED = tensor(initSync({ backend: "js", fallback }), [1, 4 * H, I]);
DISPOSED.dispose();

// biome-ignore format: a table
const FROM: Row[] = [
  ["nothing", () => fromOnnx(not(undefined)), TypeError, `"weights.W" expected an array of numbers or a Tensor, got undefined`],
  ["null", () => fromOnnx(not(null)), TypeError, `"weights" expected an object, got null`],
  ["an array", () => fromKeras(not(KERAS.kernel.data)), TypeError, `"weights" expected an object, got Float32Array`],
  ["a missing array", () => fromOnnx(not({ W: ONNX.W })), TypeError, `"weights.R" expected an array of numbers or a Tensor, got undefined`],
  ["no bias where one has to be", () => fromTensorFlow1(not({ ...TENSORFLOW1, bias: undefined })), TypeError, `"weights.bias"`],
  ["no B of OpenVINO", () => fromOpenVino(not({ W: OPENVINO.W, R: OPENVINO.R })), TypeError, `"weights.B"`],
  ["names of another system", () => fromOnnx(not(KERAS)), RangeError, `"weights" expected W, R, B, P, got "kernel"`],
  ["camel case", () => fromKeras(not({ ...KERAS, recurrentKernel: 1 })), RangeError, `got "recurrentKernel"`],
  ["null for an array", () => fromOnnx({ ...ONNX, B: not(null) }), TypeError, `"weights.B" expected an array of numbers or a Tensor, got null`],
  ["bigints", () => fromOnnx({ ...ONNX, W: not(new BigInt64Array(24)) }), TypeError, `"weights.W" expected an array of numbers, got BigInt64Array`],
  ["bigints with a shape", () => fromOnnx({ ...ONNX, W: not({ data: new BigInt64Array(24), shape: [1, 8, 3] }) }), TypeError, `"weights.W.data" expected an array of numbers, got BigInt64Array`],
  ["no shape", () => fromOnnx({ ...ONNX, W: not({ data: ONNX.W.data }) }), TypeError, `"weights.W.shape" expected an array of sizes, got undefined`],
  ["a shape that is not that of the data", () => fromOnnx({ ...ONNX, W: { data: ONNX.W.data, shape: [1, 8, 4] } }), RangeError, `"weights.W.data" expected length 32, got 24`],
  ["a transposed kernel", () => fromKeras({ ...KERAS, kernel: zeros(4 * H, I) }), RangeError, `"weights.kernel" expected shape [3,8], got [8,3]`],
  ["a transposed W", () => fromOnnx({ ...ONNX, W: zeros(1, I, 4 * H) }), RangeError, `"weights.W" expected shape [1,8,3], got [1,3,8]`],
  ["another B", () => fromOnnx({ ...ONNX, B: zeros(1, 4 * H) }), RangeError, `"weights.B" expected shape [1,16], got [1,8]`],
  ["another bare B", () => fromOnnx({ ...ONNX, B: new Float32Array(8) }), RangeError, `"weights.B" expected length 16, got 8`],
  ["another P", () => fromOnnx({ ...ONNX, P: zeros(1, 4 * H) }), RangeError, `"weights.P" expected shape [1,6], got [1,8]`],
  ["units that are no whole number", () => fromOnnx({ ...ONNX, R: new Float32Array(15) }), RangeError, `"weights.R" expected a whole number of units in one direction, got length 15`],
  ["two directions, bare and unsaid", () => fromOnnx({ W: TWO.W.data, R: TWO.R.data }), RangeError, `"weights.R" expected a whole number of units in one direction, got length 32`],
  ["one direction for two", () => fromOnnx(ONNX, { direction: "bidirectional" }), RangeError, `"weights.R" expected a whole number of units in two directions, got length 16`],
  ["two directions for one", () => fromOnnx(TWO, { direction: "reverse" }), RangeError, `"weights.R" expected a whole number of units in one direction, got length 32`],
  ["one of two directions missing", () => fromOnnx({ ...TWO, B: ONNX.B }), RangeError, `"weights.B" expected shape [2,16], got [1,16]`],
  ["inputs that are no whole number", () => fromKeras({ ...KERAS, kernel: new Float32Array(25) }), RangeError, `"weights.kernel" expected a whole number of inputs of 2 units, got length 25`],
  ["no inputs", () => fromTensorFlow1({ ...TENSORFLOW1, kernel: zeros(H, 4 * H) }), RangeError, `"weights.kernel" expected a whole number of inputs of 2 units, got length 16`],
  ["no units", () => fromTensorFlow1({ kernel: zeros(0), bias: zeros(0) }), RangeError, `"weights.bias" expected a whole number of units, got length 0`],
  ["a disposed tensor", () => fromOnnx({ ...ONNX, W: DISPOSED }), Error, "is disposed"],
];

// biome-ignore format: a table
const TO: Row[] = [
  ["nothing", () => toOnnx(not(undefined)), TypeError, `"state" expected an object of arrays, got undefined`],
  ["an array", () => toOnnx(not([STATE])), TypeError, `"state" expected an object of arrays, got an array of length 1`],
  ["a missing name", () => toOnnx({ weight_ih_l0: WEIGHTS.weight_ih_l0 }), RangeError, `"state" expected 2 keys, got 1: missing "weight_hh_l0"`],
  ["one of two biases", () => toKeras({ ...WEIGHTS, bias_hh_l0: BIASES.bias_hh_l0 }), RangeError, `"state" expected 4 keys, got 3: missing "bias_ih_l0"`],
  ["biases of one direction", () => toOnnx({ ...WEIGHTS, ...REVERSE }), RangeError, `missing "bias_ih_l0", "bias_hh_l0"`],
  ["another layer", () => toKeras(STATE, { layer: 1 }), RangeError, `"state" expected 2 keys, got 0: missing "weight_ih_l1", "weight_hh_l1"`],
  ["another direction", () => toKeras(STATE, { direction: "reverse" }), RangeError, `missing "weight_ih_l0_reverse"`],
  ["one direction of two", () => toOnnx(STATE, { direction: "bidirectional" }), RangeError, "weight_hh_l0_reverse"],
  ["names of a model", () => toOnnx({ ...STATE, "fc.weight": zeros(1) }), RangeError, `"state" expected the names of an LSTM, got "fc.weight"`],
  ["names with a prefix", () => toOnnx({ "rnn.weight_ih_l0": zeros(1) }), RangeError, `keys start with "rnn.": pass { prefix: "rnn." } to loadSafetensors()`],
  ["a projection", () => toOnnx({ ...STATE, weight_hr_l0: zeros(1, H) }), RangeError, `"state" expected no projection or peepholes, got weight_hr`],
  ["peepholes to Keras", () => toKeras({ ...STATE, ...PEEPHOLES }), RangeError, "got weight_ch"],
  ["peepholes to TensorFlow 1", () => toTensorFlow1({ ...STATE, ...PEEPHOLES }), RangeError, "got weight_ch"],
  ["peepholes to OpenVINO", () => toOpenVino({ ...STATE, ...PEEPHOLES }), RangeError, "got weight_ch"],
  ["bigints", () => toKeras({ ...STATE, bias_hh_l0: not(new BigInt64Array(8)) }), TypeError, `"state.bias_hh_l0" expected an array of numbers, got BigInt64Array`],
  ["another bias", () => toKeras({ ...STATE, bias_hh_l0: zeros(1, 4 * H) }), RangeError, `"state.bias_hh_l0" expected shape [8], got [1,8]`],
  ["a longer bare bias", () => toKeras({ ...STATE, bias_hh_l0: new Float32Array(9) }), RangeError, `"state.bias_hh_l0" expected length 8, got 9`],
  ["a transposed weight", () => toOpenVino({ ...STATE, weight_ih_l0: zeros(I, 4 * H) }), RangeError, `"state.weight_ih_l0" expected shape [8,3], got [3,8]`],
  ["a recurrent weight that is not square", () => toKeras({ ...STATE, weight_hh_l0: zeros(4 * H, 1) }), RangeError, `"state.weight_hh_l0" expected a whole number of units, got length 8`],
  ["directions of two sizes", () => toOnnx({ ...STATE, ...REVERSE, weight_ih_l0_reverse: zeros(4 * H, I + 1) }), RangeError, `"state.weight_ih_l0_reverse" expected shape [8,3], got [8,4]`],
];

// biome-ignore format: a table
const OPTIONS: Row[] = [
  ["null", () => fromOnnx(ONNX, not(null)), TypeError, `"options" expected an object, got null`],
  ["misspelt", () => toKeras(STATE, not({ layers: 1 })), RangeError, `"options" expected layer, direction, got "layers"`],
  ["a forget bias where none is added", () => fromKeras(KERAS, not({ forgetBias: 1 })), RangeError, `"options" expected layer, direction, got "forgetBias"`],
  ["a layer below 0", () => fromKeras(KERAS, { layer: -1 }), RangeError, `"layer" expected an integer from 0`],
  ["a name for a layer", () => toOnnx(STATE, { layer: not("0") }), TypeError, `"layer" expected an integer, got "0"`],
  ["a direction that is none", () => fromOnnx(ONNX, { direction: not("backward") }), RangeError, `"direction" expected one of forward, reverse, bidirectional, got "backward"`],
  ["two directions of Keras", () => fromKeras(KERAS, { direction: not("bidirectional") }), RangeError, `"direction" expected one of forward, reverse, got "bidirectional"`],
  ["a forget bias of NaN", () => fromTensorFlow1(TENSORFLOW1, { forgetBias: Number.NaN }), RangeError, `"forgetBias" expected a number`],
  ["a forget bias beyond float32", () => toTensorFlow1(STATE, { forgetBias: 2 ** 128 }), RangeError, `"forgetBias" expected a number`],
];

describe.each([
  ["weights", FROM],
  ["state", TO],
  ["options", OPTIONS],
])("%s", (_, rows) => {
  test.each(rows)("%s", (_, call, kind, text) => {
    const error = thrownBy(call);
    expect(error.message).toContain(text);
    expect(error.constructor).toBe(kind);
  });
});
