// What a page fetches before its first softmax: the programs of first/, bundled and minified, and the WebAssembly beside
// them; gzip -9 of each file.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
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
  "softcell-full": { unused: OTHER_BACKENDS },
  "tfjs-wasm": { assets: ["@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm"] },
  "tfjs-cpu": {},
  "jax-js": { unused: /webgpu|webgl/ },
  "onnxruntime-web": { assets: ["onnxruntime-web/dist/ort-wasm-simd-threaded.wasm"] },
};

const gzip = (bytes: Uint8Array): number => gzipSync(bytes, { level: 9 }).length;

export async function footprint(name: string): Promise<Footprint> {
  const { unused, assets = [] } = PAGES[name];
  const files = await bundle(name, unused);
  for (const asset of assets) {
    files[basename(asset)] = gzip(readFileSync(new URL(`node_modules/${asset}`, import.meta.url)));
  }
  return { name, files, total: Object.values(files).reduce((a, b) => a + b) };
}

export const pages = Object.keys(PAGES);

async function bundle(name: string, unused: RegExp | undefined): Promise<Record<string, number>> {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL(`first/${name}.js`, import.meta.url))],
    absWorkingDir: import.meta.dirname,
    outdir: "build",
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2022",
    logLevel: "error",
    external: ["worker_threads", "perf_hooks", "module", "node:*"],
  });
  const used = outputFiles.filter(({ path }) => {
    const output = Object.entries(metafile.outputs).find(([file]) => path.endsWith(file))?.[1];
    return !Object.keys(output?.inputs ?? {}).some((input) => unused?.test(input));
  });
  if (unused && used.length === outputFiles.length) throw new Error(`${name}: no chunk has ${unused}`);
  return Object.fromEntries(used.map(({ path, contents }) => [basename(path), gzip(contents)]));
}
