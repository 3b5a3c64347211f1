// What the benchmark against peers compares and demands; it runs without them.
import { describe, expect, test } from "vitest";
import { CASES, type Case, nameOf, sizeOf } from "../bench/peers/cases.js";
import { reportOf } from "../bench/peers/json.js";
import { plain } from "../bench/peers/plain.js";
import { boundOf, compare, expected, lstmInputs, rowInputs, trainInputs } from "../bench/peers/reference.js";
import type { Result } from "../bench/peers/results.js";
import { TARGETS } from "../bench/peers/targets.js";
import { verdicts } from "../bench/peers/verdict.js";
import { environment } from "../bench/report.js";

const SMALL: Case[] = [
  ...(["softmax", "logSoftmax", "logSumExp", "crossEntropy"] as const).flatMap((op) =>
    (["resident", "array"] as const).map((way) => ({ op, way, rows: 3, cols: 7 })),
  ),
  { op: "stream", T: 1, B: 1, I: 5, H: 5, V: 0 },
  { op: "sequence", T: 4, B: 2, I: 3, H: 5, V: 0 },
  { op: "train", T: 3, B: 2, I: 4, H: 5, V: 6 },
];

/** Plain JavaScript's outputs, call by call. */
async function plainCalls(item: Case): Promise<ArrayLike<number>[][]> {
  const peer = await plain();
  const variant = await ("rows" in item
    ? peer.rows?.(item, rowInputs(item))
    : item.op === "train"
      ? peer.train?.(item, trainInputs(item))
      : peer.lstm?.(item, lstmInputs(item)));
  return expected(item).map(() => {
    variant?.run();
    return (variant?.outputs() ?? []).map((output) => Float64Array.from(output));
  });
}

describe("reference", () => {
  test.each(SMALL)("$op, $way: plain JavaScript has its results, and wrong ones are found", async (item) => {
    const want = expected(item);
    const got = await plainCalls(item);
    got.forEach((outputs, call) => {
      // plain JavaScript rounds a float64 once, or once a step
      expect(compare(item, outputs, want[call])).toBeLessThan(1e-6);
    });
    const last = got.length - 1;
    for (const wrong of [0.01, Number.NaN]) {
      const changed = got[last].map((output) => Float64Array.from(output, (v, i) => (i === 0 ? v + wrong : v)));
      expect(() => compare(item, changed, want[last])).toThrow(/float64 has/);
    }
    expect(() => compare(item, [], want[last])).toThrow(/has undefined of/);
  });

  test("a step of training changes the loss by ten times the bound and more", () => {
    const item = SMALL[SMALL.length - 1];
    const { relative, absolute } = boundOf(item);
    const [first, second, third] = expected(item).map(([loss]) => loss[0]);
    const fall = 1 - 10 * (relative + absolute);
    expect(second).toBeLessThan(first * fall);
    expect(third).toBeLessThan(second * fall);
  });
});

/** Softcell takes `ours` and each peer named `theirs` in every case of every target. */
function resultsOf(ours: number, theirs: number): Result[] {
  const timing = (median: number) => ({ median, p25: median, p75: median, samples: 1, callsPerSample: 1 });
  return CASES.map((item) => {
    const targets = TARGETS.filter(({ covers }) => covers(item));
    const names = targets.flatMap(({ limits }) => Object.keys(limits));
    const peers = targets.flatMap((target) => target.peers as readonly string[]);
    const entries = [
      ...names.map((peer) => ({ peer, timing: timing(ours) })),
      ...peers.map((peer) => ({ peer, timing: timing(theirs) })),
    ];
    return { name: nameOf(item), size: sizeOf(item), case: item, entries };
  });
}

describe("targets", () => {
  test.each(TARGETS)("$title: has a case", ({ covers }) => {
    expect(CASES.filter(covers)).not.toEqual([]);
  });

  test("the cases are different ones", () => {
    const titles = CASES.map((item) => `${nameOf(item)} ${sizeOf(item)}`);
    expect(new Set(titles).size).toBe(titles.length);
  });

  test("each is reached, missed or not measured", () => {
    const states = (results: Result[]) => new Set(verdicts(results, [], []).map(({ state }) => state));
    expect(states([])).toEqual(new Set(["not measured"]));
    const [fast, slow] = [resultsOf(1, 100), resultsOf(1, 0.5)];
    const footprints = ["softcell", "jax-js", "tfjs-wasm"].map((name, i) => ({
      name,
      files: {},
      total: 10 ** (i + 1),
    }));
    const cold = (above: number) => [{ name: "softcell", above }];
    expect(verdicts(fast, footprints, cold(7e6)).filter(({ state }) => state !== "reached")).toEqual([]);
    expect(verdicts(slow, footprints.slice(0, 1), cold(9e6)).map(({ state }) => state)).toEqual([
      ...Array(verdicts(slow, [], []).length - 2).fill("MISSED"),
      "not measured",
      "MISSED",
    ]);
  });

  test("the best peer and the worst case count", () => {
    const results = resultsOf(10, 100);
    const covered = results.filter((result) => TARGETS[1].covers(result.case));
    covered[2].entries.push({
      peer: "jax-js",
      timing: { median: 20, p25: 20, p75: 20, samples: 1, callsPerSample: 1 },
    });
    covered[2].entries = covered[2].entries.filter(({ peer, timing }) => peer !== "jax-js" || timing?.median === 20);
    const [verdict] = verdicts(results, [], []).filter(({ title }) => title === TARGETS[1].title);
    expect(verdict.worst).toEqual({ size: covered[2].size, ratio: 0.5, peer: "jax-js" });
    expect(verdict.ratios.map(({ ratio }) => ratio)).toEqual([0.1, 0.1, 0.5]);
  });
});

test("a report has every time over that of strict, every target, and what is wrong", () => {
  const results = resultsOf(10, 40);
  const [first] = results;
  first.entries.push({ peer: "tfjs-cpu", error: "output 0 at 1 is 2, float64 has 3" });
  const cold = [
    { name: "softcell", timing: { median: 30e6, p25: 29e6, p75: 31e6, samples: 7, callsPerSample: 1 }, above: 7e6 },
  ];
  const footprints = [{ name: "softcell", files: { "a.js": 3, "b.js": 4 }, total: 7 }];
  const {
    measurements,
    verdicts: judged,
    notes,
  } = reportOf({
    environment: { ...environment({ warmup: 1, time: 1, rounds: 1 }), versions: { strict: "0.1.0" } },
    skipped: ["skipped: jax-js: not installed"],
    results,
    footprints,
    cold,
    targets: verdicts(results, footprints, cold),
  });
  const own = measurements.filter(({ section, size }) => section === first.name && size === first.size);
  expect(own.map(({ variant, ratio }) => [variant, ratio])).toContainEqual(["tfjs-wasm", 0.25]);
  expect(own.map(({ variant }) => variant)).not.toContain("tfjs-cpu");
  expect(measurements.slice(-2).map(({ median, baseline, name }) => [median, baseline?.median, name])).toEqual([
    [7, undefined, "a.js, b.js"],
    [30e6, 23e6, ""],
  ]);
  expect(judged).toHaveLength(verdicts([], [], []).length);
  expect(judged[0]).toMatchObject({ at: "most", wanted: 0.82, measured: 0.25, state: "reached" });
  expect(notes).toEqual([
    "skipped: jax-js: not installed",
    `WRONG: ${first.name} ${first.size}, tfjs-cpu: output 0 at 1 is 2, float64 has 3`,
  ]);
});
