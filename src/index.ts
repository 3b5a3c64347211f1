import * as check from "./check.js";
import { type Backend, type BackendName, PAGE } from "./contract.js";
import { createJsBackend } from "./js/index.js";
import { Embedding, type EmbeddingOptions } from "./layers/embedding.js";
import type { Layer } from "./layers/layer.js";
import { Linear, type LinearOptions } from "./layers/linear.js";
import { Lstm } from "./layers/lstm.js";
import type { LstmOptions } from "./layers/lstm-options.js";
import { Heap } from "./memory/heap.js";
import { type Floats, pointerOf, Tensor } from "./memory/tensor.js";
import { type CrossEntropyOptions, type CrossEntropyResult, crossEntropy, type Reduction } from "./ops/crossentropy.js";
import { type Elementwise, type ElementwiseOptions, elementwise } from "./ops/elementwise.js";
import * as rows from "./ops/softmax.js";
import { Adam, type AdamOptions, clipGradNorm, Sgd, type SgdOptions } from "./train/optimizers.js";
import { Random } from "./train/random.js";
import { createWasmBackend, createWasmBackendSync, type WasmName, type WasmSource } from "./wasm/instantiate.js";
import { loadBinary, selfTest } from "./wasm/variants.js";

export type { BackendName } from "./contract.js";
export type { Embedding, EmbeddingOptions } from "./layers/embedding.js";
export type { Layer } from "./layers/layer.js";
export type { Linear, LinearOptions } from "./layers/linear.js";
export type { Lstm } from "./layers/lstm.js";
export type {
  LstmBackwardOptions,
  LstmForwardOptions,
  LstmGradients,
  LstmOptions,
  LstmResult,
} from "./layers/lstm-options.js";
export type { Parameter, StateDict, StateEntry } from "./layers/parameters.js";
export type { LstmStream, StreamOptions } from "./layers/stream.js";
export type { Floats, Tensor } from "./memory/tensor.js";
export type { CrossEntropyOptions, CrossEntropyResult, Reduction } from "./ops/crossentropy.js";
export type { ElementwiseOptions } from "./ops/elementwise.js";
export type { RowOptions } from "./ops/rows.js";
export type { SoftmaxOptions } from "./ops/softmax.js";
export type { Adam, AdamOptions, Sgd, SgdOptions } from "./train/optimizers.js";

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
  check.options("memory", options.memory, ["initial", "maximum"]);
  if (options.module !== undefined) wasmSource(options.module);
  const backend = check.oneOf("backend", options.backend ?? "auto", ["auto", "strict", "relaxed", "js"] as const);
  const maximum = check.integer("memory.maximum", options.memory?.maximum ?? 65536, 1, 65536);
  const initial = check.integer("memory.initial", options.memory?.initial ?? Math.min(16, maximum), 1, maximum);
  return { backend, initial, maximum, seed: check.integer("seed", options.seed ?? 0, 0, 2 ** 32 - 1) };
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

/**
 * Operations, tensors, layers and optimisers on one linear memory.
 *
 * Arrays: a Float32Array in gives a new Float32Array out, a Tensor in gives a Tensor out without a copy, and `out` takes
 * the result where it is given. Errors: TypeError for a wrong kind, RangeError for a wrong size or value, Error for a
 * wrong state; after an error nothing has changed.
 */
export class Softcell {
  readonly backend: BackendName;
  /** Why this backend runs. */
  readonly backendReason: string;
  private readonly heap: Heap;
  private readonly random: Random;

  /** @internal */
  constructor(backend: Backend, reason: string, seed: number) {
    this.backend = backend.name;
    this.backendReason = reason;
    this.heap = new Heap(backend);
    this.random = new Random(seed);
  }

  /** Bytes of the linear memory: all of it, and what is allocated. */
  get memoryUsage(): { total: number; used: number } {
    return this.heap.usage;
  }

  /** A tensor of this shape in linear memory, zeros or a copy of `data`. */
  tensor(shape: readonly number[], data?: Float32Array): Tensor {
    const length = check.product(check.shapeOf("shape", shape));
    if (length > (65536 * PAGE) / 4) throw new RangeError(`"shape" expected at most 2^30 elements, got [${shape}]`);
    if (data !== undefined) check.lengthOf("data", check.float32Array("data", data), length);
    const from = data && pointerOf(this.heap, data);
    const tensor = new Tensor(this.heap, shape);
    if (from !== undefined && from >= 0)
      this.heap.f32.copyWithin(tensor.pointer >>> 2, from >>> 2, (from >>> 2) + length);
    else if (data) tensor.data.set(data);
    return tensor;
  }

  /**
   * softmax of each row: exp(x / temperature) / sum. Worst error found 5.9 ULP, at temperature 1; a probability
   * below 2^-126 may become 0.
   * A row that is all -Infinity, or has NaN or Infinity, is NaN. Throws RangeError for sizes that do not fit and a
   * temperature of 0 or NaN.
   *
   *     sc.softmax(new Float32Array([1, 2, 3]))                 // one row
   *     sc.softmax(matrix, { cols: 1000, out: matrix })         // in place
   */
  softmax<X extends Floats>(x: X, options?: rows.SoftmaxOptions<X>): X {
    return rows.forward(this.heap, "softmax", x, options) as X;
  }

