// docs/performance.md, its charts and the README's figures are those of the committed reports.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pointsOf, slopeOf } from "../bench/scaling/slope.js";
import { verdict } from "../bench/schema.js";
import { html, markdown, table } from "../scripts/performance/blocks.js";
import { goalsOf, margin, readEngines, worstOf } from "../scripts/performance/results.js";
import { pages } from "../scripts/performance/write.js";

const root = new URL("../", import.meta.url);
const files = pages();
const charts = Object.entries(files).filter(([path]) => path.endsWith(".svg"));

test.each(Object.keys(files))("%s is what `npm run docs:performance` writes", (path) => {
  expect(readFileSync(new URL(path, root), "utf8")).toBe(files[path]);
});

test("docs/performance has no other files", () => {
  const names = Object.keys(files).filter((path) => path.startsWith("docs/performance/"));
  expect(
    readdirSync(new URL("docs/performance/", root))
      .map((name) => `docs/performance/${name}`)
      .sort(),
  ).toEqual(names.sort());
});

describe("charts", () => {
  test.each(charts)("%s is small, has a text, and is light and dark", (_, svg) => {
    expect(svg.length).toBeLessThan(60_000);
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-label="[^"]{40,}"/);
    expect(svg).toContain("@media (prefers-color-scheme: dark)");
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  test("each stands on the page, and in the one of HTML, which fetches nothing", () => {
    const [text, page] = [files["docs/performance.md"], files["docs/performance/index.html"]];
    for (const [path] of charts) expect(text).toContain(`](${path.replace("docs/", "")})`);
    expect(page.match(/<svg /g)).toHaveLength(charts.length);
    expect(page).not.toMatch(/<(script|link|img|iframe)\b|\ssrc=|@import|url\(/);
  });
});

test("every target of a report has its line on the page", () => {
  const page = files["docs/performance.md"];
  const titles = readEngines().flatMap(({ reports }) =>
    Object.values(reports).flatMap(({ verdicts }) => verdicts.map(({ title }) => title)),
  );
  expect(titles.length).toBeGreaterThan(50);
  expect([...new Set(titles)].filter((title) => !page.includes(`| ${title} |`))).toEqual([]);
});

test("the worst case of a target counts", () => {
  const of = (variant: string, wanted: number, measured: number, worst: string) =>
    verdict({ title: "forward", variant, at: "least", wanted, unit: "GFLOP/s" }, measured, worst, measured >= wanted);
  const all = [
    of("strict", 36, 40, "B1"),
    of("strict", 41, 50, "B32"),
    of("strict", 41, 39, "B64"),
    of("relaxed", 44, 45, "B1"),
  ];
  const goals = goalsOf(all);
  expect(goals.map(({ cases }) => cases)).toEqual([["B1"], ["B32", "B64"]]);
  expect(goals.map(({ verdicts }) => worstOf(verdicts, "strict")?.measured)).toEqual([40, 39]);
  expect(worstOf(goals[0].verdicts, "relaxed")?.state).toBe("reached");
  const overhead = (measured: number) =>
    verdict({ title: "a call", variant: "strict", at: "most", wanted: 90, unit: "ns" }, measured, "", true);
  expect([-5, 0, 45].map((ns) => margin(overhead(ns)))).toEqual([Number.MAX_VALUE, Number.MAX_VALUE, 2]);
});

test("a slope is the exponent of the upper half of the points", () => {
  const points = [1, 2, 4, 8, 16, 32].map((x) => [x, x < 8 ? 1000 : 5 * x ** 1.5] as const);
  expect(slopeOf(points)).toBeCloseTo(1.5, 12);
  const measurement = { section: "time against T", name: "a", variant: "strict", unit: "ns", samples: 1 } as const;
  const measurements = points.map(([x, y]) => ({ ...measurement, size: `${x}`, median: y, p25: y, p75: y }));
  expect(pointsOf({ measurements }, "time against T")).toEqual({ a: points });
});

test("a table is one in Markdown and in HTML", () => {
  const block = table(["", "a|b"], [["x", "**1** < 2"]]);
  expect(markdown([block], "")).toBe("|  | a\\|b |\n| --- | ---: |\n| x | **1** < 2 |\n");
  expect(html("t", [block], {})).toContain('<td class="text">x</td><td><strong>1</strong> &lt; 2</td>');
});
