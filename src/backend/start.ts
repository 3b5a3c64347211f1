// What init() and initSync() do: check the options, load the kernels, fall back.
import { isArrayBuffer } from "../arrays.js";
import * as check from "../check.js";
import { type Backend, type BackendName, HEAP_BASE, PAGE } from "../contract.js";
import {
  type Exports,
  instantiate,
  isSource,
  taken,
  type WasmName,
  type WasmSource,
  wasmBackend,
  wasmSource,
} from "./instantiate.js";
import { PROBE } from "./parts.js";
import { selfTest } from "./selftest.js";
import { decode } from "./text.js";
import type { WasmGiven } from "./whole.js";

/** The JavaScript backend; sizes in pages of 64 KiB. */
export type Fallback = (initial: number, maximum: number) => Backend;

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
  /** The seed of the random numbers of this instance: initial weights of layers, dropout, draws. Default 0. */
  seed?: number;
  /** `fallback` of softcell/js, which initSync() needs for js; init() loads it itself where there is none. */
  fallback?: Fallback;
}

/** Options of initSync(), which cannot wait for its module. */
export interface InitSyncOptions extends InitOptions {
  /** A compiled module, or the bytes of one. */
  module?: WasmSource;
}

/** What an instance is made from: its backend, why it runs, and the seed. */
export type Started = [backend: Backend, reason: string, seed: number];

interface Settings {
  asked: "auto" | BackendName;
  name: WasmName;
  initial: number;
  maximum: number;
  seed: number;
  fallback: Fallback | undefined;
  /** That of the user. */
  memory: WebAssembly.Memory | undefined;
  module: WasmGiven | undefined;
}

function settingsOf(options: InitOptions): Settings {
  const read = check.options("options", options, ["backend", "memory", "module", "seed", "fallback"]);
  const { backend = "auto", memory: given, seed = 0, fallback, module } = read;
  const memory = isMemory(given) ? given : undefined;
  const size = check.options("memory", isMemory(given) ? undefined : given, ["initial", "maximum"]);
  check.oneOf("backend", backend, ["auto", "strict", "relaxed", "js"] as const);
  const { maximum = 65536 } = size;
  check.integer("memory.maximum", maximum, 1, 65536);
  const { initial = Math.min(16, maximum) } = size;
  check.integer("memory.initial", initial, 1, maximum);
  if (fallback !== undefined && typeof fallback !== "function") {
    throw new TypeError(`"fallback" expected fallback of softcell/js, got ${check.show(fallback)}`);
  }
  check.integer("seed", seed, 0, 2 ** 32 - 1);
  if (memory && backend === "js") {
    throw new TypeError(`"memory" expected initial and maximum for js, got a WebAssembly.Memory`);
  }
  const asked = memory && backend === "auto" ? "strict" : backend;
  return { asked, name: asked === "relaxed" ? asked : "strict", initial, maximum, seed, fallback, memory, module };
}

/** A memory, also one of another realm. */
function isMemory(value: unknown): value is WebAssembly.Memory {
  try {
    // the getter of its buffer refuses everything else
    Object.getOwnPropertyDescriptor(WebAssembly.Memory.prototype, "buffer")?.get?.call(value);
    return true;
  } catch {
    return false;
  }
}

function newMemory(initial: number, maximum: number): WebAssembly.Memory {
  // names that Object.prototype may have would be options, too
  return new WebAssembly.Memory(Object.assign(Object.create(null), { initial, maximum }));
}

/** Makes a memory of the user that of one instance, and clears the place of the constants, whose zeros no binary has. */
function take(memory: WebAssembly.Memory): void {
  const { buffer } = memory;
  if (!isArrayBuffer(buffer)) throw new TypeError(`"memory" expected one that is not shared`);
  if (buffer.byteLength < PAGE) throw new RangeError(`"memory" expected at least one page, got none`);
  if (taken.has(memory)) throw new Error(`"memory" expected one without an instance, got that of one not disposed`);
  taken.add(memory);
  new Uint8Array(buffer).fill(0, 0, HEAP_BASE);
}

