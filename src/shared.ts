// What both entries export beside init(): layers and optimisers for an instance, weights, files, schedules, types.
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
  adam,
  adamW,
  clipGradNorm,
  clipGradValue,
  dropout,
  embedding,
  layerNorm,
  linear,
  lstm,
  lstmCell,
  rmsprop,
  sgd,
} from "./factories.js";
export {
  type LoadSafetensorsOptions,
  loadSafetensors,
  type Savable,
  type SaveSafetensorsOptions,
  safetensorsMetadata,
  saveSafetensors,
} from "./files/safetensors.js";
export type { Dropout, DropoutOptions } from "./layers/dropout.js";
export type { Embedding, EmbeddingOptions } from "./layers/embedding.js";
export type { Layer } from "./layers/layer.js";
export type { LayerNorm, LayerNormOptions } from "./layers/layer-norm.js";
export type { Linear, LinearOptions } from "./layers/linear.js";
export type { Lstm } from "./layers/lstm.js";
export type {
  LstmCell,
  LstmCellForwardOptions,
  LstmCellGradients,
  LstmCellState,
  LstmCellStep,
  LstmCellUpstream,
} from "./layers/lstm-cell.js";
export type {
  LstmActivation,
  LstmActivations,
  LstmBackwardOptions,
  LstmCellOptions,
  LstmForwardOptions,
  LstmGradients,
  LstmOptions,
  LstmResult,
} from "./layers/lstm-options.js";
export type { LstmStream, ResetOptions, SessionOptions, StreamOptions, StreamState } from "./layers/lstm-stream.js";
export type { Parameter, StateDict, StateEntry } from "./layers/parameters.js";
export type { Floats, Tensor } from "./memory/tensor.js";
export type { NormalizeOptions, SphericalOptions } from "./ops/alternatives.js";
export type { CrossEntropyOptions } from "./ops/crossentropy.js";
export type { BceWithLogitsOptions, HingeOptions, SigmoidFocalOptions } from "./ops/elementlosses.js";
export type {
  ElementwiseOptions,
  EluOptions,
  HardSigmoidOptions,
  HardTanhOptions,
  LeakyReluOptions,
  SoftplusOptions,
} from "./ops/elementwise.js";
export type { GumbelOptions, GumbelResult } from "./ops/gumbel.js";
export type { IndexOptions, TopK } from "./ops/largest.js";
export type { LossOptions } from "./ops/loss.js";
export type { MaskLike } from "./ops/mask.js";
export { maxSoftmaxConfidence } from "./ops/onehot.js";
export type { PreluGradients, PreluOptions } from "./ops/prelu.js";
export type { EmptyReduction, LossOf, Reduction } from "./ops/reduction.js";
export type {
  ClassOptions,
  EntropyOptions,
  FocalOptions,
  KlDivergenceOptions,
  KlReduction,
  MultiMarginOptions,
  NllOptions,
} from "./ops/rowlosses.js";
export type { RowOptions } from "./ops/rows.js";
export type { SampleOptions } from "./ops/sample.js";
export type { LogSumExpOptions, MaskedOptions, SoftmaxOptions } from "./ops/softmax.js";
export type { InitOptions, InitSyncOptions, Twin } from "./start.js";
export type { Adam, AdamOptions } from "./train/adam.js";
export type { ClipGradNormOptions } from "./train/clip.js";
export { type GradCheckOptions, type GradCheckReport, gradCheck } from "./train/gradcheck.js";
export type {
  Fillable,
  GainOptions,
  KaimingOptions,
  NormalOptions,
  SeedOptions,
  UniformOptions,
} from "./train/initialize.js";
export type { Rmsprop, RmspropOptions } from "./train/rmsprop.js";
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
export type { Sgd, SgdOptions } from "./train/sgd.js";
export type { WasmSource } from "./wasm/instantiate.js";
export type { WasmGiven, WasmResponse } from "./wasm/response.js";
