// The backends under test: three binaries and the twin. A backend that this engine cannot run is skipped with its reason.
import { describe } from "vitest";
import type { Backend } from "../src/contract.js";
import { twin } from "../src/js/index.js";
import { createWasmBackendSync } from "../src/wasm/instantiate.js";
import { binary } from "./binaries.js";

export { binary };

export type Target = "debug" | "strict" | "relaxed" | "js";
/** `parts`: the kernels of rows and those of layers, strict, two modules on one memory. */
export type KernelTarget = Target | "parts";

/** A new backend on a memory of its own. debug has the arithmetic of strict, and its name. */
export function create(target: KernelTarget, initial = 16, maximum = 1024): Backend {
  if (target === "js") return twin(initial, maximum);
  if (target === "parts") {
    const backend = createWasmBackendSync("strict", binary("rows-strict"), initial, maximum, [
      () => binary("layers-strict"),
    ]);
    backend.link?.();
    return backend;
  }
  const bytes = binary(target);
  return createWasmBackendSync(target === "relaxed" ? "relaxed" : "strict", bytes, initial, maximum);
}

/** Why a target cannot run here, or undefined. */
export function missing(target: Target): string | undefined {
  try {
    create(target);
    return undefined;
  } catch (error) {
    // in continuous integration nothing may be missing
    const known = target === "relaxed" && error instanceof WebAssembly.CompileError && !process.env.CI;
    if (known) return "this engine has no relaxed SIMD";
    throw error;
  }
}

/** describe() for each target; one that cannot run is shown as skipped, with the reason. */
export function describeEach(targets: Target[], suite: (target: Target) => void): void {
  for (const target of targets) {
    const reason = missing(target);
    if (reason) describe.skip(`${target}: skipped, ${reason}`, () => suite(target));
    else describe(target, () => suite(target));
  }
}
