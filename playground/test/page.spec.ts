// The built page in real browsers: npm run playground:test.
import { readFileSync } from "node:fs";
import axe from "axe-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FINGERPRINT } from "../../examples/dinosaurs/fingerprint.js";
import { type Browser, browsers, fileOf, type Look, launch, type Page, until } from "./browsers.js";
import { type Site, serve } from "./site.js";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

/** Of softmax, in float32: 4 units in the last place of at most 2^-23. */
const SOFTMAX_ERROR = 4 * 2 ** -23;

/** The cells of a table without its head. */
const cells = (page: Page, id: string) =>
  page.evaluate(
    (body: string) =>
      [...document.querySelectorAll(`#${body} tr`)].map((row) =>
        [...row.children].map((cell) => cell.textContent ?? ""),
      ),
    id,
  );

const textOf = (page: Page, selector: string) =>
  page.evaluate((of: string) => document.querySelector(of)?.textContent ?? "", selector);

describe.each(browsers)("%s", (name) => {
  const file = fileOf(name);
  if (!file && process.env.CI) throw new Error(`${name} is not installed`);

  describe.skipIf(!file)(file ?? `${name} is not installed`, () => {
    let site: Site;
    let browser: Browser;

    beforeAll(async () => {
      site = await serve();
      browser = await launch(name);
    });
    afterAll(async () => {
      await browser?.close();
      site?.close();
    });

    /** The page once its backends and its softmax are there. */
    async function open(look?: Look): Promise<Page> {
      const page = await browser.open(look);
      await page.goto(site.url);
      await until(page, () => document.querySelectorAll("#backend-facts dd, #softmax-rows tr").length === 10);
      return page;
    }

    test("shows the backends, with the same bits, and versions", async () => {
      const page = await open();
      const rows = await cells(page, "backend-rows");
      expect(rows.map(([backend]) => backend)).toEqual(["strict", "relaxed", "js"]);
      for (const [backend, here, results] of rows) {
        if (backend === "relaxed") continue; // its bits, and whether it runs, depend on the processor
        expect(here).toMatch(/^runs, self-test passed/);
        expect(results).toMatch(/^[\d,]+ results, same bits$/);
      }
      expect(await textOf(page, "#backend-chosen")).toBe(
        "init() takes strict here: the fastest backend with the same bits everywhere.",
      );
      expect(await textOf(page, "#backend-facts")).toContain(`softcell${version}browserMozilla`);
    });

    test("softmax: large logits overflow naively, and keep their digits here", async () => {
      const page = await open();
      await page.click("#preset-large");
      const rows = await cells(page, "softmax-rows");
      expect(rows).toHaveLength(5);
      for (const [, , naive, safe, ours] of rows) {
        expect(naive).toMatch(/^(NaN|0)$/);
        for (const text of [safe, ours]) expect(text).toMatch(/^exact$|^off by /);
        expect(Number(ours.replace("off by ", "").replace("exact", "0"))).toBeLessThanOrEqual(SOFTMAX_ERROR);
      }
      expect(await page.evaluate(() => document.querySelectorAll("#softmax svg[role=img]").length)).toBe(3);
    });

    test("a slider moves by the keyboard, and says its value", async () => {
      const page = await open();
      const [before, after] = ["3", "3.25"];
      const said = () => page.evaluate(() => document.querySelector("#logits input")?.getAttribute("aria-valuetext"));
      expect(await said()).toBe(before);
      await page.focus("#logits input");
      await page.press("ArrowRight");
      expect(await said()).toBe(after);
      expect(await textOf(page, "#logits .value")).toBe(after);
    });

    test("trains by the keyboard to the recorded weights, with pauses", async () => {
      const page = await open();
      const step = () => page.evaluate(() => document.querySelector<HTMLProgressElement>("#training-progress")?.value);
      await page.focus("#training-run");
      await page.press("Enter");
      await until(page, () => Number(document.querySelector<HTMLProgressElement>("#training-progress")?.value) > 5);
      await page.press("Enter");
      await until(page, () => /^Paused/.test(document.querySelector("#training-status")?.textContent ?? ""));
      // the slice that was under way ends
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const paused = Number(await step());
      await page.click("#training-step");
      await until(page, () => document.querySelectorAll("#gates:not([hidden]) canvas").length === 4);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      expect(await step()).toBe(paused + 1);
      await page.click("#training-run");
      await until(page, () => !document.querySelector<HTMLElement>("#fingerprints")?.hidden, 90);
      expect(await textOf(page, "#fingerprint-got")).toBe(FINGERPRINT);
      expect(await textOf(page, "#training-status")).toMatch(/^Done\. Held-out loss 1\.619 nats a character/);
      const names = await page.evaluate(() => [...document.querySelectorAll("#names li")].map((li) => li.textContent));
      expect(names).toHaveLength(11);
      expect(names[0]).toMatch(/^After 500 steps: (\w+, ){5}\w+$/);
      expect(names[10]).toMatch(/^Untrained: /);
    });

    test("draws the gates of the name that is typed", async () => {
      const page = await open();
      await page.click("#training-step");
      await until(page, () => document.querySelectorAll("#gate-letters tr").length === 13);
      await page.evaluate(() => {
        const word = document.querySelector<HTMLInputElement>("#word");
        if (word) word.value = "T. rex";
        word?.dispatchEvent(new Event("input"));
      });
      await until(page, () => document.querySelectorAll("#gate-letters tr").length === 5);
      expect((await cells(page, "gate-letters")).map(([letter]) => letter)).toEqual(["start", "t", "r", "e", "x"]);
      const label = await page.evaluate(() => document.querySelector("#gate-1")?.getAttribute("aria-label"));
      expect(label).toBe('forget gate of 128 units while "trex" is read');
      const colors = await page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>("#gate-1");
        const data = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        return new Set(new Uint32Array(Uint8Array.from(data).buffer)).size;
      });
      expect(colors).toBeGreaterThan(10);
    });

    test("measures, and has the report for download", async () => {
      const page = await open();
      await page.evaluate(() => {
        const create = URL.createObjectURL;
        URL.createObjectURL = (blob: Blob) => {
          void blob.text().then((text) => Object.assign(globalThis, { saved: text }));
          return create(blob);
        };
      });
      await page.click("#benchmark-run");
      await until(page, () => /^Done/.test(document.querySelector("#benchmark-status")?.textContent ?? ""), 110);
      expect(await textOf(page, "#benchmark-status")).not.toContain("WRONG");
      await page.click("#benchmark-save");
      const report = JSON.parse(await until(page, () => (globalThis as unknown as { saved?: string }).saved ?? ""));
      const cases = new Map<string, string[]>();
      for (const { name, variant, median } of report.measurements) {
        cases.set(name, [...(cases.get(name) ?? []), variant]);
        expect(median).toBeGreaterThan(0);
      }
      expect([...cases.keys()]).toHaveLength(5);
      for (const variants of cases.values())
        expect(variants).toEqual(expect.arrayContaining(["strict", "twin", "plain"]));
      expect(report.environment).toMatchObject({ softcell: version, isolated: false });
      expect(await page.evaluate(() => document.querySelectorAll("#benchmark-rows tr").length)).toBe(
        report.measurements.length,
      );
    });

    const looks: [string, Look][] = [
      ["wide, light", {}],
      ["phone, light", { width: 320, height: 640 }],
      ...(name === "Chromium" ? [["phone, dark", { scheme: "dark", width: 320, height: 640 }] as [string, Look]] : []),
    ];

    test.each(looks)("%s: accessible, no wider than the window, nothing from elsewhere", async (_, look) => {
      const page = await open(look);
      await page.click("#training-step");
      await until(page, () => document.querySelectorAll("#gates:not([hidden]) canvas").length === 4);
      const wide = await page.evaluate(() =>
        [...document.querySelectorAll("body *")]
          .filter((element) => !element.closest(".scroll") && element.getBoundingClientRect().right > window.innerWidth)
          .map((element) => element.outerHTML.slice(0, 120)),
      );
      expect(wide).toEqual([]);
      await page.evaluate(axe.source);
      const violations = await page.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
      });
      expect(violations).toEqual([]);
      const elsewhere = page.requests.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(site.url));
      expect(elsewhere).toEqual([]);
      expect(page.errors).toEqual([]);
    });
  });
});
