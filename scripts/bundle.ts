// The package's modules in dist/: few, since importing a hundred files takes 70 ms in Node. Names and lines stay, for the
// traces of errors and for the annotations that let bundlers leave out what is not used. tsc writes the types beside them.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Plugin } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = join(root, "dist");
for (const name of readdirSync(outdir)) if (!name.endsWith(".wasm")) rmSync(join(outdir, name), { recursive: true });

/** Modules that are loaded on demand: files of their own, which share no code with the entry, or it would be two files. */
const APART: Record<string, string> = { js: "src/js/index.ts", whole: "src/backend/whole.ts" };

const apart: Plugin = {
  name: "apart",
  setup({ onResolve }) {
    onResolve({ filter: /\/(js\/index|whole)\.js$/ }, ({ path, kind }) => {
      if (kind !== "dynamic-import") return undefined;
      return { path: path.endsWith("whole.js") ? "./whole.js" : "./js.js", external: true };
    });
  },
};

/** Lines of the loader that do something when it is loaded: AudioWorklets have no TextDecoder, and globals stay as they are. */
const EDITS = [
  [
    'const utf16 = new TextDecoder("utf-16le", { fatal: true });',
    'const utf16 = { decode: (text) => new TextDecoder("utf-16le", { fatal: true }).decode(text) };',
  ],
  ["Object.hasOwn = Object.hasOwn || function(obj, prop) {", "function hasOwn(obj, prop) {"],
];

const quietLoader: Plugin = {
  name: "quiet-loader",
  setup({ onLoad }) {
    onLoad({ filter: /@assemblyscript.loader.index\.js$/ }, ({ path }) => {
      const contents = EDITS.reduce(
        (text, [from, to]) => {
          if (!text.includes(from)) throw new Error(`${path} has no line ${from}`);
          return text.replace(from, to);
        },
        readFileSync(path, "utf8"),
      );
      return { contents };
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
const entries: Record<string, string>[] = [
  { index: "src/index.ts" },
  ...Object.entries(APART).map(([name, file]) => ({ [name]: file })),
];
for (const entryPoints of entries) {
  await build({ ...shared, entryPoints, chunkNames: "[name]", plugins: [apart, quietLoader] });
}

for (const name of readdirSync(outdir)) {
  const path = join(outdir, name);
  if (name.endsWith(".map")) writeFileSync(path, withSources(path));
}

/** A source map with the text of what the package has no file for: the loader, and nothing for bytes. */
function withSources(path: string): string {
  const map: { sources: string[]; sourcesContent?: (string | null)[] } = JSON.parse(readFileSync(path, "utf8"));
  const text = (source: string) => (source.includes("/binaries/") ? "" : readFileSync(join(outdir, source), "utf8"));
  const own = (source: string) => source.startsWith("../src/") && !source.includes("/binaries/");
  map.sourcesContent = map.sources.map((source) => (own(source) ? null : text(source)));
  return JSON.stringify(map);
}
