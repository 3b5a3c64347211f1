// Every gradient of the oracle of the losses against central differences of its losses.
import { describe, expect, test } from "vitest";
import * as oracle from "../support/oracle/losses.js";
import { Random } from "../support/random.js";

const STEP = 1e-5;
const random = new Random(1);
const SHAPES: oracle.Rows[] = [
  { rows: 3, cols: 5, inner: 1 },
  { rows: 6, cols: 4, inner: 3 },
  { rows: 2, cols: 1, inner: 2 },
];

const normals = (n: number): Float64Array => Float64Array.from({ length: n }, () => random.normal());
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((s, v, i) => s + v * b[i], 0);

/** The gradient of f(x, dloss) at x; a difference is good to some STEP^2 of the largest gradient. */
function check(x: Float64Array, losses: number, f: (x: Float64Array, dloss: Float64Array) => oracle.Lost): void {
  const dloss = normals(losses);
  const { dx } = f(x, dloss);
  expect(dx.length).toBe(x.length);
  const largest = dx.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-3);
  for (let i = 0; i < x.length; i++) {
    const at = (v: number) => {
      const moved = x.map((w, k) => (k === i ? v : w));
      return dot(dloss, f(moved, dloss).loss);
    };
    const want = (at(x[i] + STEP) - at(x[i] - STEP)) / (2 * STEP);
    expect(Math.abs(dx[i] - want) / largest, `${i}: ${dx[i]}, by differences ${want}`).toBeLessThan(1e-7);
  }
}

describe("elements", () => {
  const n = 12;
  const [weight, posWeight] = [random.floats(4, 0, 2), random.floats(3, 0, 2)];
  const signs = normals(n).map(Math.sign);
  const soft = Float64Array.from(random.floats(n, 0, 1));
  const hard = soft.map(Math.round);

  test("mse", () => check(normals(n), n, (x, d) => oracle.mse(x, soft, d)));
  test.each([1, 2])("hinge, power %d", (power) => {
    check(normals(n), n, (x, d) => oracle.hinge(x, signs, d, 0.7, power));
  });
  test.each([soft, hard])("bceWithLogits", (y) => {
    check(normals(n), n, (x, d) => oracle.bceWithLogits(x, y, d));
    check(normals(n), n, (x, d) => oracle.bceWithLogits(x, y, d, weight, posWeight));
  });
  test.each([0, 0.5, 1, 2, 3.5])("sigmoidFocal, gamma %d", (gamma) => {
    for (const y of [soft, hard])
      for (const alpha of [-1, 0.25]) {
        check(normals(n), n, (x, d) => oracle.sigmoidFocal(x, y, d, alpha, gamma));
      }
  });
});

describe.each(SHAPES)("rows %o", (shape) => {
  const { rows, cols } = shape;
  const n = rows * cols;
  const targets = Int32Array.from({ length: rows }, (_, r) => (r === 1 ? -1 : random.below(cols)));
  const valid = targets.map((t) => Math.max(t, 0));
  const options = { weight: random.floats(cols, 0, 2), ignoreIndex: -1 };

  test("nll", () => check(normals(n), rows, (x, d) => oracle.nll(x, targets, shape, d, options)));
  test.each([1, 2])("multiMargin, p = %d", (p) => {
    check(normals(n), rows, (x, d) => oracle.multiMargin(x, valid, shape, d, { ...options, p, margin: 0.7 }));
  });
  test("klDivergence", () => {
    const probabilities = Float64Array.from(random.floats(n, 0, 1));
    check(normals(n), rows, (x, d) => oracle.klDivergence(x, probabilities, shape, d));
    const logits = normals(n);
    check(normals(n), rows, (x, d) => oracle.klDivergence(x, logits, shape, d, true));
  });
  test("entropy", () => check(normals(n), rows, (x, d) => oracle.entropy(x, shape, d)));
  test.each([0, 0.5, 2, 5])("focal, gamma %d", (gamma) => {
    check(normals(n), rows, (x, d) => oracle.focal(x, targets, shape, d, { ...options, gamma }));
  });
});
