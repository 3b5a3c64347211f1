// The package's modules in dist/: one for all, since importing a hundred files took 70 ms in Node and one takes 12, and
// one for each binary, loaded when it is chosen. tsc writes the types beside them.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = join(root, "dist");
for (const name of readdirSync(outdir)) if (!name.endsWith(".wasm")) rmSync(join(outdir, name), { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ["src/index.ts", "src/full.ts"],
  outdir,
  bundle: true,
  splitting: true,
  chunkNames: "[name]",
  format: "esm",
  target: "es2022",
  external: ["@assemblyscript/loader"],
  sourcemap: true,
  logLevel: "warning",
});
