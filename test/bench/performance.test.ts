// docs/performance.md, its charts and the README's figures are those of the committed reports.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { caseOf, cell, digits, quantity, sectionsOf } from "../../bench/report.js";
import { pointsOf, slope, slopeOf } from "../../bench/scaling/slope.js";
import { type Measurement, verdict } from "../../bench/schema.js";
import { between, goalsOf, merged, runsOf } from "../../scripts/performance/results.js";
import { pages } from "../../scripts/performance/write.js";

const NAMES = ["limits", "peers", "bench", "isolated", "scaling"] as const;

const root = new URL("../../", import.meta.url);
const files = pages();
const page = files["docs/performance.md"];
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

  test("each stands on the page", () => {
    for (const [path] of charts) expect(page).toContain(`](${path.replace("docs/", "")})`);
  });
});

test("every figure of every report is on the page, beside its target", () => {
  const all = NAMES.flatMap((name) => merged(runsOf(name)));
  expect(all.length).toBeGreaterThan(1500);
  expect(all.filter(({ target }) => target).length).toBeGreaterThan(250);
  const rows = page.split("\n");
  const found = (item: Measurement) => {
    const [name, figure] = [`${caseOf(item)} |`, `| ${cell(item).replace("MISSED", "**MISSED**")} |`];
    return rows.some((row) => row.includes(name) && row.includes(figure));
  };
  expect(all.filter((item) => !found(item)).map(caseOf)).toEqual([]);
});

type Change = Partial<Measurement>;
const place = { section: "s", name: "forward", size: "B1", variant: "strict", unit: "ns" } as const;
const measured = (change: Change): Measurement => ({ ...place, median: 10, p25: 9, p75: 11, samples: 5, ...change });

test("a ratio and a rate are to reach their target, all else is to stay within it", () => {
  const judge = (change: Change) => verdict(measured(change));
  const [median, ratio] = (["median", "ratio"] as const).map((of) => ({ of, wanted: 10 }));
  expect(judge({})).toBeUndefined();
  expect(judge({ target: median })).toEqual({ sign: "≤", state: "reached", margin: 1 });
  expect(judge({ target: median, median: 10.001 })).toMatchObject({ sign: "≤", state: "MISSED" });
  expect(judge({ target: median, unit: "GFLOP/s", median: 9.999 })).toMatchObject({ sign: "≥", state: "MISSED" });
  expect(judge({ target: median, unit: "GFLOP/s", median: 20 })).toEqual({ sign: "≥", state: "reached", margin: 2 });
  expect(judge({ target: ratio, ratio: 9.999 })).toMatchObject({ sign: "≥", state: "MISSED" });
  expect(judge({ target: ratio, ratio: 10 })).toEqual({ sign: "≥", state: "reached", margin: 1 });
  expect(judge({ target: ratio })).toMatchObject({ state: "MISSED" });
  expect(judge({ target: median, samples: 0 })).toMatchObject({ state: "not measured" });
  expect(judge({ target: median, median: -5 })).toEqual({
    sign: "≤",
    state: "reached",
    margin: Number.POSITIVE_INFINITY,
  });
});

test("a cell has the figure, its ratio, its target and what became of it", () => {
  const target = { of: "ratio", wanted: 0.95 } as const;
  expect(cell(measured({}))).toBe("10.0 ns ±10 %");
  expect(cell(measured({ ratio: 0.9447, target }))).toBe("10.0 ns ±10 %, 0.945x, ≥ 0.95x MISSED");
  expect(cell(measured({ samples: 0, target: { of: "median", wanted: 8 } }))).toBe("≤ 8 ns not measured");
  expect(cell(measured({ unit: "", median: 1.014, p25: 1.014, p75: 1.014 }))).toBe("1.01");
});

test("numbers have three digits and a unit that is fit to read", () => {
  expect([0, 6.2729e-2, 0.99961, 4.449, 12.34, 123.4, 4.2e-8, -55].map(digits)).toEqual([
    "0.00",
    "0.0627",
    "1.00",
    "4.45",
    "12.3",
    "123",
    "4.2e-8",
    "-55.0",
  ]);
  const all = [
    [2.1, "ms"],
    [0.5, "ns"],
    [12_345, "ns"],
    [1.3e9, "ns"],
    [19_472, "bytes"],
    [48, "GFLOP/s"],
  ] as const;
  expect(all.map(([value, unit]) => quantity(value, unit))).toEqual([
    "2.10 ms",
    "0.500 ns",
    "12.3 us",
    "1.30 s",
    "19.5 KB",
    "48.0 GFLOP/s",
  ]);
});

test("a case is a row, a variant of an engine a column", () => {
  const report = (...measurements: Measurement[]) => ({ ...runsOf("bench")[0].report, measurements });
  const [old, now] = [report(measured({}), measured({ size: "B32" })), report(measured({ median: 20 }))];
  const runs = [
    { label: "Node 20", report: old },
    { label: "Node 24", report: now },
  ];
  expect(sectionsOf(merged(runs))).toEqual([
    {
      title: "s",
      variants: ["strict, Node 20", "strict, Node 24"],
      rows: [
        ["forward B1", "10.0 ns ±10 %", "20.0 ns ±55 %"],
        ["forward B32", "10.0 ns ±10 %", ""],
      ],
    },
  ]);
});

test("the worst case of a target counts", () => {
  const of = (variant: string, wanted: number, median: number, size: string) =>
    measured({ variant, size, unit: "GFLOP/s", median, target: { of: "median", wanted } });
  const all = [
    of("strict", 36, 40, "B1"),
    of("strict", 41, 50, "B32"),
    of("strict", 41, 39, "B64"),
    of("relaxed", 44, 45, "B1"),
  ];
  const goals = goalsOf([...all, of("strict", 41, 60, "B128"), measured({})]);
  expect(goals.map(({ variant, size, median }) => [variant, size, median])).toEqual([
    ["strict", "B1", 40],
    ["relaxed", "B1", 45],
    ["strict", "B32 and 2 more", 39],
  ]);
});

test("the case that is slowest on the newer engine counts", () => {
  const report = (...medians: number[]) => {
    const target = { of: "median", wanted: 1 } as const;
    const measurements = medians.map((median, i) => measured({ size: `B${i}`, median, target }));
    return { ...runsOf("limits")[0].report, measurements };
  };
  const [worst, ...others] = between([
    { label: "Node 20", report: report(10, 10, 10) },
    { label: "Node 24", report: report(5, 12.5, 10) },
  ]);
  expect(others).toEqual([]);
  expect(worst).toMatchObject({ name: "the worst: forward B1", variant: "strict, Node 24", ratio: 0.8 });
  expect(verdict(worst)?.state).toBe("MISSED");
});

test("a slope is the exponent of the upper half of the points", () => {
  const points = [1, 2, 4, 8, 16, 32].map((x) => [x, x < 8 ? 1000 : 5 * x ** 1.5] as const);
  expect(slopeOf(points)).toBeCloseTo(1.5, 12);
  const series = points.map(([x, y]) => measured({ size: `${x}`, median: y }));
  expect(pointsOf(series)).toEqual(points);
  expect(slope(series, 1.4)).toMatchObject({ median: slopeOf(points), target: { of: "median", wanted: 1.5 } });
});
