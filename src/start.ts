// What init() and initSync() of both entries do: check the options, load the kernels, fall back.
import * as check from "./check.js";
import { type Backend, type BackendName, HEAP_BASE, PAGE } from "./contract.js";
import type { Part } from "./parts.js";
import { createWasmBackend, createWasmBackendSync, taken, type WasmName, type WasmSource } from "./wasm/instantiate.js";
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
  /**
   * The size of the linear memory in pages of 64 KiB. Default: 16 at first, 65,536 (4 GiB) at most. Or a
   * WebAssembly.Memory that is not shared, for one instance until its dispose(): all that is in it is lost, and pages
   * that you grow it by later are yours. There is no falling back to js then.
   */
  memory?: { initial?: number; maximum?: number } | WebAssembly.Memory;
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
  /** That of the user. */
  memory: WebAssembly.Memory | undefined;
}

function settings(options: InitOptions): Settings {
  check.options("options", options, ["backend", "memory", "module", "seed", "twin"]);
  const { backend = "auto", memory: given = {}, seed = 0, twin } = options;
  const memory = typeof WebAssembly === "object" && given instanceof WebAssembly.Memory ? given : undefined;
  const size = (memory ? {} : given) as { initial?: number; maximum?: number };
  check.options("memory", size, ["initial", "maximum"]);
  check.oneOf("backend", backend, ["auto", "strict", "relaxed", "js"] as const);
  const { maximum = 65536 } = size;
  check.integer("memory.maximum", maximum, 1, 65536);
  const { initial = Math.min(16, maximum) } = size;
  check.integer("memory.initial", initial, 1, maximum);
  if (twin !== undefined && typeof twin !== "function") {
    throw new TypeError(`"twin" expected twin of softcell/js, got ${check.show(twin)}`);
  }
  check.integer("seed", seed, 0, 2 ** 32 - 1);
  if (memory && backend === "js") {
    throw new TypeError(`"memory" expected initial and maximum for js, got a WebAssembly.Memory`);
  }
  return { backend: memory && backend === "auto" ? "strict" : backend, initial, maximum, seed, memory };
}

/** Makes a memory of the user that of one instance, and clears the place of the constants, whose zeros no binary has. */
function take(memory: WebAssembly.Memory): void {
  const { buffer } = memory;
  if (!(buffer instanceof ArrayBuffer)) throw new TypeError(`"memory" expected one that is not shared`);
  if (buffer.byteLength < PAGE) throw new RangeError(`"memory" expected at least one page, got none`);
  if (taken.has(memory)) throw new Error(`"memory" expected one without an instance, got that of one not disposed`);
  taken.add(memory);
  new Uint8Array(buffer).fill(0, 0, HEAP_BASE);
}

function wasmSource(module: unknown): WasmSource {
  const compiled = typeof WebAssembly === "object" && module instanceof WebAssembly.Module;
  if (compiled || module instanceof ArrayBuffer || ArrayBuffer.isView(module)) return module as WasmSource;
  throw new TypeError(`"module" expected a WebAssembly.Module or bytes, got ${check.show(module)}`);
}

/** The backend of init(), with the kernels of these parts. */
export async function start(options: InitOptions, parts: readonly Part[]): Promise<Started> {
  const { backend, initial, maximum, seed, memory } = settings(options);
  const module = options.module === undefined ? undefined : wasmSource(await sourceOf(options.module));
  if (memory) take(memory);
  const js = async () => (options.twin ?? (await loadTwin(parts)))(initial, maximum);
  if (backend === "js") return [await js(), "asked for", seed];
  const name = backend === "auto" ? "strict" : backend;
  try {
    const [first, ...later] = module ? [() => module] : await loadBinaries(name, parts);
    const wasm = await createWasmBackend(name, first(), initial, maximum, later, memory);
    return [wasm, tested(wasm, backend), seed];
  } catch (error) {
    if (memory) taken.delete(memory);
    const reason = refused(error, name, backend);
    return [await js(), reason, seed];
  }
}

/** The backend of initSync(). */
export function startSync(options: InitSyncOptions, parts: readonly Part[]): Started {
  const { backend, initial, maximum, seed, memory } = settings(options);
  const module = options.module === undefined ? undefined : wasmSource(options.module);
  const { twin } = options;
  if (backend === "js") {
    if (!twin) throw new TypeError(`"twin" expected twin of softcell/js, got undefined`);
    return [twin(initial, maximum), "asked for", seed];
  }
  if (backend === "relaxed" && module === undefined) {
    throw new TypeError(`"module" expected a WebAssembly.Module or bytes, got undefined`);
  }
  if (memory) take(memory);
  const name = backend === "auto" ? "strict" : backend;
  try {
    const [first, ...later] = module ? [() => module] : decoders(parts.map(({ strict }) => strict));
    const wasm = createWasmBackendSync(name, first(), initial, maximum, later, memory);
    return [wasm, tested(wasm, backend), seed];
  } catch (error) {
    if (memory) taken.delete(memory);
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
