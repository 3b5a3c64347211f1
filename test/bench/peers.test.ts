// What the benchmark against peers compares and demands; it runs without them.
import { describe, expect, test } from "vitest";
import { CASES, type Case, nameOf, sizeOf } from "../../bench/peers/cases.js";
import { runCase } from "../../bench/peers/compare.js";
import type { Peer } from "../../bench/peers/peer.js";
import { plain } from "../../bench/peers/plain.js";
import { boundOf, compare, expected, lstmInputs, rowInputs, trainInputs } from "../../bench/peers/reference.js";
import { FOOTPRINT, overPeers, TARGETS } from "../../bench/peers/targets.js";
import { exactly, type Measurement, verdict } from "../../bench/schema.js";

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

const place = { section: "", name: "", size: "", variant: "" };
const taking = (change: Partial<Measurement>, median: number): Measurement => ({
  ...place,
  ...change,
  ...exactly("ns", median),
});

/** Softcell takes `ours` and each peer named `theirs` in every case of every target. */
const measuredOf = (ours: number, theirs: number): Measurement[] =>
  TARGETS.flatMap(({ section, cases, peers, limits }) =>
    cases.flatMap((size) => [
      ...Object.keys(limits).map((variant) => taking({ section, size, variant }, ours)),
      ...peers.map((variant) => taking({ section, size, variant }, theirs)),
    ]),
  );

describe("targets", () => {
  test("each has its cases", () => {
    const titles = CASES.map((item) => `${nameOf(item)} ${sizeOf(item)}`);
    expect(new Set(titles).size).toBe(titles.length);
    const wanted = TARGETS.flatMap(({ section, cases }) => cases.map((size) => `${section} ${size}`));
    expect(wanted.filter((title) => !titles.includes(title))).toEqual([`${FOOTPRINT} total`]);
  });

  test("each is reached, missed or not measured", () => {
    const states = (all: Measurement[]) => [...new Set(overPeers(all).map((item) => verdict(item)?.state))];
    expect(states([])).toEqual(["not measured"]);
    expect(states(measuredOf(1, 100))).toEqual(["reached"]);
    expect(states(measuredOf(1, 0.5))).toEqual(["MISSED"]);
  });

  test("the best peer and the worst case count", () => {
    const [, { section, cases }] = TARGETS;
    const better = taking({ section, size: cases[2], variant: "jax-js" }, 20);
    const others = measuredOf(10, 100).filter((item) => item.size !== better.size || item.variant !== better.variant);
    const found = overPeers([...others, better]).filter(({ name }) => name.startsWith(`${section}: ${cases[0]}`));
    expect(found.map(({ size, variant, median }) => [size, variant, median])).toEqual([
      [`(${cases[2]}, jax-js)`, "strict", 0.5],
      [`(${cases[2]}, jax-js)`, "strict, out", 0.5],
    ]);
  });
});

describe("a case", () => {
  const item: Case = { op: "softmax", way: "resident", rows: 1, cols: 2 };
  const budget = { warmup: 1, time: 2, rounds: 1 };
  const peer = (name: string, values: number[]): Peer => ({
    name,
    version: "1",
    timing: "together",
    rows: () => ({ run: () => {}, outputs: () => [values] }),
  });

  test("has every time over that of strict, and a note of who is wrong", async () => {
    const right = Array.from(expected(item)[0][0]);
    const [wrong, none] = [[right[0] + 0.1, right[1]], { ...peer("jax-js", right), rows: undefined }];
    const notes: string[] = [];
    const all = await runCase(
      item,
      [peer("strict", right), peer("plain", right), peer("tfjs-cpu", wrong), none],
      budget,
      notes,
    );
    expect(all.map(({ section, size, variant }) => [section, size, variant])).toEqual([
      ["softmax, resident", "1x2", "strict"],
      ["softmax, resident", "1x2", "plain"],
    ]);
    const [strict, plain] = all;
    expect([strict.ratio, plain.ratio]).toEqual([undefined, strict.median / plain.median]);
    expect(strict.deviation).toBeLessThan(1e-6);
    expect(notes).toEqual([expect.stringMatching(/^WRONG: softmax, resident 1x2, tfjs-cpu: .*float64 has/)]);
  });
});
