// Measures the functions of rows, some two minutes, and writes docs/accuracy.md. Usage: npm run docs:accuracy
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { accuracy } from "./document.js";
import { measureRows } from "./rows/index.js";

const file = fileURLToPath(new URL("../../docs/accuracy.md", import.meta.url));
await measureRows();
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, await accuracy());
console.log(`wrote ${file}`);
