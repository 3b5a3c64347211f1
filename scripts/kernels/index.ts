// Writes docs/kernels.md from src/contract and the binary. Usage: npm run docs:kernels
import { writeFileSync } from "node:fs";
import { kernels } from "./document.js";

writeFileSync(new URL("../../docs/kernels.md", import.meta.url), kernels());
console.log("wrote docs/kernels.md");
