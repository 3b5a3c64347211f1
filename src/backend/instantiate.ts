import { instantiate, instantiateSync } from "@assemblyscript/loader";
import { isArrayBuffer } from "../arrays.js";
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

/** Memories of users that instances have. */
export const taken = /* @__PURE__ */ new WeakSet<object>();

/** A WebAssembly backend on a memory. Throws where the engine refuses the module. */
export function createWasmBackend(name: WasmName, source: WasmSource, memory: WebAssembly.Memory): Backend {
  return backendOf(name, memory, instantiateSync(source, { env: { memory } }).instance);
}

/**
 * The same where the main thread of Chrome before 115 compiles no more than 4 KiB at once. It takes 1 ms more in Node, and
 * the function of the loader, which looks for Response, 20 ms.
 */
export async function compileWasmBackend(
  name: WasmName,
  source: WasmSource,
  memory: WebAssembly.Memory,
): Promise<Backend> {
  const bytes = isArrayBuffer(source) || ArrayBuffer.isView(source);
  const module = bytes ? await WebAssembly.compile(source as BufferSource) : source;
  return backendOf(name, memory, (await instantiate(module, { env: { memory } })).instance);
}

function backendOf(name: WasmName, memory: WebAssembly.Memory, instance: WebAssembly.Instance): Backend {
  // not `exports` of the loader, which wraps every function
  const kernels = { ...instance.exports } as unknown as Kernels;
  return {
    name,
    kernels,
    memory: memory as LinearMemory,
    link(source) {
      Object.assign(kernels, instantiateSync(source, { env: { memory } }).instance.exports);
    },
    release() {
      memory.grow(0);
      taken.delete(memory);
    },
  };
}
