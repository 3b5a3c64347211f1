// Normal numbers: statistics of a million of them, each within five deviations of what it is for a normal distribution,
// and the same bits on every backend.
import { describe, expect, test } from "vitest";
import * as softcell from "../../src/index.js";
import { normal, Random } from "../../src/random.js";
import { describeEach } from "../support/backends.js";
import { bits, open } from "../support/instance.js";

const N = 1_000_000;
const WITHIN = 5;

const x = new Float32Array(N);
softcell.fillNormal(open("js"), x, { seed: 2 });

/** P(X < z) by its Taylor series (Marsaglia 2004, Journal of Statistical Software 11(4)). */
function distribution(z: number): number {
  let term = z;
  let sum = z;
  for (let i = 3; sum + term !== sum; i += 2) {
    term *= (z * z) / i;
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI);
}

test("the distribution function of the truth has its known values", () => {
  expect(distribution(0)).toBe(0.5);
  expect(distribution(1)).toBeCloseTo(0.841344746068543, 14);
  expect(distribution(-3)).toBeCloseTo(0.001349898031630095, 14);
});

describe("a million normal numbers", () => {
  const mean = (f: (v: number, i: number) => number): number => x.reduce((sum, v, i) => sum + f(v, i), 0) / N;

  // Hermite's polynomials of degree n have the mean 0 and the variance n!
  test.each([
    ["mean", () => mean((v) => v), 1],
    ["variance", () => mean((v) => v * v - 1), 2],
    ["skewness", () => mean((v) => v ** 3 - 3 * v), 6],
    ["kurtosis", () => mean((v) => v ** 4 - 6 * v * v + 3), 24],
    ["product of neighbours", () => mean((v, i) => v * x[(i + 1) % N]), 1],
  ])("%s", (_, estimate, variance) => {
    expect(Math.abs(estimate())).toBeLessThan(WITHIN * Math.sqrt(variance / N));
  });

  test.each([0, 0.25, 0.5, 1, 1.5, 2, 3, 4])("as many beyond +-%s as there should be", (z) => {
    const p = 1 - distribution(z);
    for (const side of [-1, 1]) {
      const share = mean((v) => (side * v > z ? 1 : 0));
      expect(Math.abs(share - p)).toBeLessThan(WITHIN * Math.sqrt((p * (1 - p)) / N));
    }
  });

  test("the distance of Kolmogorov and Smirnov is what chance makes it", () => {
    const sorted = x.slice().sort();
    let distance = 0;
    sorted.forEach((v, i) => {
      const p = distribution(v);
      distance = Math.max(distance, p - i / N, (i + 1) / N - p);
    });
    // exceeded with the probability 2 exp(-2 N distance^2), here one in a million
    expect(distance).toBeLessThan(Math.sqrt(Math.log(2e6) / (2 * N)));
  });
});

test("the tails go on beyond six deviations", () => {
  // a small first number is far away from 0, and numbers that do not fall keep it
  const random = new Random(0);
  const draws = [2 ** -40, 1];
  random.double = () => draws.shift() ?? 1;
  expect(Math.abs(normal(random))).toBeGreaterThan(27);
});

/** The first four of seed 2. */
const RECORDED = [0x3f8c1d2b, 0xbfe0e58d, 0x3f900446, 0x3f352662];

describeEach(["strict", "relaxed", "js"], (target) => {
  test("the same bits", () => {
    const sc = open(target);
    const tensor = softcell.tensor(sc, [1000]);
    softcell.fillNormal(sc, tensor, { seed: 2 });
    expect(bits(tensor)).toEqual(bits(x.subarray(0, 1000)));
    expect([...bits(tensor.data.subarray(0, 4))]).toEqual(RECORDED);
  });
});
