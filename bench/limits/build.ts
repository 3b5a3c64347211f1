// What has to be built to be measured.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { build } from "esbuild";
import type { WasmName } from "../../src/backend/instantiate.js";

/** Compiles the module of the limits to build/limits-NAME.wasm; it is no part of the package. */
export async function compile(name: WasmName): Promise<Buffer<ArrayBuffer>> {
  const { error, stderr } = await asc.main(["--baseDir", import.meta.dirname, "--target", name]);
  if (error) throw new Error(stderr.toString(), { cause: error });
  return readFileSync(new URL(`../../build/limits-${name}.wasm`, import.meta.url));
}

export type Library = typeof import("../../src/index.js");

/** The library in one module, as the package has it: calls between its hundred files take V8 up to twice as long. */
export async function packaged(): Promise<Library> {
  const entryPoints = [fileURLToPath(new URL("../../src/index.ts", import.meta.url))];
  const { outputFiles } = await build({ entryPoints, bundle: true, write: false, format: "esm", target: "es2022" });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
