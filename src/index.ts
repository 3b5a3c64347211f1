/**
 * The one entry: every operation, layer and optimiser is a function that takes an instance first.
 *
 * @module softcell
 */
// for Symbol.dispose; users need no such setting of their own
/// <reference lib="esnext.disposable" preserve="true" />

export type { WasmSource } from "./backend/instantiate.js";
export type { Fallback, InitOptions, InitSyncOptions } from "./backend/start.js";
export type { WasmGiven, WasmResponse } from "./backend/whole.js";
export type { BackendName } from "./contract.js";
export type { Weights } from "./convert/arrays.js";
export type { BidirectionalWeightsOptions, ForgetBiasOptions, WeightsOptions } from "./convert/lstm.js";
export {
  fromKeras,
  fromOnnx,
  fromOpenVino,
  fromTensorFlow1,
  type KerasLstm,
  type OnnxLstm,
  type OpenVinoLstm,
  type TensorFlow1Lstm,
  toKeras,
  toOnnx,
  toOpenVino,
  toTensorFlow1,
} from "./convert/systems.js";
export {
  type LoadSafetensorsOptions,
  loadSafetensors,
  type Savable,
  type SaveSafetensorsOptions,
  safetensorsMetadata,
  saveSafetensors,
} from "./files/safetensors.js";
export { init, initSync } from "./init.js";
export { type Dropout, type DropoutOptions, dropout } from "./layers/dropout.js";
export { type Embedding, type EmbeddingOptions, embedding } from "./layers/embedding.js";
export type { Layer } from "./layers/layer.js";
export { type LayerNorm, type LayerNormOptions, layerNorm } from "./layers/layer-norm.js";
export { type Linear, type LinearOptions, linear } from "./layers/linear.js";
export {
  type LstmCell,
  type LstmCellForwardOptions,
  type LstmCellGradients,
  type LstmCellState,
  type LstmCellStep,
  type LstmCellUpstream,
  lstmCell,
} from "./layers/lstm/cell.js";
export { type Lstm, type LstmStream, lstm } from "./layers/lstm/lstm.js";
export type {
  LstmActivation,
  LstmActivations,
  LstmBackwardOptions,
  LstmCellOptions,
  LstmCellParameter,
  LstmForwardOptions,
  LstmGradients,
  LstmOptions,
  LstmParameter,
  LstmResult,
  ResetOptions,
  StreamState,
} from "./layers/lstm/options.js";
export type { Parameter, StateDict, StateEntry } from "./layers/parameters.js";
export type { RecurrentOptions, SequenceOptions } from "./layers/recurrent/options.js";
export type { RecurrentStream, SessionOptions, StreamOptions } from "./layers/recurrent/stream.js";
export type { Softcell } from "./memory/softcell.js";
export { type Floats, type Integers, type ResultOf, type Tensor, type TensorLike, tensor } from "./memory/tensor.js";
export { argmax, type IndexOptions } from "./ops/argmax.js";
export { elu, exp, expm1, log, log1p, logSigmoid, sigmoid, silu, softplus, softsign, tanh } from "./ops/elementary.js";
export {
  eluBackward,
  expBackward,
  expm1Backward,
  log1pBackward,
  logBackward,
  logSigmoidBackward,
  sigmoidBackward,
  siluBackward,
  softplusBackward,
  softsignBackward,
  tanhBackward,
} from "./ops/elementary-backward.js";
export type {
  ElementwiseOptions,
  EluOptions,
  HardSigmoidOptions,
  HardTanhOptions,
  LeakyReluOptions,
  SoftplusOptions,
} from "./ops/elementwise.js";
export { type GumbelOptions, type GumbelResult, gumbelSoftmax } from "./ops/gumbel.js";
export { type LogSumExpOptions, logSumExp, logSumExpBackward } from "./ops/logsumexp.js";
export { type BceWithLogitsOptions, bceWithLogits } from "./ops/losses/bce.js";
export type { ClassOptions, NllOptions } from "./ops/losses/classes.js";
export { type CrossEntropyOptions, crossEntropy } from "./ops/losses/crossentropy.js";
export { type EntropyOptions, entropy } from "./ops/losses/entropy.js";
export { type FocalOptions, focal } from "./ops/losses/focal.js";
export { type HingeOptions, hinge, squaredHinge } from "./ops/losses/hinge.js";
export { type KlDivergenceOptions, type KlReduction, klDivergence } from "./ops/losses/kldivergence.js";
export type { LossOptions } from "./ops/losses/loss.js";
export { mse } from "./ops/losses/mse.js";
export { type MultiMarginOptions, multiMargin } from "./ops/losses/multimargin.js";
export { nll } from "./ops/losses/nll.js";
export type { EmptyReduction, LossOf, LossResult, Reduction } from "./ops/losses/reduction.js";
export { type SigmoidFocalOptions, sigmoidFocal } from "./ops/losses/sigmoidfocal.js";
export type { MaskLike } from "./ops/mask.js";
export { type NormalizeOptions, standardNormalize, standardNormalizeBackward } from "./ops/normalize.js";
export { maxSoftmaxConfidence, oneHot } from "./ops/onehot.js";
export {
  hardSigmoid,
  hardSigmoidBackward,
  hardTanh,
  hardTanhBackward,
  leakyRelu,
  leakyReluBackward,
  relu,
  reluBackward,
} from "./ops/piecewise.js";
export { type PreluGradients, type PreluOptions, prelu, preluBackward } from "./ops/prelu.js";
export {
  type SphericalOptions,
  sphericalSoftmax,
  sphericalSoftmaxBackward,
  taylorSoftmax,
  taylorSoftmaxBackward,
} from "./ops/quadratic.js";
export type { RowOptions } from "./ops/rows.js";
export { type SampleOptions, sample } from "./ops/sample.js";
export {
  logSoftmax,
  logSoftmaxBackward,
  type MaskedOptions,
  type SoftmaxOptions,
  softmax,
  softmaxBackward,
} from "./ops/softmax.js";
export { sparsemax, sparsemaxBackward } from "./ops/sparsemax.js";
export { type TopK, topK } from "./ops/topk.js";
export { type AdamOptions, adam, adamW } from "./train/adam.js";
export { type ClipGradNormOptions, clipGradNorm, clipGradValue } from "./train/clip.js";
export { type GradCheckOptions, type GradCheckReport, gradCheck } from "./train/gradcheck.js";
export type { Grouped, LearningGroup, ParameterGroup } from "./train/groups.js";
export {
  type Fillable,
  fillConstant,
  fillForgetBias,
  fillKaimingUniform,
  fillNormal,
  fillOrthogonal,
  fillUniform,
  fillXavierNormal,
  fillXavierUniform,
  fillZeros,
  type GainOptions,
  type KaimingOptions,
  type NormalOptions,
  type SeedOptions,
  type UniformOptions,
} from "./train/initialize.js";
export type { Optimizer } from "./train/optimizer.js";
export { type RmspropOptions, rmsprop } from "./train/rmsprop.js";
export {
  type CosineScheduleOptions,
  constantSchedule,
  cosineSchedule,
  type OneCycleScheduleOptions,
  oneCycleSchedule,
  type Schedule,
  type StepScheduleOptions,
  stepSchedule,
  type WarmupScheduleOptions,
  warmupSchedule,
} from "./train/schedules.js";
export { type SgdOptions, sgd } from "./train/sgd.js";
