// Asks a worker once and prints its answer. Usage: node serve.mjs WORKER FOLDER, the folder of the .wasm files
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Miniflare } from "miniflare";

const [, , worker, folder] = process.argv;
const wasm = ["strict.wasm", "relaxed.wasm"].map((path) => {
  return { type: "CompiledWasm", path, contents: readFileSync(join(folder, path)) };
});
const modules = [{ type: "ESModule", path: "worker.js", contents: readFileSync(worker, "utf8") }, ...wasm];
const miniflare = new Miniflare({ modules, compatibilityDate: "2026-01-01" });
try {
  const response = await miniflare.dispatchFetch("http://localhost/");
  console.log(await response.text());
} finally {
  await miniflare.dispose();
}
