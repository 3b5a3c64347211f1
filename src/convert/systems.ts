// The weights of LSTM layers from and to other systems.
import type { StateDict, StateEntry } from "../layers/parameters.js";
import type { Weights } from "./arrays.js";
import { KERAS, ONNX, OPENVINO, TENSORFLOW1 } from "./layouts.js";
import {
  type BidirectionalWeightsOptions,
  exportLstm,
  type ForgetBiasOptions,
  importLstm,
  type WeightsOptions,
} from "./lstm.js";

/** D directions, gates i o f c. */
export interface OnnxLstm<A = StateEntry> {
  /** [D, 4H, I] */
  W: A;
  /** [D, 4H, H] */
  R: A;
  /** [D, 8H], those of W, then those of R. */
  B?: A;
  /** Peepholes, [D, 3H], gates i o f. */
  P?: A;
}

/** Gates i f c o, transposed. */
export interface KerasLstm<A = StateEntry> {
  /** [I, 4H] */
  kernel: A;
  /** [H, 4H] */
  recurrent_kernel: A;
  /** [4H] */
  bias?: A;
}

/** Gates i j f o (j is g), transposed and joined. */
export interface TensorFlow1Lstm<A = StateEntry> {
  /** [I + H, 4H] */
  kernel: A;
  /** [4H] */
  bias: A;
}

/** D directions, gates f i c o. */
export interface OpenVinoLstm<A = StateEntry> {
  /** [D, 4H, I] */
  W: A;
  /** [D, 4H, H] */
  R: A;
  /** [D, 4H], the sum of two biases. */
  B: A;
}

/**
 * A state dict from the inputs of ONNX' LSTM operator (https://onnx.ai/onnx/operators/onnx__LSTM.html), for
 * loadStateDict(): weight_ih_l0 [4H, I], weight_hh_l0 [4H, H], with B bias_ih_l0 and bias_hh_l0 [4H], with P
 * weight_ch_l0 [3H] (the peepholes, gates i f o), and with D = 2 the same again with names that end in _reverse. Bare
 * arrays have one direction unless `direction` says "bidirectional"; with one, the axis of D may be missing. Every bit
 * is kept. Copies.
 * Throws TypeError for a wrong kind or a missing array, RangeError for sizes that do not fit and for surplus names.
 *
 * @example
 * const [W, R, B] = [8, 4, 8].map((length) => new Float32Array(length));
 * lstm(sc, { inputSize: 2, hiddenSize: 1 }).loadStateDict(fromOnnx({ W, R, B }));
 */
export function fromOnnx(
  weights: OnnxLstm<Weights>,
  options: BidirectionalWeightsOptions = {},
): Record<string, StateEntry> {
  return importLstm(ONNX, weights, options);
}

/**
 * The inputs of ONNX' LSTM operator from one layer of a state dict, or of `lstm.params`: see fromOnnx, whose inverse
 * this is in every bit. B where there are biases, P where there are peepholes. Other layers in `state` are left out.
 * Copies.
 * Throws TypeError for a wrong kind, RangeError for missing names, names that no LSTM has, sizes that do not fit, and
 * a projection (weight_hr), which the operator has not.
 *
 * @example
 * const layer = lstm(sc, { inputSize: 2, hiddenSize: 1 });
 * toOnnx(layer.stateDict()).W.shape; // 1, 4, 2
 */
export function toOnnx(state: StateDict, options: BidirectionalWeightsOptions = {}): OnnxLstm {
  return exportLstm(ONNX, state, options) as unknown as OnnxLstm;
}

/**
 * A state dict from the weights of a Keras or TensorFlow.js LSTM (https://keras.io/api/layers/recurrent_layers/lstm/),
 * for loadStateDict(): weight_ih_l0 [4H, I], weight_hh_l0 [4H, H], with a bias bias_ih_l0, which has it, and
 * bias_hh_l0, which is 0 (unit_forget_bias is about its first value and is in it). Of Bidirectional, the second with
 * direction "reverse". Copies.
 * Throws TypeError for a wrong kind or a missing array, RangeError for sizes that do not fit and for surplus names.
 *
 * @example
 * const [kernel, recurrent_kernel, bias] = [8, 4, 4].map((length) => new Float32Array(length));
 * lstm(sc, { inputSize: 2, hiddenSize: 1 }).loadStateDict(fromKeras({ kernel, recurrent_kernel, bias }));
 */
export function fromKeras(weights: KerasLstm<Weights>, options: WeightsOptions = {}): Record<string, StateEntry> {
  return importLstm(KERAS, weights, options);
}

