// The benchmark's own parts: the rule of bench:compare, and the limits of the machine.
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { engineOf, partsOf, run } from "../../bench/all/parts.js";
import { type Case, type Library, runCase, type Variant } from "../../bench/cases.js";
import { compare } from "../../bench/changes.js";
import { each } from "../../bench/command.js";
import { Bed } from "../../bench/limits/bed.js";
import { duration, measureGroup, rate } from "../../bench/limits/figure.js";
import { bandwidth } from "../../bench/limits/machine.js";
import { PEAKS } from "../../bench/limits/peak.js";
import { environment, text } from "../../bench/report.js";
import { against, type Measurement, nanoseconds, type Report, stringify, targeted } from "../../bench/schema.js";

const BUDGET = { warmup: 5, time: 40, rounds: 2 };

type Spread = [p25: number, median: number, p75: number];

function row(name: string, [p25, median, p75]: Spread) {
  return { name, median, p25, p75, samples: 100, callsPerSample: 1, ratio: 1 };
}

/** A report of cases whose three variants take the same time. */
function report(cases: Record<string, Spread>): Report {
  const measurements = Object.entries(cases).flatMap(([name, spread]) =>
    ["strict", "twin", "plain"].map((variant) => {
      return { section: "rows", name, size: "1x1", variant, ...nanoseconds(row(variant, spread)) };
    }),
  );
  return { command: "npm run bench", environment: environment(BUDGET), measurements, notes: [] };
}

describe("compare", () => {
  const between = (old: Spread, now: Spread) => {
    const { faster, slower, same } = compare(report({ a: old }), report({ a: now }));
    return { faster: faster.length, slower: slower.length, same };
  };

  test("a report is the same as itself", () => {
    expect(between([90, 100, 110], [90, 100, 110])).toEqual({ faster: 0, slower: 0, same: 3 });
  });

  test("a change is beyond the noise where the medians differ by more than the widths of both together", () => {
    expect(between([95, 100, 105], [110, 121, 122])).toEqual({ faster: 0, slower: 0, same: 3 });
    expect(between([95, 100, 105], [112, 123, 124])).toEqual({ faster: 0, slower: 3, same: 0 });
    expect(between([112, 123, 124], [95, 100, 105])).toEqual({ faster: 3, slower: 0, same: 0 });
    expect(between([100, 100, 100], [100, 100.1, 100.1])).toEqual({ faster: 0, slower: 0, same: 3 });
  });

  test("the largest change comes first, with its ratio", () => {
    const old = report({ a: [100, 100, 100], b: [100, 100, 100], c: [100, 100, 100] });
    const now = report({ a: [125, 125, 125], b: [200, 200, 200], c: [50, 50, 50] });
    const { faster, slower } = compare(old, now);
    expect(slower.map(({ title, ratio }) => [title, ratio])).toEqual([
      ...Array(3).fill(["rows: b 1x1", 0.5]),
      ...Array(3).fill(["rows: a 1x1", 0.8]),
    ]);
    expect(faster.map(({ variant, ratio }) => [variant, ratio])).toEqual([
      ["strict", 2],
      ["twin", 2],
      ["plain", 2],
    ]);
  });

  test("cases that only one has are named and not compared", () => {
    const old = report({ a: [1, 1, 1], b: [1, 1, 1] });
    const now = report({ b: [1, 1, 1], c: [1, 1, 1], d: [1, 1, 1] });
    const { missing, same } = compare(old, now);
    expect(missing).toEqual(["rows: a 1x1", "rows: c 1x1", "rows: d 1x1"]);
    expect(same).toBe(3);
  });

  test("a rate is faster where it is larger", () => {
    const of = (unit: Measurement["unit"], median: number): Report => {
      const rest = { section: "lstm", name: "forward", size: "T1", variant: "strict", samples: 9 };
      return { ...report({}), measurements: [{ ...rest, unit, median, p25: median, p75: median }] };
    };
    const faster = (unit: Measurement["unit"]) => compare(of(unit, 20), of(unit, 40)).faster.map(({ ratio }) => ratio);
    expect([faster("GFLOP/s"), faster("us"), faster("bytes")]).toEqual([[2], [], []]);
  });
});

describe("a report", () => {
  test("is written with five digits of what was measured, a measurement a line", () => {
    const text = stringify(report({ a: [123.456789, 1234567, 1234568] }));
    const { measurements } = JSON.parse(text) as Report;
    expect(measurements.map(({ p25, median }) => [p25, median])).toEqual(Array(3).fill([123.46, 1234567]));
    expect(text.split("\n").filter((line) => line.includes("rows"))).toHaveLength(3);
  });

  test("is printed with its tables, what is wrong, and the targets that were missed", () => {
    const all = report({ a: [90, 100, 110] });
    const [strict, ...others] = all.measurements;
    const judged = targeted(against(strict, 150, "plain"), "ratio", 2);
    const lines = text({ ...all, measurements: [judged, ...others], notes: ["WRONG: b 1x1: it differs"] }).split("\n");
    const [head, cells] = lines.map((line) => line.split(/ {2,}/));
    expect(head).toEqual(["rows", "strict", "twin", "plain"]);
    expect(cells).toEqual(["a 1x1", "100 ns ±10 %, 1.50x, ≥ 2x MISSED", "100 ns ±10 %", "100 ns ±10 %"]);
    expect(lines.slice(-3)).toEqual([
      "WRONG: b 1x1: it differs",
      "0 of 1 reached",
      "rows, a 1x1, strict: 100 ns ±10 %, 1.50x, ≥ 2x MISSED",
    ]);
  });

  test("has a note instead of what throws, and all else", async () => {
    const measured = report({ a: [1, 1, 1] }).measurements;
    const run = (part: string) => (part === "b" ? Promise.reject(new Error("it differs")) : measured);
    const { measurements, notes } = await each(["a", "b", "c"], (part) => `case ${part}`, run);
    expect(measurements).toEqual([...measured, ...measured]);
    expect(notes).toEqual(["WRONG: case b: it differs"]);
  });
});

