import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { html, markdown } from "./blocks.js";
import { drawCharts } from "./charts.js";
import { page } from "./page.js";
import { withFigures } from "./readme.js";
import { readEngines } from "./results.js";

const root = new URL("../../", import.meta.url);

/** What the committed reports make: the text of each file, by its path. */
export function pages(): Record<string, string> {
  const engines = readEngines();
  const charts = drawCharts(engines);
  const blocks = page(engines);
  return {
    "docs/performance.md": markdown(blocks, "performance"),
    "docs/performance/index.html": html("softcell: performance", blocks, charts),
    ...Object.fromEntries(Object.entries(charts).map(([name, svg]) => [`docs/performance/${name}.svg`, svg])),
    "README.md": withFigures(readFileSync(new URL("README.md", root), "utf8"), engines),
  };
}

/** Their paths. */
export function writePages(): string[] {
  const files = pages();
  const folder = new URL("docs/performance/", root);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [path, text] of Object.entries(files)) writeFileSync(new URL(path, root), text);
  return Object.keys(files);
}
