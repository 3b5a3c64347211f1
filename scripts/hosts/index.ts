// Writes docs/hosts.md from test/hosts/results. Usage: npm run docs:hosts
import { writeFileSync } from "node:fs";
import { page, readRows } from "./page.js";

writeFileSync(new URL("../../docs/hosts.md", import.meta.url), page(readRows()));
console.log("wrote docs/hosts.md");
