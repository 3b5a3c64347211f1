// What an LSTM layer is made from, what its calls take, and what they return.
import type { ActivationName } from "../contract.js";
import type { Integers, Tensor, TensorLike } from "../memory/tensor.js";

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
export interface LstmOptions extends LstmCellOptions {
  /** Layers on top of each other: each has the output of the one below as its input. Default 1. */
  numLayers?: number;
  /** A second direction in each layer, from the last step to the first; outputs lie side by side. Default false. */
  bidirectional?: boolean;
  /** ONNX's way to say it; "reverse" is the second direction alone, its parameters have the suffix _reverse. */
  direction?: "forward" | "reverse" | "bidirectional";
  /** The probability that an output of a layer but the last is dropped in training, in [0, 1). Default 0. */
  dropout?: number;
  /** Of the masks of dropout. Default: the generator of the instance goes on. */
  dropoutSeed?: number;
  /** x and output are [batch, steps, ...] instead of [steps, batch, ...]; ONNX's layout 1. Default false. */
  batchFirst?: boolean;
  /** Keras's: false gives the output of the last step only, [batch, ...], of reverse the first. Default true. */
  returnSequences?: boolean;
  /** Keras's: the steps of x are taken from the last to the first, and output has them in that order. Default false. */
  goBackwards?: boolean;
  /**
   * Keras's: a forward without h0 and c0 starts from the last state of the one before; resetStates() ends it. Default
   * false.
   */
  stateful?: boolean;
  /**
   * Training keeps the state of every sqrt(steps)-th step only, and backward computes the rest again. Default false.
   */
  recompute?: boolean;
}

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
export interface LstmForwardOptions {
  /**
   * The number of sequences, where x has no shape or another one. Default: 1, and for a tensor what its length gives.
   */
  batch?: number;
  /** The number of steps, likewise. Default: what the length gives. */
  steps?: number;
  /**
   * The initial state, [numLayers x directions, batch, hiddenSize] each; h0 is projSize wide where there is one.
   * Default 0.
   */
  h0?: TensorLike;
  /** See h0. */
  c0?: TensorLike;
  /**
   * The number of steps of each sequence, in any order; ONNX's sequence_lens. Beyond them output is 0 and x is not
   * read. Default: all.
   */
  lengths?: Integers;
  /** Instead of lengths: 1 for the steps of x that count, 0 for those that are passed over, as x lies. */
  mask?: Uint8Array | readonly boolean[];
  /** Keep what backward needs. Default true; false needs less memory. */
  training?: boolean;
}

/** Tensors of the layer: live until its next forward, which overwrites them. */
export interface LstmResult {
  /**
   * [steps, batch, directions x hiddenSize (projSize)], or as x lies: of the last layer; without steps where
   * returnSequences is false
   */
  output: Tensor;
  /**
   * [numLayers x directions, batch, hiddenSize], the state after the last step of each sequence, or the first one for
   * reverse
   */
  hN: Tensor;
  /** The same of c. */
  cN: Tensor;
}

/** Options of Lstm.backward(). */
export interface LstmBackwardOptions {
  /** The gradients of hN and cN, of their shape. Default 0. */
  dhN?: TensorLike;
  /** See dhN. */
  dcN?: TensorLike;
}

/** Tensors of the layer: live until its next backward, which overwrites them. */
export interface LstmGradients {
  /** As x; 0 beyond the lengths. */
  dx: Tensor;
  /** [numLayers x directions, batch, hiddenSize] */
  dh0: Tensor;
  /** [numLayers x directions, batch, hiddenSize] */
  dc0: Tensor;
}
