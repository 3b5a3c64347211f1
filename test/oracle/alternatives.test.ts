// Every gradient of the oracle against central differences of its forward, and sparsemax against all supports.
import { describe, expect, test } from "vitest";
import * as oracle from "../support/oracle/alternatives.js";
import { Random } from "../support/random.js";

const STEP = 1e-5;
const [ROWS, COLS] = [3, 5];
const random = new Random(1);
const normals = (n: number): Float64Array => Float64Array.from({ length: n }, () => random.normal());
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((s, v, i) => s + v * b[i], 0);
const X = normals(ROWS * COLS);
const DY = normals(ROWS * COLS);

/** A difference is good to some STEP^2 of the largest gradient. */
function expectGradient(gradient: Float64Array, forward: (x: Float64Array) => Float64Array): void {
  const largest = gradient.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-3);
  for (let i = 0; i < X.length; i++) {
    const at = (v: number) => dot(DY, forward(X.map((w, k) => (k === i ? v : w))));
    const want = (at(X[i] + STEP) - at(X[i] - STEP)) / (2 * STEP);
    expect(Math.abs(gradient[i] - want) / largest, `[${i}]: ${gradient[i]}, by differences ${want}`).toBeLessThan(1e-7);
  }
}

test.each([0, 0.3])("standardNormalize, eps %d", (eps) => {
  const dx = oracle.standardNormalizeBackward(DY, X, ROWS, COLS, eps);
  expectGradient(dx, (x) => oracle.standardNormalize(x, ROWS, COLS, eps));
});

describe.each([1, 0.7, -2])("beta %d", (beta) => {
  test.each([
    ["Taylor", oracle.taylor],
    ["spherical", oracle.spherical(0)],
    ["spherical, eps", oracle.spherical(0.3)],
  ] as const)("%s", (_, normalizer) => {
    const dx = oracle.normalizedBackward(normalizer, DY, X, ROWS, COLS, beta);
    expectGradient(dx, (x) => oracle.normalized(normalizer, x, ROWS, COLS, beta));
  });

  test("sparsemax", () => {
    const dx = oracle.sparsemaxBackward(DY, oracle.sparsemax(X, ROWS, COLS, beta), ROWS, COLS, beta);
    expectGradient(dx, (x) => oracle.sparsemax(x, ROWS, COLS, beta));
  });
});

test("sparsemax is the nearest point of the simplex", () => {
  for (let i = 0; i < 300; i++) {
    const z = normals(1 + random.below(8)).map((v) => v * [0.1, 0.5, 3][i % 3]);
    const want = oracle.nearestProbabilities(z);
    const got = oracle.sparsemax(z, 1, z.length);
    for (const [k, p] of want.entries()) expect(Math.abs(got[k] - p)).toBeLessThan(1e-14);
  }
});
