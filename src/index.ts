/**
 * The lean entry: functions of rows as methods, layers and optimisers as functions of the instance.
 *
 * @module softcell
 */
// for Symbol.dispose; users need no such setting of their own
/// <reference lib="esnext.disposable" preserve="true" />
// biome-ignore assist/source/organizeImports: gzip makes 0.3 KB less of digits that lie before the code
import { wanted } from "./parts.js";
import { Softcell } from "./api/softcell.js";
import { type InitOptions, type InitSyncOptions, start, startSync } from "./start.js";

export type { Softcell } from "./api/softcell.js";
export * from "./shared.js";

/**
 * A new instance on a memory of its own. Throws Error where a backend that was asked for by name cannot run here; with
 * "auto" the next one is taken, and `sc.backendReason` says why.
 *
 * @example
 * const sc = await init({ backend: "js", seed: 1 });
 * sc.backend; // js
 */
export async function init(options: InitOptions = {}): Promise<Softcell> {
  return new Softcell(...(await start(options, [...wanted])));
}

/**
 * init() where nothing can be awaited, as in an AudioWorklet. The backend "relaxed" needs `module` here, and "js"
 * `twin`; without a twin there is nothing to fall back to, and Error is thrown instead.
 *
 * @example
 * const sc = initSync({ backend: "strict" });
 * sc.softmax(Float32Array.of(1, 1)); // 0.5, 0.5
 */
export function initSync(options: InitSyncOptions = {}): Softcell {
  return new Softcell(...startSync(options, [...wanted]));
}
