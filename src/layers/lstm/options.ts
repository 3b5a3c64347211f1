// What an LSTM layer is made from, what its calls take, and what they return.
import type { ActivationName } from "../../contract.js";
import type { Tensor, TensorLike } from "../../memory/tensor.js";
import type { RecurrentOptions, SequenceOptions } from "../recurrent/options.js";
import type { SessionOptions } from "../recurrent/stream.js";

/** What one layer and direction can be, and an LstmCell. */
export interface LstmCellOptions {
  /** The number of features of a step of x. */
  inputSize: number;
  /** The number of units: the width of c. */
  hiddenSize: number;
  /** h is projected to so many units by weight_hr [P, H] (arXiv 1402.1128), below hiddenSize. Default 0: it is not. */
  projSize?: number;
  /** Default true. */
  bias?: boolean;
  /** Parameters weight_ch [3H] for i, f and o: i and f see c of the step before, o sees the new one. Default false. */
  peepholes?: boolean;
  /** Clips the pre-activations of all gates to [-clip, clip]. Default: not. */
  clip?: number;
  /** Couples the gates: f = 1 - i. Default false. */
  inputForget?: boolean;
  /** Other activations, for all directions or one for each. */
  activations?: LstmActivations | readonly LstmActivations[];
}

/** The names of the parameters of a cell, as in PyTorch; weight_ch are the peepholes. */
export type LstmCellParameter = "weight_ih" | "weight_hh" | "bias_ih" | "bias_hh" | "weight_hr" | "weight_ch";

/** The names of the parameters of a layer: those of a cell, for each layer and direction. */
export type LstmParameter = `${LstmCellParameter}_l${number}${"" | "_reverse"}`;

/** Options of lstm(). */
export interface LstmOptions extends LstmCellOptions, RecurrentOptions {}

/**
 * An activation of ONNX. alpha and beta have ONNX's defaults; affine and scaledTanh, which have none there, 1 and 0, 1
 * and 1.
 */
export interface LstmActivation {
  /** ONNX's name, with a small first letter. */
  name: ActivationName;
  /** A slope, scale or threshold, as the name has it. */
  alpha?: number;
  /** An offset or inner scale, likewise. */
  beta?: number;
}

/**
 * f of the gates i, f and o (default sigmoid), g of the candidate and h of the output (default tanh), as ONNX names
 * them.
 */
export interface LstmActivations {
  /** Of the gates i, f and o. Default sigmoid. */
  f?: ActivationName | LstmActivation;
  /** Of the candidate g. Default tanh. */
  g?: ActivationName | LstmActivation;
  /** Of c' on its way to h'. Default tanh. */
  h?: ActivationName | LstmActivation;
}

/** Options of Lstm.forward(). */
export interface LstmForwardOptions extends SequenceOptions {
  /** The first h, [numLayers x directions, batch, hiddenSize (or projSize)]. Default 0. */
  h0?: TensorLike;
  /** The first c, [numLayers x directions, batch, hiddenSize]. Default 0. */
  c0?: TensorLike;
}

/** Tensors of the layer: they live until its next forward, which overwrites them. */
export interface LstmResult {
  /**
   * The outputs of the last layer, [steps, batch, directions x hiddenSize (or projSize)] in the layout of x; without steps
   * where returnSequences is false.
   */
  output: Tensor;
  /**
   * h after the last step of each sequence, and after the first one of the reverse direction, [numLayers x directions, batch,
   * hiddenSize (or projSize)].
   */
  hN: Tensor;
  /** c of the same steps, [numLayers x directions, batch, hiddenSize]. */
  cN: Tensor;
}

/** Options of Lstm.backward(). */
export interface LstmBackwardOptions {
  /** The gradient of hN, of its shape. Default 0. */
  dhN?: TensorLike;
  /** The gradient of cN, of its shape. Default 0. */
  dcN?: TensorLike;
}

/** Tensors of the layer: they live until its next backward, which overwrites them. */
export interface LstmGradients {
  /** The gradient of x, of its shape; 0 beyond the lengths. */
  dx: Tensor;
  /** The gradient of h0, [numLayers x directions, batch, hiddenSize (or projSize)]. */
  dh0: Tensor;
  /** The gradient of c0, [numLayers x directions, batch, hiddenSize]. */
  dc0: Tensor;
}

/** Options of LstmStream.reset(). */
export interface ResetOptions extends SessionOptions {
  /** The new h, [numLayers, batch, hiddenSize (or projSize)], of one session with a batch of 1. Default 0. */
  h0?: TensorLike;
  /** The new c, [numLayers, batch, hiddenSize], of one session with a batch of 1. Default 0. */
  c0?: TensorLike;
}

/** The state of a stream, copied bit for bit. */
export interface StreamState {
  /** [numLayers][batch][hiddenSize, or projSize] */
  h: Float32Array;
  /** [numLayers][batch][hiddenSize] */
  c: Float32Array;
}