  /** The gradient of softmax's x from dy and its result y: (dy - sum(dy y) / sum(y)) y / temperature. */
  softmaxBackward<X extends Floats>(dy: X, y: Floats, options?: rows.SoftmaxOptions<X>): X {
    return rows.backward(this.heap, "softmaxBackward", dy, y, options) as X;
  }

  /**
   * The logarithm of softmax of each row: x - logSumExp(x). Worst error found 5.2 ULP, at temperature 1, also
   * where one entry dominates: [20, 0, 0] gives -4.1e-9 and not 0. Throws as softmax.
   */
  logSoftmax<X extends Floats>(x: X, options?: rows.SoftmaxOptions<X>): X {
    return rows.forward(this.heap, "logSoftmax", x, options) as X;
  }

  /** The gradient of logSoftmax's x from dy and its result y: (dy - exp(y) sum(dy)) / temperature. */
  logSoftmaxBackward<X extends Floats>(dy: X, y: Floats, options?: rows.SoftmaxOptions<X>): X {
    return rows.backward(this.heap, "logSoftmaxBackward", dy, y, options) as X;
  }

  /**
   * log(sum(exp(x / temperature))) of each row; the result has one element a row. Worst error found, at temperature 1,
   * 4.5 ULP of the larger of the result and the largest x. -Infinity for a row of -Infinity or of no columns. Throws as
   * softmax.
   */
  logSumExp<X extends Floats>(x: X, options?: rows.SoftmaxOptions<X>): X {
    return rows.logSumExp(this.heap, x, options) as X;
  }

  /** The gradient of logSumExp's x from dlse, one a row, and x: dlse softmax(x / temperature) / temperature. */
  logSumExpBackward<X extends Floats>(dlse: Floats, x: X, options?: rows.SoftmaxOptions<X>): X {
    return rows.logSumExpBackward(this.heap, dlse, x, options) as X;
  }

  /**
   * Cross-entropy of logits [rows, classes] against class indices, and its gradient, in one pass, from log-sum-exp:
   * torch.nn.functional.cross_entropy. Rows with ignoreIndex have loss 0 and gradient 0; a mean over none is NaN.
   * Throws RangeError for a target outside [0, classes), with its place and value.
   *
   *     const { loss, dlogits } = sc.crossEntropy(logits, targets, { classes: 10 });
   */
  crossEntropy<X extends Floats, R extends Reduction = "mean">(
    logits: X,
    targets: Int32Array,
    options?: CrossEntropyOptions<X> & { reduction?: R },
  ): CrossEntropyResult<X, R> {
    return crossEntropy(this.heap, logits, targets, options) as CrossEntropyResult<X, R>;
  }

  /** exp of each element. Worst error 1 ULP, denormal results included. */
  exp<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("exp", x, options);
  }

  /** The natural logarithm of each element. Worst error 1 ULP. */
  log<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("log", x, options);
  }

  /** 1 / (1 + exp(-x)) of each element. Worst error 1.5 ULP, denormal results included. */
  sigmoid<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("sigmoid", x, options);
  }

  /** tanh of each element. Worst error 1.06 ULP. */
  tanh<X extends Floats>(x: X, options?: ElementwiseOptions<X>): X {
    return this.elementwise("tanh", x, options);
  }

  private elementwise<X extends Floats>(kernel: Elementwise, x: X, options?: ElementwiseOptions<X>): X {
    return elementwise(this.heap, kernel, x, options) as X;
  }

  /** A table of vectors, picked by index. */
  embedding(options: EmbeddingOptions): Embedding {
    return new Embedding(this.heap, this.random, options);
  }

  /** y = x W^T + b. */
  linear(options: LinearOptions): Linear {
    return new Linear(this.heap, this.random, options);
  }

  /** A long short-term memory layer. */
  lstm(options: LstmOptions): Lstm {
    return new Lstm(this.heap, this.random, options);
  }

  /** Stochastic gradient descent, with momentum. */
  sgd(layers: readonly Layer[] | Layer, options: SgdOptions): Sgd {
    return new Sgd(this.heap, layers, options);
  }

  adam(layers: readonly Layer[] | Layer, options: AdamOptions = {}): Adam {
    return new Adam(this.heap, layers, options, false);
  }

  /** Adam with decoupled weight decay. */
  adamW(layers: readonly Layer[] | Layer, options: AdamOptions = {}): Adam {
    return new Adam(this.heap, layers, options, true);
  }

  /** Scales all gradients of the layers to a common norm of at most maxNorm; returns the norm before. */
  clipGradNorm(layers: readonly Layer[] | Layer, maxNorm: number): number {
    return clipGradNorm(this.heap, layers, maxNorm);
  }
}
