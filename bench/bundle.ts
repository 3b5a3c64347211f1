// What a page loads: split, bundled and minified as users do it, gzip -9 of each file.
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { type BuildOptions, build, type Metafile } from "esbuild";

export interface Bundle {
  /** Bytes of each file after gzip. */
  sizes: Map<string, number>;
  outputs: Metafile["outputs"];
}

/** Files by their names without a folder; `options` say what is built. */
export async function bundle(options: BuildOptions): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    ...options,
    outdir: "build",
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  const bytes = (contents: Uint8Array) => gzipSync(contents, { level: 9 }).length;
  return {
    sizes: new Map(outputFiles.map(({ path, contents }) => [basename(path), bytes(contents)])),
    outputs: Object.fromEntries(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output])),
  };
}
