import { type InitOptions, type InitSyncOptions, start, startSync } from "./backend/start.js";
import { Softcell } from "./memory/softcell.js";

/**
 * A new instance on a memory of its own. Throws Error where a backend that was asked for by name cannot run here; with
 * "auto" the next one is taken, and `sc.backendReason` says why.
 *
 * @example
 * const sc = await init({ backend: "js", seed: 1 });
 * sc.backend; // js
 */
export async function init(options: InitOptions = {}): Promise<Softcell> {
  return new Softcell(...(await start(options)));
}

/**
 * init() where nothing can be awaited, as in an AudioWorklet. The backend "relaxed" needs `module` here, and "js"
 * `fallback`; without a fallback there is nothing to fall back to, and Error is thrown instead.
 *
 * @example
 * const sc = initSync({ backend: "strict" });
 * softmax(sc, [1, 1]); // 0.5, 0.5
 */
export function initSync(options: InitSyncOptions = {}): Softcell {
  return new Softcell(...startSync(options));
}
