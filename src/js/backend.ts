import type { Backend, Kernels } from "../contract.js";
import { JsMemory, type Views } from "./memory.js";

/** The kernels as functions of the memory they work on and the parameters of src/contract.ts. */
type OnMemory<F> = F extends (...args: infer A) => infer R ? (m: Views, ...args: A) => R : never;

export type KernelsOnMemory = { readonly [K in keyof Kernels]: OnMemory<Kernels[K]> };

/** These kernels on a memory of their own. Sizes in pages of 64 KiB. */
export function createJsBackend(kernels: KernelsOnMemory, initial: number, maximum: number): Backend {
  const memory = new JsMemory(initial, maximum);
  const bound = Object.entries(kernels).map(([name, kernel]) => [
    name, (kernel as (m: Views, ...args: number[]) => unknown).bind(null, memory),
  ]);
  return { name: "js", kernels: Object.fromEntries(bound) as Kernels, memory, release: () => memory.release() };
}
