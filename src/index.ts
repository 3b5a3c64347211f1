// for Symbol.dispose; users need no such setting of their own
/// <reference lib="esnext.disposable" preserve="true" />
import { Softcell } from "./api/softcell.js";
import * as check from "./check.js";
import type { Backend, BackendName } from "./contract.js";
import { createJsBackend } from "./js/index.js";
import { createWasmBackend, createWasmBackendSync, type WasmName, type WasmSource } from "./wasm/instantiate.js";
import { loadBinary, selfTest } from "./wasm/variants.js";

export type { Softcell } from "./api/softcell.js";
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

export interface InitOptions {
  /**
   * "auto" (default): strict, or js where WebAssembly is missing or forbidden. "strict" and "js" give the same bits;
   * "relaxed" fuses multiply and add, is faster, and its bits depend on the engine.
   */
  backend?: "auto" | BackendName;
  /** The size of the linear memory in pages of 64 KiB. Default: 16 at first, 65,536 (4 GiB) at most. */
  memory?: { initial?: number; maximum?: number };
  /** A compiled module, or the bytes, of softcell/strict.wasm (softcell/relaxed.wasm for backend "relaxed"). */
  module?: WasmSource;
  /** For the initial weights of layers. Default 0. */
  seed?: number;
}

interface Settings {
  backend: "auto" | BackendName;
  initial: number;
  maximum: number;
  seed: number;
}

function settings(options: InitOptions): Settings {
  check.options("options", options, ["backend", "memory", "module", "seed"]);
  const { backend = "auto", memory = {}, module, seed = 0 } = options;
  check.options("memory", memory, ["initial", "maximum"]);
  if (module !== undefined) wasmSource(module);
  check.oneOf("backend", backend, ["auto", "strict", "relaxed", "js"] as const);
  const { maximum = 65536 } = memory;
  check.integer("memory.maximum", maximum, 1, 65536);
  const { initial = Math.min(16, maximum) } = memory;
  check.integer("memory.initial", initial, 1, maximum);
  return { backend, initial, maximum, seed: check.integer("seed", seed, 0, 2 ** 32 - 1) };
}

function wasmSource(module: unknown): void {
  const compiled = typeof WebAssembly === "object" && module instanceof WebAssembly.Module;
  if (compiled || module instanceof ArrayBuffer || ArrayBuffer.isView(module)) return;
  throw new TypeError(`"module" expected a WebAssembly.Module or bytes, got ${check.show(module)}`);
}

/**
 * A new instance on a memory of its own. Throws Error where a backend that was asked for by name cannot run here; with
 * "auto" the next one is taken, and `sc.backendReason` says why.
 */
export async function init(options: InitOptions = {}): Promise<Softcell> {
  const { backend, initial, maximum, seed } = settings(options);
  if (backend === "js") return new Softcell(createJsBackend(initial, maximum), "asked for", seed);
  const name = backend === "auto" ? "strict" : backend;
  try {
    const wasm = await createWasmBackend(name, options.module ?? (await loadBinary(name)), initial, maximum);
    return start(wasm, backend, seed);
  } catch (error) {
    return fallBack(error, name, backend, initial, maximum, seed);
  }
}

/**
 * init() where nothing can be awaited, as in an AudioWorklet: `module` is needed, but for backend "js".
 */
export function initSync(options: InitOptions = {}): Softcell {
  const { backend, initial, maximum, seed } = settings(options);
  if (backend === "js") return new Softcell(createJsBackend(initial, maximum), "asked for", seed);
  if (options.module === undefined)
    throw new TypeError(`"module" expected a WebAssembly.Module or bytes, got undefined`);
  const name = backend === "auto" ? "strict" : backend;
  try {
    return start(createWasmBackendSync(name, options.module, initial, maximum), backend, seed);
  } catch (error) {
    return fallBack(error, name, backend, initial, maximum, seed);
  }
}

function start(wasm: Backend, asked: Settings["backend"], seed: number): Softcell {
  selfTest(wasm);
  return new Softcell(wasm, asked === "auto" ? "the fastest backend with the same bits everywhere" : "asked for", seed);
}

function fallBack(
  error: unknown,
  name: WasmName,
  asked: Settings["backend"],
  initial: number,
  maximum: number,
  seed: number,
): Softcell {
  const reason = `${name} cannot run here: ${error instanceof Error ? error.message : String(error)}`;
  if (asked !== "auto") throw new Error(`"backend" expected one that runs; ${reason}`, { cause: error });
  return new Softcell(createJsBackend(initial, maximum), reason, seed);
}
