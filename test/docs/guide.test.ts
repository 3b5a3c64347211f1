// The guide: its code prints what its comments say, its pictures are those that its code draws, what it names is there.
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { THEMES } from "../../docs/pictures/plot.js";
import { drawAll } from "../../scripts/docs.js";
import * as softcell from "../../src/index.js";
import { fallback } from "../../src/js/index.js";
import { agrees, codeIn, promisesIn, runAll } from "../support/snippets.js";

const docs = new URL("../../docs/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, docs), "utf8");
const PAGES = readdirSync(docs)
  .filter((name) => name.endsWith(".md") && name !== "README.md")
  .map((name) => name.slice(0, -3));
const TEXTS = Object.fromEntries(PAGES.map((page) => [page, read(`${page}.md`)]));
const PROGRAMS = Object.fromEntries(PAGES.map((page) => [page, codeIn(TEXTS[page])]).filter(([, code]) => code !== ""));

describe("code", () => {
  let printed: Record<string, string[]> = {};
  beforeAll(() => {
    printed = runAll(PROGRAMS, { freed: true });
  });

  test.each(Object.keys(PROGRAMS))("%s prints what its comments say", (page) => {
    const promises = promisesIn(PROGRAMS[page]);
    expect(promises.length).toBeGreaterThan(1);
    expect(printed[page].length).toBe(promises.length);
    const wrong = printed[page].map((line, i) => ({ line, promise: promises[i] ?? "" }));
    expect(wrong.filter(({ line, promise }) => !agrees(promise, line))).toEqual([]);
  });

  test("a page that keeps memory is found", () => {
    const code = `import { init, tensor } from "softcell";\nconst sc = await init();\nconst x = tensor(sc, [2]);`;
    expect(() => runAll({ leak: code }, { freed: true })).toThrow("memory is kept by leak (64 bytes)");
    expect(runAll({ fine: `${code}\nx.dispose();\nsc.dispose();` }, { freed: true })).toEqual({ fine: [] });
  });

  test("a comment agrees with what it rounds, and with nothing else", () => {
    expect(agrees("0.09, 0.2447", "Float32Array(2) [ 0.0900305733, 0.2447284609 ]")).toBe(true);
    expect(agrees("-4.1e-9 -Infinity", "[ -4.122e-9, -Infinity ]")).toBe(true);
    for (const printed of ["0.2551", "0.2449", "-0.25", "NaN", "0.25 0.25", ""])
      expect(agrees("0.25", printed)).toBe(false);
    for (const printed of ["4e-9", "0.4", "-1"]) expect(agrees("0", printed)).toBe(false);
    expect(agrees("-4.1e-9", "-4.2e-9")).toBe(false);
  });
});

describe("pictures", () => {
  const folder = new URL("images/", docs);

  test("are what `npm run docs` draws", async () => {
    const drawn = await drawAll();
    expect(readdirSync(folder).sort()).toEqual(Object.keys(drawn).sort());
    const stale = Object.keys(drawn).filter((name) => readFileSync(new URL(name, folder), "utf8") !== drawn[name]);
    expect(stale).toEqual([]);
  });

  test("stand on a page, each in both themes and with a text for those who cannot see it", () => {
    // a page may do without
    const embedded = PAGES.flatMap((page) => [
      ...TEXTS[page].matchAll(
        /<picture>\n {2}<source media="\(prefers-color-scheme: dark\)" srcset="images\/(.*)-dark\.svg">\n {2}<img src="images\/(.*)-light\.svg" alt="([^"]{40,})">\n<\/picture>/g,
      ),
    ]);
    expect(embedded.flatMap(([, dark, light]) => [`${dark}-dark.svg`, `${light}-light.svg`]).sort()).toEqual(
      readdirSync(folder).sort(),
    );
  });
});

test.each(THEMES)("names in the $name theme have a contrast of at least 4.5", ({ name, background, soft, ...hues }) => {
  // WCAG 2: the relative luminance of both, 5 % added
  const luminance = (hex: string) => {
    const linear = [1, 3, 5].map((i) => {
      const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.05 + 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  for (const hue of Object.values(hues)) {
    const [a, b] = [luminance(hue), luminance(background)];
    expect(Math.max(a / b, b / a)).toBeGreaterThanOrEqual(4.5);
  }
});

test("the index has every page", () => {
  const index = read("README.md");
  expect(PAGES.filter((page) => !index.includes(`](${page}.md)`))).toEqual([]);
});

test("every function and member that a page names is there", () => {
  const namesOf = (pattern: RegExp) =>
    PAGES.flatMap((page) => [...TEXTS[page].matchAll(pattern)].map(([, name]) => name));
  const [functions, members] = [namesOf(/\b([a-zA-Z]+)\(sc[,)]/g), namesOf(/\bsc\.([a-zA-Z]+)/g)];
  const own = namesOf(/^function ([a-zA-Z]+)\(/gm);
  expect(functions.length).toBeGreaterThan(100);
  expect(functions.filter((name) => !(name in softcell || own.includes(name)))).toEqual([]);
  const sc = softcell.initSync({ backend: "js", fallback });
  expect(members.filter((name) => !(name in sc))).toEqual([]);
});
