/**
 * The entry with everything: all functions, layers and optimisers as methods.
 *
 * @module softcell/full
 */
// for Symbol.dispose; users need no such setting of their own
/// <reference lib="esnext.disposable" preserve="true" />
import { FullSoftcell } from "./api/full.js";
import type { Part } from "./parts.js";
import { type InitOptions, type InitSyncOptions, start, startSync } from "./start.js";
import { binary } from "./wasm/binaries/strict.js";

/** All kernels in one. */
const ALL: Part = {
  strict: binary,
  relaxed: () => import("./wasm/binaries/relaxed.js"),
  js: () => import("./js/index.js"),
};

export type { FullSoftcell as Softcell } from "./api/full.js";
export * from "./shared.js";

/**
 * A new instance on a memory of its own. Throws Error where a backend that was asked for by name cannot run here; with
 * "auto" the next one is taken, and `sc.backendReason` says why.
 *
 * @example
 * const sc = await init({ backend: "js", seed: 1 });
 * sc.backend; // js
 */
export async function init(options: InitOptions = {}): Promise<FullSoftcell> {
  return new FullSoftcell(...(await start(options, [ALL])));
}

/**
 * init() where nothing can be awaited, as in an AudioWorklet. The backend "relaxed" needs `module` here, and "js"
 * `twin`; without a twin there is nothing to fall back to, and Error is thrown instead.
 *
 * @example
 * const sc = initSync({ backend: "strict" });
 * sc.softmax(Float32Array.of(1, 1)); // 0.5, 0.5
 */
export function initSync(options: InitSyncOptions = {}): FullSoftcell {
  return new FullSoftcell(...startSync(options, [ALL]));
}
