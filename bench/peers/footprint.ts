// What a page fetches before its first softmax: the programs of first/, bundled and minified, and the WebAssembly beside
// them; gzip -9 of each file.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { bundle } from "../bundle.js";
import type { Footprint } from "./results.js";

interface Page {
  /** Chunks that are not fetched, of other backends: an input of each. */
  unused?: RegExp;
  /** Files beside the bundle. */
  assets?: string[];
}

/** Of softcell: strict is in the entry. */
const OTHER_BACKENDS = /dist\/(?:[\w-]*relaxed|js(?:-[\w-]+)?)\.js$/;

const PAGES: Record<string, Page> = {
  softcell: { unused: OTHER_BACKENDS },
  "tfjs-wasm": { assets: ["@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm"] },
  "tfjs-cpu": {},
  "jax-js": { unused: /webgpu|webgl/ },
  "onnxruntime-web": { assets: ["onnxruntime-web/dist/ort-wasm-simd-threaded.wasm"] },
};

const gzip = (bytes: Uint8Array): number => gzipSync(bytes, { level: 9 }).length;

export async function footprint(name: string): Promise<Footprint> {
  const { unused, assets = [] } = PAGES[name];
  const files = await filesOf(name, unused);
  for (const asset of assets) {
    files[basename(asset)] = gzip(readFileSync(new URL(`node_modules/${asset}`, import.meta.url)));
  }
  return { name, files, total: Object.values(files).reduce((a, b) => a + b) };
}

export const pages = Object.keys(PAGES);

async function filesOf(name: string, unused: RegExp | undefined): Promise<Record<string, number>> {
  const { sizes, outputs } = await bundle({
    entryPoints: [fileURLToPath(new URL(`first/${name}.js`, import.meta.url))],
    absWorkingDir: import.meta.dirname,
    external: ["worker_threads", "perf_hooks", "module", "node:*"],
  });
  const used = [...sizes].filter(([file]) => !Object.keys(outputs[file].inputs).some((input) => unused?.test(input)));
  if (unused && used.length === sizes.size) throw new Error(`${name}: no chunk has ${unused}`);
  return Object.fromEntries(used);
}