/**
 * The weights of a Keras or TensorFlow.js LSTM from one layer and direction of a state dict. The bias is the sum of
 * both, rounded once; what fromKeras gave comes back in every bit. Copies.
 * Throws TypeError for a wrong kind, RangeError for missing names, names that no LSTM has, sizes that do not fit, and
 * a projection or peepholes, which the layer has not.
 *
 * @example
 * const layer = lstm(sc, { inputSize: 2, hiddenSize: 1 });
 * toKeras(layer.stateDict()).kernel.shape; // 2, 4
 */
export function toKeras(state: StateDict, options: WeightsOptions = {}): KerasLstm {
  return exportLstm(KERAS, state, options) as unknown as KerasLstm;
}

/**
 * A state dict from the variables of TensorFlow 1's BasicLSTMCell
 * (https://www.tensorflow.org/api_docs/python/tf/compat/v1/nn/rnn_cell/BasicLSTMCell), as Magenta's models have them,
 * or of its LSTMCell without peepholes and projection, for loadStateDict(): weight_ih_l0 [4H, I], weight_hh_l0 [4H,
 * H], bias_ih_l0, which has the bias, and bias_hh_l0, which has `forgetBias` in the forget gate and is 0 elsewhere, so
 * that nothing is rounded. Copies. Throws TypeError for a wrong kind or a missing array, RangeError for sizes that do
 * not fit and for surplus names.
 *
 * @example
 * const [kernel, bias] = [12, 4].map((length) => new Float32Array(length));
 * fromTensorFlow1({ kernel, bias }).bias_hh_l0.data; // 0, 1, 0, 0
 */
export function fromTensorFlow1(
  weights: TensorFlow1Lstm<Weights>,
  options: ForgetBiasOptions = {},
): Record<string, StateEntry> {
  return importLstm(TENSORFLOW1, weights, options);
}

/**
 * The variables of TensorFlow 1's BasicLSTMCell from one layer and direction of a state dict. The bias is
 * bias_ih + (bias_hh - forgetBias), in the other gates bias_ih + bias_hh, in float64 and rounded once; what
 * fromTensorFlow1 gave comes back in every bit. Copies.
 * Throws TypeError for a wrong kind, RangeError for missing names, names that no LSTM has, sizes that do not fit, and a
 * projection or peepholes, which the cell has not.
 *
 * @example
 * const layer = lstm(sc, { inputSize: 2, hiddenSize: 1 });
 * toTensorFlow1(layer.stateDict()).kernel.shape; // 3, 4
 */
export function toTensorFlow1(state: StateDict, options: ForgetBiasOptions = {}): TensorFlow1Lstm {
  return exportLstm(TENSORFLOW1, state, options) as unknown as TensorFlow1Lstm;
}

/**
 * A state dict from the inputs of OpenVINO's LSTMSequence
 * (https://docs.openvino.ai/2024/documentation/openvino-ir-format/operation-sets/operation-specs/sequence/lstm-sequence-1.html),
 * or of its LSTMCell, which has no axis of D, for loadStateDict(): weight_ih_l0 [4H, I], weight_hh_l0 [4H, H],
 * bias_ih_l0, which has B, bias_hh_l0, which is 0, and with D = 2 the same again with names that end in _reverse. Bare
 * arrays have one direction unless `direction` says "bidirectional". Copies.
 * Throws TypeError for a wrong kind or a missing array, RangeError for sizes that do not fit and for surplus names.
 *
 * @example
 * const [W, R, B] = [8, 4, 4].map((length) => new Float32Array(length));
 * lstm(sc, { inputSize: 2, hiddenSize: 1 }).loadStateDict(fromOpenVino({ W, R, B }));
 */
export function fromOpenVino(
  weights: OpenVinoLstm<Weights>,
  options: BidirectionalWeightsOptions = {},
): Record<string, StateEntry> {
  return importLstm(OPENVINO, weights, options);
}

/**
 * The inputs of OpenVINO's LSTMSequence from one layer of a state dict; LSTMCell takes the same data without the axis
 * of D. B is the sum of both biases, rounded once; what fromOpenVino gave comes back in every bit. Copies.
 * Throws TypeError for a wrong kind, RangeError for missing names, names that no LSTM has, sizes that do not fit, and
 * a projection or peepholes, which the operation has not.
 *
 * @example
 * const layer = lstm(sc, { inputSize: 2, hiddenSize: 1 });
 * toOpenVino(layer.stateDict()).B.shape; // 1, 4
 */
export function toOpenVino(state: StateDict, options: BidirectionalWeightsOptions = {}): OpenVinoLstm {
  return exportLstm(OPENVINO, state, options) as unknown as OpenVinoLstm;
}
