// Kernels come by parts: init() of the lean entry has those of rows, and those of layers only where a layer is imported.
// Those of `strict` are in the code that needs them, so that nothing has to be loaded for a first result; the others are
// modules of their own, loaded by who wants them.
import type { KernelsOnMemory } from "./js/backend.js";
import { binary as layers } from "./wasm/binaries/layers-strict.js";
import { binary as rows } from "./wasm/binaries/rows-strict.js";

export interface Part {
  strict: string;
  relaxed(): Promise<{ binary: string }>;
  js(): Promise<{ kernels: Partial<KernelsOnMemory> }>;
}

export const ROWS: Part = {
  strict: rows,
  relaxed: () => import("./wasm/binaries/rows-relaxed.js"),
  js: () => import("./js/parts/rows.js"),
};

export const LAYERS: Part = {
  strict: layers,
  relaxed: () => import("./wasm/binaries/layers-relaxed.js"),
  js: () => import("./js/parts/layers.js"),
};

/** What the lean entry has. */
export const wanted = new Set([ROWS]);