/** The backend of init(). */
export async function start(options: InitOptions): Promise<Started> {
  const { asked, name, initial, maximum, seed, memory, fallback, module } = settingsOf(options);
  const source = await givenModule(module);
  const js = async () => (fallback ?? (await import("../js/index.js")).fallback)(initial, maximum);
  if (asked === "js") return [await js(), "asked for", seed];
  if (memory) take(memory);
  try {
    const own = memory ?? newMemory(initial, maximum);
    const wasm = wasmBackend(name, await load(name, source, own), own);
    return [wasm, tested(wasm, asked), seed];
  } catch (error) {
    if (memory) taken.delete(memory);
    const reason = refused(error, name, asked);
    return [await js(), reason, seed];
  }
}

/** The backend of initSync(). */
export function startSync(options: InitSyncOptions): Started {
  const { asked, name, initial, maximum, seed, memory, fallback, module: given } = settingsOf(options);
  const module = given === undefined ? undefined : wasmSource(given);
  if (asked === "js") {
    if (!fallback) throw new TypeError(`"fallback" expected fallback of softcell/js, got undefined`);
    return [fallback(initial, maximum), "asked for", seed];
  }
  if (asked === "relaxed" && module === undefined) {
    throw new TypeError(`"module" expected a WebAssembly.Module or bytes, got undefined`);
  }
  if (memory) take(memory);
  try {
    const own = memory ?? newMemory(initial, maximum);
    const wasm = wasmBackend(name, instantiate(module ?? decode(PROBE.text), own), own);
    return [wasm, tested(wasm, asked), seed];
  } catch (error) {
    if (memory) taken.delete(memory);
    const reason = refused(error, name, asked);
    if (!fallback) throw new Error(`"fallback" expected fallback of softcell/js; ${reason}`, { cause: error });
    return [fallback(initial, maximum), reason, seed];
  }
}

/** A module of the user; whole.ts, which a service worker cannot load, is asked for a response only. */
async function givenModule(module: WasmGiven | undefined): Promise<WasmSource | undefined> {
  if (module === undefined) return undefined;
  const given = await module;
  if (isSource(given)) return given;
  return (await import("./whole.js")).sourceOf(given);
}

/** A binary with all kernels. Both names are written out, for bundlers. */
const binaryOf = (name: WasmName): Promise<{ binary: string }> =>
  name === "strict" ? import("./binaries/strict.js") : import("./binaries/relaxed.js");

/** The exports of one module that has all kernels, or for strict of the probe, to which parts are linked at first use. */
async function load(name: WasmName, given: WasmSource | undefined, memory: WebAssembly.Memory): Promise<Exports> {
  const whole = async () => given ?? decode((await binaryOf(name)).binary);
  try {
    return instantiate(given ?? (name === "strict" ? padded() : await whole()), memory);
  } catch (error) {
    // Chrome before 115 compiles no more than 4 KiB at once on its main thread: no part could be linked at first use
    if (!(error instanceof RangeError)) throw error;
    return (await import("./whole.js")).instantiateWhole(await whole(), memory);
  }
}

/** The probe with a custom section of zeros, long enough to be refused where parts are. */
function padded(): Uint8Array<ArrayBuffer> {
  const probe = decode(PROBE.text);
  const module = new Uint8Array(probe.length + 3 + 4096);
  module.set(probe);
  module.set([0, 0x80, 0x20], probe.length);
  return module;
}

/** Why it runs, once it has passed the self-test. */
function tested(wasm: Backend, asked: Settings["asked"]): string {
  selfTest(wasm);
  return asked === "auto" ? "the fastest backend with the same bits everywhere" : "asked for";
}

/** Why another backend runs; throws Error where this one was asked for by name. */
function refused(error: unknown, name: WasmName, asked: Settings["asked"]): string {
  const reason = `${name} cannot run here: ${error instanceof Error ? error.message : String(error)}`;
  if (asked !== "auto") throw new Error(`"backend" expected one that runs; ${reason}`, { cause: error });
  return reason;
}
