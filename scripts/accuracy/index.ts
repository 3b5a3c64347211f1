// Measures the functions of rows, some two minutes, and writes docs/accuracy.md.
// Usage: npm run docs:accuracy [-- --recorded], which takes the last figures of rows instead
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { accuracy } from "./document.js";
import { measureRows } from "./rows/index.js";

const file = fileURLToPath(new URL("../../docs/accuracy.md", import.meta.url));
if (!parseArgs({ options: { recorded: { type: "boolean" } } }).values.recorded) await measureRows();
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, await accuracy());
console.log(`wrote ${file}`);
