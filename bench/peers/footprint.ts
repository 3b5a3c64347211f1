// What a page fetches before its first softmax: the programs of first/, bundled and minified, and the WebAssembly beside
// them; gzip -9 of each file.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { bundle } from "../bundle.js";
import { exactly, type Measurement } from "../schema.js";
import { FOOTPRINT } from "./targets.js";

interface Page {
  /** Chunks that are not fetched, of other backends: an input of each. */
  unused?: RegExp;
  /** Files beside the bundle. */
  assets?: string[];
}

/** Of softcell: the kernels of a softmax in strict are in the entry, whole binaries and the fallback are loaded on demand. */
const OTHER_BACKENDS = /dist\/(?:strict|relaxed|whole|js(?:-[\w-]+)?)\.js$/;

const PAGES: Record<string, Page> = {
  softcell: { unused: OTHER_BACKENDS },
  "tfjs-wasm": { assets: ["@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm"] },
  "tfjs-cpu": {},
  "jax-js": { unused: /webgpu|webgl/ },
  "onnxruntime-web": { assets: ["onnxruntime-web/dist/ort-wasm-simd-threaded.wasm"] },
};

const gzip = (bytes: Uint8Array): number => gzipSync(bytes, { level: 9 }).length;

/** In all, and what is JavaScript and WebAssembly of it. */
export async function footprint(variant: string): Promise<Measurement[]> {
  const { unused, assets = [] } = PAGES[variant];
  const scripts = Object.values(await filesOf(variant, unused));
  const binaries = assets.map((asset) => gzip(readFileSync(new URL(`node_modules/${asset}`, import.meta.url))));
  const parts = { total: [...scripts, ...binaries], JavaScript: scripts, WebAssembly: binaries };
  const used = Object.entries(parts).filter(([, sizes]) => sizes.length);
  return used.map(([name, sizes]) => {
    const bytes = sizes.reduce((a, b) => a + b);
    return { section: FOOTPRINT, name, size: "", variant, ...exactly("bytes", bytes) };
  });
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
