// What has to be built to be measured.
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import asc from "assemblyscript/asc";
import { build, type Plugin } from "esbuild";
import type { WasmName } from "../../src/backend/instantiate.js";

/** Compiles the module of the limits to build/limits-NAME.wasm; it is no part of the package. */
export async function compile(name: WasmName): Promise<Buffer<ArrayBuffer>> {
  const { error, stderr } = await asc.main(["--baseDir", import.meta.dirname, "--target", name]);
  if (error) throw new Error(stderr.toString(), { cause: error });
  return readFileSync(new URL(`../../build/limits-${name}.wasm`, import.meta.url));
}

/** import.meta of a file stays its own in a bundle. */
const inPlace: Plugin = {
  name: "in-place",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const own: Record<string, string> = { url: pathToFileURL(path).href, dirname: dirname(path) };
      const text = readFileSync(path, "utf8");
      const contents = text.replace(/import\.meta\.(url|dirname)/g, (_, name) => JSON.stringify(own[name]));
      return { contents, loader: "ts" };
    });
  },
};

/** A program and the library in one module, as in an application: calls between a hundred files take V8 up to twice as long. */
export async function bundled(program: string, outfile: string): Promise<void> {
  const options = { bundle: true, platform: "node", packages: "external", format: "esm", target: "es2022" } as const;
  await build({ ...options, entryPoints: [program], outfile, plugins: [inPlace] });
}
