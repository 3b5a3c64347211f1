// Compiles the module of the limits to build/limits-NAME.wasm; it is no part of the package.
import { readFileSync } from "node:fs";
import asc from "assemblyscript/asc";
import type { WasmName } from "../../src/wasm/instantiate.js";

export async function compile(name: WasmName): Promise<Buffer<ArrayBuffer>> {
  const { error, stderr } = await asc.main(["--baseDir", import.meta.dirname, "--target", name]);
  if (error) throw new Error(stderr.toString(), { cause: error });
  return readFileSync(new URL(`../../build/limits-${name}.wasm`, import.meta.url));
}
