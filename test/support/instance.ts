// Instances for the tests of the public interface, and what they look at behind it.
import { type Floats, type InitSyncOptions, initSync, type Softcell, tensor } from "../../src/index.js";
import { fallback } from "../../src/js/index.js";
import type { Heap } from "../../src/memory/heap.js";
import type { Piece } from "../../src/memory/piece.js";
import { binary, type Target } from "./backends.js";

const modules = new Map<Target, WebAssembly.Module>();

/** The kernels of a target, compiled once. */
function moduleOf(target: Target): WebAssembly.Module | undefined {
  if (target === "js") return undefined;
  const module = modules.get(target) ?? new WebAssembly.Module(binary(target));
  modules.set(target, module);
  return module;
}

/** An instance without waiting. */
export function open(target: Target, options: InitSyncOptions = {}): Softcell {
  const backend = target === "debug" ? "strict" : target;
  return initSync({ backend, module: moduleOf(target), fallback, ...options });
}

export function heapOf(sc: Softcell): Heap {
  return Reflect.get(sc, "heap");
}

/** What lies in the heap, and which of it is scratch. */
export function piecesOf(sc: Softcell): { pieces: ReadonlySet<Piece>; scratch: Piece } {
  const heap = heapOf(sc);
  return { pieces: Reflect.get(heap, "pieces"), scratch: Reflect.get(heap, "spare") };
}

/** A copy of the whole linear memory. */
export function image(sc: Softcell): Uint8Array {
  return new Uint8Array(heapOf(sc).buffer).slice();
}

/** The calls of kernels that `run` makes: their names, each with its arguments. */
export function callsIn(sc: Softcell, run: () => void): [name: string, ...args: number[]][] {
  const heap = heapOf(sc);
  const { kernels } = heap;
  const calls: [name: string, ...args: number[]][] = [];
  heap.kernels = new Proxy(kernels, {
    get(_, name: keyof typeof kernels) {
      const kernel = kernels[name];
      // one of a part that is not loaded yet is missing here, too
      if (!kernel) return kernel;
      return (...args: number[]) => {
        calls.push([name, ...args]);
        return Reflect.apply(kernel, undefined, args);
      };
    },
  });
  run();
  heap.kernels = kernels;
  return calls;
}

/** Takes all that is free, and then a page more. */
export function grow(sc: Softcell): void {
  const { total } = sc.memoryUsage;
  while (sc.memoryUsage.total === total) tensor(sc, [4096]);
}

export function bits(x: Floats): Uint32Array {
  const copy = (x instanceof Float32Array ? x : x.data).slice();
  return new Uint32Array(copy.buffer);
}

/** Where the bits of two arrays differ first, or -1: for long ones, whose difference is slow to print. */
export function difference(got: Floats, expected: Floats): number {
  const [a, b] = [bits(got), bits(expected)];
  return a.length === b.length ? a.findIndex((v, i) => v !== b[i]) : Math.min(a.length, b.length);
}
