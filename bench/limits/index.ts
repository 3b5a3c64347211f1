// npm run bench:limits -- [--filter TEXT] [--json FILE] [--quick]
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundled } from "./build.js";

const outfile = fileURLToPath(new URL("../../build/bench/limits.mjs", import.meta.url));
await bundled(fileURLToPath(new URL("program.ts", import.meta.url)), outfile);
await import(pathToFileURL(outfile).href);
