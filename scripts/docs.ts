// Draws the pictures of the guide: docs/pictures/*.ts => docs/images/*.svg. Usage: tsx scripts/docs.ts
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { init, type Softcell } from "softcell";
import { type Picture, render, THEMES } from "../docs/pictures/plot.js";

const docs = new URL("../docs/", import.meta.url);

interface Module {
  pictures(sc: Softcell): Record<string, Picture>;
}

/** All pictures in all themes, by file name. */
export async function drawAll(): Promise<Record<string, string>> {
  const drawn: Record<string, string> = {};
  for (const file of readdirSync(new URL("pictures/", docs)).filter((name) => name !== "plot.ts")) {
    const { pictures }: Module = await import(new URL(`pictures/${file}`, docs).href);
    for (const [name, picture] of Object.entries(pictures(await init()))) {
      for (const theme of THEMES) drawn[`${name}-${theme.name}.svg`] = render(picture, theme);
    }
  }
  return drawn;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = new URL("images/", docs);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [name, svg] of Object.entries(await drawAll())) writeFileSync(new URL(name, folder), svg);
}
