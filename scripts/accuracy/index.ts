// Writes docs/accuracy.md. Usage: npm run docs:accuracy
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { accuracy } from "./document.js";

const file = fileURLToPath(new URL("../../docs/accuracy.md", import.meta.url));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, await accuracy());
console.log(`wrote ${file}`);
