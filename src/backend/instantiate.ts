import { isArrayBuffer } from "../arrays.js";
import * as check from "../check.js";
import type { Backend, Kernels, LinearMemory } from "../contract.js";

export type WasmName = "strict" | "relaxed";
/** A compiled module, or the bytes of one. */
export type WasmSource = WebAssembly.Module | ArrayBuffer | ArrayBufferView<ArrayBuffer>;

// the names, for users whose types have no WebAssembly; they merge with those of who does
declare global {
  namespace WebAssembly {
    interface Module {}
    interface Memory {
      grow(delta: number): number;
    }
  }
}

/** What a module exports. */
export type Exports = Readonly<Record<string, unknown>>;

/** Memories of users that instances have. */
export const taken = /* @__PURE__ */ new WeakSet<object>();

/** A compiled module or bytes, also of another realm. */
export function isSource(value: unknown): value is WasmSource {
  return isModule(value) || isArrayBuffer(value) || ArrayBuffer.isView(value);
}

/** Checks a module of the user. */
export function wasmSource(module: unknown): WasmSource {
  if (isSource(module)) return module;
  throw new TypeError(`"module" expected a WebAssembly.Module or bytes, got ${check.show(module)}`);
}

function isModule(value: unknown): value is WebAssembly.Module {
  try {
    WebAssembly.Module.exports(value as WebAssembly.Module);
    return true;
  } catch {
    return false;
  }
}

/** The exports of a module on a memory. Throws where the engine refuses it. */
export function instantiate(source: WasmSource, memory: WebAssembly.Memory): Exports {
  const module = isModule(source) ? source : new WebAssembly.Module(source as BufferSource);
  return new WebAssembly.Instance(module, { env: { memory } }).exports;
}

/** A backend with these exports, to which others can be linked. */
export function wasmBackend(name: WasmName, exports: Exports, memory: WebAssembly.Memory): Backend {
  const kernels = { ...exports } as unknown as Kernels;
  return {
    name,
    kernels,
    memory: memory as LinearMemory,
    link(module) {
      Object.assign(kernels, instantiate(module, memory));
    },
    release() {
      memory.grow(0);
      taken.delete(memory);
    },
  };
}
