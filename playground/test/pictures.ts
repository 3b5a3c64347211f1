// The pictures of the README, from the built page in Chromium: npm run playground:pictures.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launch, type Page, until } from "./browsers.js";
import { serve } from "./site.js";

const folder = fileURLToPath(new URL("../../docs/playground/", import.meta.url));

/** A section, with what has to happen in it before. */
const PICTURES: Record<string, { height: number; prepare(page: Page): Promise<unknown> }> = {
  softmax: { height: 1130, prepare: (page) => page.click("#preset-cold") },
  dinosaurs: {
    height: 1130,
    async prepare(page) {
      await page.click("#training-run");
      await until(page, () => document.querySelector<HTMLElement>("#fingerprints")?.hidden === false);
    },
  },
};

mkdirSync(folder, { recursive: true });
const site = await serve();
const browser = await launch("Chromium");
try {
  for (const scheme of ["light", "dark"] as const) {
    for (const [section, { height, prepare }] of Object.entries(PICTURES)) {
      const page = await browser.open({ scheme, width: 1000, height });
      await page.goto(site.url);
      await until(page, () => document.querySelector("#softmax-rows td") !== null);
      await prepare(page);
      await page.evaluate((id: string) => document.getElementById(id)?.scrollIntoView(), section);
      await page.screenshot(`${folder}${section}-${scheme}.png`);
    }
  }
} finally {
  await browser.close();
  site.close();
}
