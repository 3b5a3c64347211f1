import { instantiate, instantiateSync } from "@assemblyscript/loader";
import type { Backend, Kernels, LinearMemory } from "../contract.js";

export type WasmName = "strict" | "relaxed";
/** A compiled module, or the bytes of one. */
export type WasmSource = WebAssembly.Module | ArrayBuffer | ArrayBufferView<ArrayBuffer>;

// the name, for users whose types have no WebAssembly; it merges with that of those who do
declare global {
  namespace WebAssembly {
    interface Module {}
  }
}

/** A WebAssembly backend on a memory of its own. Sizes in pages of 64 KiB. Throws where the engine refuses. */
export async function createWasmBackend(
  name: WasmName,
  source: WasmSource,
  initial: number,
  maximum: number,
): Promise<Backend> {
  const module = source instanceof WebAssembly.Module ? source : await WebAssembly.compile(source);
  try {
    return createWasmBackendSync(name, module, initial, maximum);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Chrome before 115 refuses it on the main thread. The asynchronous form looks for Response: 20 ms in Node
    const memory = new WebAssembly.Memory({ initial, maximum });
    return backend(name, (await instantiate(module, { env: { memory } })).instance, memory);
  }
}

export function createWasmBackendSync(name: WasmName, source: WasmSource, initial: number, maximum: number): Backend {
  const memory = new WebAssembly.Memory({ initial, maximum });
  // not `exports` of the loader, which wraps every function
  return backend(name, instantiateSync(source, { env: { memory } }).instance, memory);
}

function backend(name: WasmName, instance: WebAssembly.Instance, memory: WebAssembly.Memory): Backend {
  return { name, kernels: instance.exports as unknown as Kernels, memory: memory as LinearMemory };
}
