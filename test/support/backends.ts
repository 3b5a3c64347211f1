// The backends under test: three binaries and the twin. A backend that this engine cannot run is skipped with its reason.
import { describe } from "vitest";
import { instantiate, wasmBackend } from "../../src/backend/instantiate.js";
import * as parts from "../../src/backend/parts.js";
import { decode } from "../../src/backend/text.js";
import type { Backend } from "../../src/contract.js";
import { fallback } from "../../src/js/index.js";
import { binary } from "./binaries.js";

export { binary };

export type Target = "debug" | "strict" | "relaxed" | "js";
/** `parts`: strict as the package loads it, all its parts on one memory. */
export type KernelTarget = Target | "parts";

/** A new backend on a memory of its own. debug has the arithmetic of strict, and its name. */
export function create(target: KernelTarget, initial = 16, maximum = 1024): Backend {
  if (target === "js") return fallback(initial, maximum);
  const memory = new WebAssembly.Memory({ initial, maximum });
  if (target === "parts") {
    const [probe, ...others] = Object.values(parts).map(({ text }) => decode(text));
    const backend = wasmBackend("strict", instantiate(probe, memory), memory);
    for (const module of others) backend.link?.(module);
    return backend;
  }
  return wasmBackend(target === "relaxed" ? "relaxed" : "strict", instantiate(binary(target), memory), memory);
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
