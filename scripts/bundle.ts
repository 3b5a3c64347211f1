// The package's modules in dist/: few, since importing a hundred files takes 70 ms in Node. Names and lines stay, for the
// traces of errors and for the annotations that let bundlers leave out what is not used. tsc writes the types beside them.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Plugin } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = join(root, "dist");
for (const name of readdirSync(outdir)) if (!name.endsWith(".wasm")) rmSync(join(outdir, name), { recursive: true });

/** The modules of the twin that are loaded alone, by their names in dist/. */
const TWIN: Record<string, string> = {
  js: "src/js/index.ts",
  "js-backend": "src/js/backend.ts",
  "js-layers": "src/js/parts/layers.ts",
  "js-rows": "src/js/parts/rows.ts",
};

/** The entries share no code with the twin: a constant in both is no reason for one file more. */
const twinApart: Plugin = {
  name: "twin-apart",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/js\// }, ({ path, kind }) => {
      const found = Object.entries(TWIN).find(([, file]) => file === path.replace("./", "src/").replace(".js", ".ts"));
      return kind === "dynamic-import" && found ? { path: `./${found[0]}.js`, external: true } : undefined;
    });
  },
};

const shared: BuildOptions = {
  absWorkingDir: root,
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  sourcemap: true,
  sourcesContent: false, // src/ is in the package
  logLevel: "warning",
};
const entries = { index: "src/index.ts", full: "src/full.ts" };
await build({ ...shared, entryPoints: entries, chunkNames: "[name]", plugins: [twinApart] });
await build({ ...shared, entryPoints: TWIN, chunkNames: "js-[hash]" });
