// What topK and topP leave, and that a draw is the one of a sorted row, on rows of every kind.
import { expect, test } from "vitest";
import { sample } from "../../src/index.js";
import { Ranked } from "../../src/ops/ranked.js";
import { describeEach } from "../support/backends.js";
import { open } from "../support/instance.js";
import * as oracle from "../support/oracle/alternatives.js";
import { Random } from "../support/random.js";

const INF = Number.POSITIVE_INFINITY;
const random = new Random(11);
const ROWS: Record<string, Float32Array> = {
  normal: random.normals(500, 3),
  "all equal": new Float32Array(300).fill(2),
  "0 and -0": Float32Array.from({ length: 100 }, (_, i) => (i % 3 ? 0 : -0)),
  "few values": Float32Array.from(random.ints(400, 5)),
  "apart in the last bits": Float32Array.from({ length: 257 }, () => 1 + random.below(9) * 2 ** -23),
  denormal: Float32Array.from({ length: 90 }, () => (random.below(2000) - 1000) * 2 ** -149),
  masked: random.normals(300, 2).map((v) => (random.below(3) ? v : -INF)),
  "masked but for one": new Float32Array(64).fill(-INF).fill(-3, 40, 41),
  "far apart": random.normals(200, 1e30),
  one: Float32Array.of(-7),
};

describeEach(["strict", "relaxed", "js"], (target) => {
  test.each(Object.entries(ROWS))("%s: draws only what topK and topP leave", (_, row) => {
    const sc = open(target);
    for (const topK of [0, 1, 2, 17, row.length, row.length + 1, 2 ** 31 - 1]) {
      for (const topP of [0, 1e-300, 0.3, 0.9, 0.999999, 1]) {
        const want = oracle.sampling(row, 0.7, topK || row.length, topP || Number.MIN_VALUE);
        const rows = Float32Array.from({ length: 20 * row.length }, (_, i) => row[i % row.length]);
        const drawn = sample(sc, rows, { cols: row.length, topK, topP, temperature: 0.7, seed: topK % 1000 });
        // a weight that rounding may take over the edge
        const bad = [...drawn].filter((i) => want[i] === 0);
        expect(bad, `topK ${topK}, topP ${topP}`).toEqual([]);
      }
    }
  });
});

test.each(Object.entries(ROWS))("%s: a place is that of the sorted row", (_, row) => {
  const weights = Float64Array.from(row, (v, i) => (v === -INF ? 0 : 1 + (i % 4)));
  const ranked = new Ranked(row.length).start(new Int32Array(row.buffer), weights);
  const order = Array.from(row, (_, i) => i).sort((a, b) => row[b] - row[a] || a - b);
  // infinities differ by NaN
  const sorted = order.filter((i) => row[i] > -INF).concat(order.filter((i) => row[i] === -INF).sort((a, b) => a - b));
  let mass = 0;
  sorted.forEach((index, i) => {
    const before = mass;
    mass += weights[index];
    expect(ranked.kth(i + 1)).toMatchObject({ index, mass });
    if (weights[index] === 0) return;
    // whole numbers: every sum is exact
    for (const target of [before + 0.5, mass]) expect(ranked.reaching(target)).toMatchObject({ index, mass });
  });
  expect(ranked.reaching(0)).toMatchObject({ index: sorted[0] });
  expect(ranked.reaching(mass * (1 + 2 ** -50)).index).toBe(sorted.filter((i) => weights[i] > 0).at(-1));
});
