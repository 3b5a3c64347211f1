import { instantiate, instantiateSync } from "@assemblyscript/loader";
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

/** Gives a module when its kernels are needed. */
export type Later = () => WasmSource;

/**
 * A WebAssembly backend on a memory of its own, or on that of a user. Sizes in pages of 64 KiB. Throws where the engine
 * refuses. What is for `later` is compiled by link(): a first softmax does without.
 */
export async function createWasmBackend(
  name: WasmName,
  source: WasmSource,
  initial: number,
  maximum: number,
  later: readonly Later[] = [],
  memory = new WebAssembly.Memory({ initial, maximum }),
): Promise<Backend> {
  try {
    return createWasmBackendSync(name, source, initial, maximum, later, memory);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Chrome before 115 refuses it on the main thread. The asynchronous forms take 1 ms more in Node, and that of the
    // loader, which looks for Response, 20 ms
    const modules = await Promise.all([source, ...later.map((each) => each())].map(compiled));
    const instances = modules.map(async (each) => (await instantiate(each, { env: { memory } })).instance);
    return { name, kernels: kernelsOf(await Promise.all(instances)), ...released(memory) };
  }
}

export function createWasmBackendSync(
  name: WasmName,
  source: WasmSource,
  initial: number,
  maximum: number,
  later: readonly Later[] = [],
  memory = new WebAssembly.Memory({ initial, maximum }),
): Backend {
  const instance = (from: WasmSource) => instantiateSync(from, { env: { memory } }).instance;
  const kernels = kernelsOf([instance(source)]);
  const waiting = [...later];
  const link = () => void Object.assign(kernels, kernelsOf(waiting.splice(0).map((each) => instance(each()))));
  return { name, kernels, ...released(memory), link };
}

const released = (memory: WebAssembly.Memory) => ({
  memory: memory as LinearMemory,
  release(): void {
    memory.grow(0);
    taken.delete(memory);
  },
});

async function compiled(source: WasmSource): Promise<WebAssembly.Module> {
  return source instanceof WebAssembly.Module ? source : WebAssembly.compile(source);
}

/** All of them. Not `exports` of the loader, which wraps every function. */
function kernelsOf(instances: readonly WebAssembly.Instance[]): Kernels {
  return Object.assign({}, ...instances.map(({ exports }) => exports));
}
