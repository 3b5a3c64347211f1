import { readFileSync, writeFileSync } from "node:fs";
import { CHARTS, draw } from "./charts.js";
import { page } from "./page.js";
import { withFigures } from "./readme.js";

const root = new URL("../../", import.meta.url);

/** What the committed reports make: the text of each file, by its path. */
export function pages(): Record<string, string> {
  return {
    "docs/performance.md": page(),
    ...Object.fromEntries(Object.entries(CHARTS).map(([name, chart]) => [`docs/performance/${name}.svg`, draw(chart)])),
    "README.md": withFigures(readFileSync(new URL("README.md", root), "utf8")),
  };
}

/** Their paths. */
export function writePages(): string[] {
  const files = Object.entries(pages());
  for (const [path, text] of files) writeFileSync(new URL(path, root), text);
  return files.map(([path]) => path);
}
