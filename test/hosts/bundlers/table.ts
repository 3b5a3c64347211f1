// What is done with each bundler: its own production commands, in a folder with index.html and src/index.js.
export interface Bundler {
  title: string;
  /** Into dist/, for the root of a server. */
  build: string;
  /** Into dist/, for any path, where `build` is not. */
  anywhere?: string;
  /** Serves the sources, and prints its address. */
  develop?: string;
  /** What index.html loads, where that is written by hand beside it. */
  script?: string;
  /** For Node, and the file to run. */
  servers: readonly [command: string, file: string][];
  /** What src/url.js exports, the address of softcell/strict.wasm, and what it imports for that. */
  url: string;
  imports?: string;
  /** What more it needs, and the build with it; by default `anywhere`. */
  needs?: string;
  separate?: string;
}

const URL_OF_PACKAGE = 'new URL("softcell/strict.wasm", import.meta.url)';
/** Rollup knows nothing of such files. */
export const COPY = "a copy of `strict.wasm` beside the bundle";
const ESBUILD = "esbuild src/index.js --bundle --minify";
const ROLLUP = "rollup src/index.js -p node-resolve";
const PARCEL = "parcel build index.html";

export const BUNDLERS: Record<string, Bundler> = {
  vite: {
    title: "Vite",
    build: "vite build",
    anywhere: "vite build --base=./",
    develop: "vite",
    servers: [["vite build --ssr src/index.js --outDir server", "server/index.js"]],
    url: URL_OF_PACKAGE,
  },
  webpack: {
    title: "webpack",
    build: "webpack --mode production",
    script: "main.js",
    servers: [["webpack --mode production --target node -o server", "server/main.js"]],
    url: URL_OF_PACKAGE,
  },
  esbuild: {
    title: "esbuild",
    build: `${ESBUILD} --splitting --format=esm --outdir=dist`,
    script: "index.js",
    servers: [
      [`${ESBUILD} --splitting --format=esm --platform=node --outdir=server`, "server/index.js"],
      [`${ESBUILD} --platform=node --outfile=server/index.cjs`, "server/index.cjs"],
    ],
    imports: 'import file from "softcell/strict.wasm"',
    url: "new URL(file, import.meta.url)",
    needs: "`--loader:.wasm=file`",
    separate: `${ESBUILD} --splitting --format=esm --outdir=dist --loader:.wasm=file`,
  },
  rollup: {
    title: "Rollup",
    build: `${ROLLUP} -p terser -d dist`,
    script: "index.js",
    servers: [
      [`${ROLLUP} -d server`, "server/index.js"],
      [`${ROLLUP} -d server -f cjs --entryFileNames [name].cjs --chunkFileNames [name]-[hash].cjs`, "server/index.cjs"],
    ],
    url: 'new URL("./strict.wasm", import.meta.url)',
    needs: COPY,
  },
  parcel: {
    title: "Parcel",
    build: PARCEL,
    anywhere: `${PARCEL} --public-url ./`,
    servers: [],
    url: 'new URL("npm:softcell/strict.wasm", import.meta.url)',
  },
};
