// The pictures of the README, from the built page in Chromium: npm run playground:pictures.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launch, until } from "./browsers.js";
import { serve } from "./site.js";

const folder = fileURLToPath(new URL("../../docs/playground/", import.meta.url));

mkdirSync(folder, { recursive: true });
const site = await serve();
const browser = await launch("Chromium");
try {
  for (const scheme of ["light", "dark"] as const) {
    const page = await browser.open({ scheme, width: 1000, height: 1310 });
    await page.goto(site.url);
    await until(page, () => document.querySelector("#softmax-rows td") !== null);
    await page.click("#training-run");
    await until(page, () => document.querySelector<HTMLElement>("#fingerprints")?.hidden === false);
    await page.evaluate(() => document.getElementById("dinosaurs")?.scrollIntoView());
    await page.screenshot(`${folder}dinosaurs-${scheme}.png`);
  }
} finally {
  await browser.close();
  site.close();
}
