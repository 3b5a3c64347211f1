// Every gradient of the oracle against central differences of its forward.
import { describe, expect, test } from "vitest";
import * as oracle from "../support/oracle/kernels.js";
import { Random } from "../support/random.js";

const STEP = 1e-5;

const normals = (random: Random, n: number): Float64Array => Float64Array.from({ length: n }, () => random.normal());
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((s, v, i) => s + v * b[i], 0);

/** gradient = d f / d x. A difference is good to some STEP^2 of the largest gradient. */
function check(what: string, x: Float64Array, gradient: Float64Array, f: (x: Float64Array) => number): void {
  expect(gradient.length, what).toBe(x.length);
  const largest = gradient.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-3);
  for (let i = 0; i < x.length; i++) {
    const at = (v: number) => f(x.map((w, k) => (k === i ? v : w)));
    const want = (at(x[i] + STEP) - at(x[i] - STEP)) / (2 * STEP);
    const error = Math.abs(gradient[i] - want) / largest;
    expect(error, `${what}[${i}]: ${gradient[i]}, by differences ${want}`).toBeLessThan(1e-7);
  }
}

describe.each([1, 0.7, -2])("rows, beta %d", (beta) => {
  const random = new Random(1);
  const [rows, cols] = [3, 5];
  const x = normals(random, rows * cols);
  const dy = normals(random, rows * cols);
  const dlse = normals(random, rows);

  test("softmax", () => {
    const dx = oracle.softmaxBackward(dy, oracle.softmax(x, rows, cols, beta), rows, cols, beta);
    check("dx", x, dx, (v) => dot(dy, oracle.softmax(v, rows, cols, beta)));
  });

  test("logSoftmax", () => {
    const dx = oracle.logSoftmaxBackward(dy, oracle.logSoftmax(x, rows, cols, beta), rows, cols, beta);
    check("dx", x, dx, (v) => dot(dy, oracle.logSoftmax(v, rows, cols, beta)));
  });

  test("logSumExp", () => {
    const dx = oracle.logSumExpBackward(dlse, x, rows, cols, beta);
    check("dx", x, dx, (v) => dot(dlse, oracle.logSumExp(v, rows, cols, beta)));
  });
});

test("the dominating entry keeps its digits", () => {
  const x = [20, 0, 0];
  const want = -2 * Math.exp(-20); // the next term of the series is 1e-9 of it
  expect(oracle.logSoftmax(x, 1, 3)[0] / want).toBeCloseTo(1, 8);
  const { loss, dlogits } = oracle.crossEntropy(x, [0], 1, 3);
  expect(loss[0] / -want).toBeCloseTo(1, 8);
  expect(dlogits[0] / want).toBeCloseTo(1, 8);
});

describe.each(["none", "mean", "sum"] as const)("crossEntropy, reduction %s", (reduction) => {
  test.each([0, 0.1, 1])("labelSmoothing %d", (labelSmoothing) => {
    const random = new Random(2);
    const [rows, cols] = [4, 5];
    const x = normals(random, rows * cols);
    const targets = [3, -1, 0, 4];
    for (const weight of [undefined, Float64Array.from(random.floats(cols, 0, 2))]) {
      for (const dloss of [undefined, normals(random, reduction === "none" ? rows : 1)]) {
        const options = { weight, labelSmoothing, reduction, dloss, ignoreIndex: -1, zLoss: dloss ? 0.3 : 0 };
        const { loss, dlogits } = oracle.crossEntropy(x, targets, rows, cols, options);
        const upstream = dloss ?? new Float64Array(loss.length).fill(1);
        check("dlogits", x, dlogits, (v) => dot(upstream, oracle.crossEntropy(v, targets, rows, cols, options).loss));
      }
    }
  });
});

test.each([0, 0.1, 1])("crossEntropyProbabilities, labelSmoothing %d", (labelSmoothing) => {
  const random = new Random(6);
  const [rows, cols] = [3, 5];
  const [x, targets] = [normals(random, rows * cols), random.floats(rows * cols, 0, 1)];
  const dloss = normals(random, rows);
  for (const weight of [undefined, random.floats(cols, 0, 2)]) {
    const options = { weight, labelSmoothing, zLoss: weight ? 0 : 0.3, dloss };
    const { dlogits } = oracle.crossEntropyProbabilities(x, targets, rows, cols, options);
    check("dlogits", x, dlogits, (v) =>
      dot(dloss, oracle.crossEntropyProbabilities(v, targets, rows, cols, options).loss),
    );
  }
});

test("linear", () => {
  const random = new Random(3);
  const [rows, I, O] = [3, 4, 2];
  const [x, w, b, dy] = [rows * I, O * I, O, rows * O].map((n) => normals(random, n));
  const { dx, dw, db } = oracle.linearBackward(dy, x, w, rows, I, O);
  check("dx", x, dx, (v) => dot(dy, oracle.linear(v, w, b, rows, I, O)));
  check("dw", w, dw, (v) => dot(dy, oracle.linear(x, v, b, rows, I, O)));
  check("db", b, db, (v) => dot(dy, oracle.linear(x, w, v, rows, I, O)));
});

test.each([[undefined], [[4, 1, 3]]])("lstm, lengths %o", (lengths) => {
  const random = new Random(4);
  const [T, B, I, H] = [4, 3, 2, 3];
  const sizes = {
    x: T * B * I,
    wih: 4 * H * I,
    whh: 4 * H * H,
    bih: 4 * H,
    bhh: 4 * H,
    h0: B * H,
    c0: B * H,
  };
  const entries = Object.entries(sizes).map(([name, n]) => [name, normals(random, n)]);
  const inputs = Object.fromEntries(entries) as Record<keyof typeof sizes, Float64Array>;
  const [dy, dhN, dcN] = [T * B * H, B * H, B * H].map((n) => normals(random, n));
  const p = { T, B, I, H, lengths, ...inputs };
  const d = oracle.lstmBackward(p, dy, dhN, dcN);
  for (const name of Object.keys(sizes) as (keyof typeof sizes)[]) {
    check(name, inputs[name], d[`d${name}`], (v) => {
      const { y, hN, cN } = oracle.lstm({ ...p, [name]: v });
      return dot(dy, y) + dot(dhN, hN) + dot(dcN, cN);
    });
  }
});

test("embedding", () => {
  const random = new Random(5);
  const [rows, dim, ids] = [4, 3, [2, 0, 2, 3]];
  const table = normals(random, rows * dim);
  const dy = normals(random, ids.length * dim);
  check("dtable", table, oracle.embeddingBackward(dy, ids, rows, dim), (v) => dot(dy, oracle.embedding(v, ids, dim)));
});

test("clipByNorm", () => {
  const { g, norm } = oracle.clipByNorm([3, 4], 1);
  expect(norm).toBe(5);
  expect(Math.hypot(...g)).toBeCloseTo(1, 6);
  expect([...oracle.clipByNorm([0.3, 0.4], 1).g]).toEqual([0.3, 0.4]);
});
