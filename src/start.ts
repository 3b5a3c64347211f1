// What init() and initSync() of both entries do: check the options, load the kernels, fall back.
import * as check from "./check.js";
import type { Backend, BackendName } from "./contract.js";
import type { Part } from "./parts.js";
import { createWasmBackend, createWasmBackendSync, type WasmName, type WasmSource } from "./wasm/instantiate.js";
import { sourceOf, type WasmGiven } from "./wasm/response.js";
import { selfTest } from "./wasm/selftest.js";
import { decode } from "./wasm/text.js";

/** The JavaScript backend; sizes in pages of 64 KiB. */
export type Twin = (initial: number, maximum: number) => Backend;

/** Options of init(). */
export interface InitOptions {
  /**
   * "auto" (default): strict, or js where WebAssembly is missing or forbidden. "strict" and "js" give the same bits;
   * "relaxed" fuses multiply and add, is faster, and its bits depend on the engine.
   */
  backend?: "auto" | BackendName;
  /** The size of the linear memory in pages of 64 KiB. Default: 16 at first, 65,536 (4 GiB) at most. */
  memory?: { initial?: number; maximum?: number };
  /**
   * A compiled module, or the bytes, of softcell/strict.wasm (softcell/relaxed.wasm for backend "relaxed"); or a
   * promise of them; or a Response or the promise of one, as of fetch(), compiled while it arrives.
   */
  module?: WasmGiven;
  /** For the initial weights of layers. Default 0. */
  seed?: number;
  /** `twin` of softcell/js, which initSync() needs for js; init() loads it itself where there is none. */
  twin?: Twin;
}

/** Options of initSync(), which cannot wait for its module. */
export interface InitSyncOptions extends InitOptions {
  /** A compiled module, or the bytes of one. */
  module?: WasmSource;
}

/** What an instance is made from: its backend, why it runs, and the seed. */
export type Started = [backend: Backend, reason: string, seed: number];

interface Settings {
  backend: "auto" | BackendName;
  initial: number;
  maximum: number;
  seed: number;
}

function settings(options: InitOptions): Settings {
  check.options("options", options, ["backend", "memory", "module", "seed", "twin"]);
  const { backend = "auto", memory = {}, seed = 0, twin } = options;
  check.options("memory", memory, ["initial", "maximum"]);
  check.oneOf("backend", backend, ["auto", "strict", "relaxed", "js"] as const);
  const { maximum = 65536 } = memory;
  check.integer("memory.maximum", maximum, 1, 65536);
  const { initial = Math.min(16, maximum) } = memory;
  check.integer("memory.initial", initial, 1, maximum);
  if (twin !== undefined && typeof twin !== "function") {
    throw new TypeError(`"twin" expected twin of softcell/js, got ${check.show(twin)}`);
  }
  return { backend, initial, maximum, seed: check.integer("seed", seed, 0, 2 ** 32 - 1) };
}

function wasmSource(module: unknown): WasmSource {
  const compiled = typeof WebAssembly === "object" && module instanceof WebAssembly.Module;
  if (compiled || module instanceof ArrayBuffer || ArrayBuffer.isView(module)) return module as WasmSource;
  throw new TypeError(`"module" expected a WebAssembly.Module or bytes, got ${check.show(module)}`);
}

/** The backend of init(), with the kernels of these parts. */
export async function start(options: InitOptions, parts: readonly Part[]): Promise<Started> {
  const { backend, initial, maximum, seed } = settings(options);
  const module = options.module === undefined ? undefined : wasmSource(await sourceOf(options.module));
  const js = async () => (options.twin ?? (await loadTwin(parts)))(initial, maximum);
  if (backend === "js") return [await js(), "asked for", seed];
  const name = backend === "auto" ? "strict" : backend;
  try {
    const [first, ...later] = module ? [() => module] : await loadBinaries(name, parts);
    const wasm = await createWasmBackend(name, first(), initial, maximum, later);
    return [wasm, tested(wasm, backend), seed];
  } catch (error) {
    const reason = refused(error, name, backend);
    return [await js(), reason, seed];
  }
}

/** The backend of initSync(). */
export function startSync(options: InitSyncOptions, parts: readonly Part[]): Started {
  const { backend, initial, maximum, seed } = settings(options);
  const { module, twin } = options;
  if (module !== undefined) wasmSource(module);
  if (backend === "js") {
    if (!twin) throw new TypeError(`"twin" expected twin of softcell/js, got undefined`);
    return [twin(initial, maximum), "asked for", seed];
  }
  if (backend === "relaxed" && module === undefined) {
    throw new TypeError(`"module" expected a WebAssembly.Module or bytes, got undefined`);
  }
  const name = backend === "auto" ? "strict" : backend;
  try {
    const [first, ...later] = module ? [() => module] : decoders(parts.map(({ strict }) => strict));
    const wasm = createWasmBackendSync(name, first(), initial, maximum, later);
    return [wasm, tested(wasm, backend), seed];
  } catch (error) {
    const reason = refused(error, name, backend);
    if (!twin) throw new Error(`"twin" expected twin of softcell/js to fall back to; ${reason}`, { cause: error });
    return [twin(initial, maximum), reason, seed];
  }
}

/** A variant: a module for each part, decoded when it is asked for. */
export async function loadBinaries(name: WasmName, parts: readonly Part[]): Promise<(() => Uint8Array<ArrayBuffer>)[]> {
  if (name === "strict") return decoders(parts.map(({ strict }) => strict));
  const loaded = await Promise.all(parts.map((part) => part.relaxed()));
  return decoders(loaded.map(({ binary }) => binary));
}

const decoders = (texts: readonly string[]) => texts.map((text) => () => decode(text));

async function loadTwin(parts: readonly Part[]): Promise<Twin> {
  const [{ createJsBackend }, ...loaded] = await Promise.all([import("./js/backend.js"), ...parts.map((p) => p.js())]);
  const kernels = loaded.map((part) => part.kernels);
  return (initial, maximum) => createJsBackend(kernels, initial, maximum);
}

/** Why it runs, once it has passed the self-test. */
function tested(wasm: Backend, asked: Settings["backend"]): string {
  selfTest(wasm);
  return asked === "auto" ? "the fastest backend with the same bits everywhere" : "asked for";
}

/** Why another backend runs; throws Error where this one was asked for by name. */
function refused(error: unknown, name: WasmName, asked: Settings["backend"]): string {
  const reason = `${name} cannot run here: ${error instanceof Error ? error.message : String(error)}`;
  if (asked !== "auto") throw new Error(`"backend" expected one that runs; ${reason}`, { cause: error });
  return reason;
}