describe("a case", () => {
  const variantOf = (value: number): Variant => ({ run: () => {}, outputs: () => [Float32Array.of(value)] });
  const caseOf = (library: number, plain: number): Case => ({
    family: "rows",
    name: "a",
    size: "1",
    floors: { twin: 1.5 },
    bound: { relative: 1e-6, absolute: 0 },
    library: () => variantOf(library),
    plain: () => variantOf(plain),
  });
  // the case takes none from them
  const none = { strict: undefined, twin: undefined } as unknown as Library;

  test("is checked, then timed: the library's variants against plain JavaScript", () => {
    const rows = runCase(caseOf(1, 1), none, BUDGET);
    expect(rows.map(({ variant, target }) => [variant, target])).toEqual([
      ["strict", undefined],
      ["twin", { of: "ratio", wanted: 1.5 }],
      ["plain", undefined],
    ]);
    const [strict, , plain] = rows;
    expect(strict.ratio).toBeCloseTo(plain.median / strict.median, 9);
    expect(plain.ratio).toBeUndefined();
  });

  test("with a wrong result is not timed", () => {
    expect(() => runCase(caseOf(1, 1.1), none, BUDGET)).toThrow(/strict and plain differ at 0: 1, 1.1/);
  });
});

describe("figures", () => {
  const place = { name: "a", size: "1" };

  test("of a rate are amounts a nanosecond, with the quartiles in ascending order", () => {
    expect(rate(place, "GB/s", 600, row("a", [10, 20, 30]))).toMatchObject({ median: 30, p25: 20, p75: 60 });
    expect(duration(place, "us", row("a", [1e3, 2e3, 3e3]), 10)).toMatchObject({ median: 0.2, p25: 0.1, p75: 0.3 });
  });

  test("shares are of speed, for rates and for durations", () => {
    expect(against(rate(place, "GB/s", 40, row("a", [1, 1, 1])), 80).ratio).toBe(0.5);
    expect(against(duration(place, "ns", row("a", [80, 80, 80])), 40).ratio).toBe(0.5);
  });
});

describe("bench:all", () => {
  const here = `node${process.versions.node.split(".")[0]}`;

  test("runs everything here, and what needs no other library on other engines", () => {
    const titles = partsOf([process.execPath], false).map(({ title }) => title);
    expect(titles).toEqual(
      ["limits", "peers", "bench", "isolated", "scaling", "limits", "scaling"].map((name) => `${name}-${here}`),
    );
    expect(() => engineOf("/bin/echo")).toThrow(/is no Node/);
  });

  test("a part that fails is told, with its log, and replaces no results", async () => {
    const part = { title: "nothing-node0", node: process.execPath, script: "nothing.ts", options: [] };
    const { error } = await run(part, () => {});
    expect(error).toMatch(/^ended with 1, .*build\/bench\/nothing-node0.log$/);
    expect(existsSync(new URL("../../bench/results/nothing-node0.json", import.meta.url))).toBe(false);
    expect(readFileSync(new URL("../../build/bench/nothing-node0.log", import.meta.url), "utf8")).toMatch(/nothing.ts/);
  });
});

describe("limits", async () => {
  const bed = await Bed.open("strict");
  if (!bed) throw new Error("strict runs in any engine with SIMD");
  const { limits } = bed;

  test("L1 is read at least as fast as 128 MB", () => {
    const sets = [16 * 2 ** 10, 128 * 2 ** 20];
    const [cache, memory] = measureGroup(bed, bandwidth("read", sets), BUDGET).map(({ median }) => median);
    expect(memory).toBeGreaterThan(0);
    expect(cache).toBeGreaterThanOrEqual(memory);
    expect(cache).toBeLessThan(1000); // 128 bytes a cycle at 7.8 GHz
  });

  test("the arithmetic peak executes the operations that it counts", () => {
    const turns = 6;
    bed.clear();
    // all 1: a turn adds 1 to each of 8 sums or 12 chains of 4 lanes, 2 flop each
    const operands = bed.put(new Float32Array(16 + 2 * turns).fill(1));
    expect(limits.products8(operands, turns)).toBe(8 * (1 + turns));
    const chains = bed.put(Float32Array.from({ length: 56 }, (_, i) => (i < 8 ? 1 : 0)));
    expect(limits.chains12(chains, turns)).toBe(12 * turns);
    expect(PEAKS).toEqual({ "8 sums of products": 1024 * 8 * 4 * 2, "12 chains": 1024 * 12 * 4 * 2 });
  });

  test("a copy and a write reach every byte and no other", () => {
    bed.clear();
    const [from, to] = [bed.place(256), bed.place(512)];
    const bytes = new Uint8Array(bed.buffer, from, 768).fill(7);
    bytes.forEach((_, i) => (bytes[i] = i % 251));
    limits.copy(to + 128, from, 256);
    expect(bytes.slice(384, 640)).toEqual(bytes.slice(0, 256));
    expect([bytes[383], bytes[640]]).toEqual([383 % 251, 640 % 251]);
    limits.write(to + 128, 128);
    expect(new Int32Array(bed.buffer, to + 128, 32)).toEqual(new Int32Array(32).fill(128));
    expect(bytes[512]).toBe(128);
  });
});
