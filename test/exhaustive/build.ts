// Compiles the truth of the sweep, which is no part of the package.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const folder = fileURLToPath(new URL("truth", import.meta.url));
const file = fileURLToPath(new URL("../../build/truth.wasm", import.meta.url));

export async function buildTruth(): Promise<WebAssembly.Module> {
  const options = ["--baseDir", folder, "--config", "asconfig.json", "--outFile", file];
  const { error, stderr } = await asc.main(options);
  if (error) throw new Error(stderr.toString(), { cause: error });
  return new WebAssembly.Module(readFileSync(file));
}
