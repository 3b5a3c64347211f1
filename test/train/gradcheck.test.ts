// gradCheck: right gradients of the library pass, wrong ones do not, and it says where.
import { describe, expect, test } from "vitest";
import {
  crossEntropy,
  gradCheck,
  gumbelSoftmax,
  logSumExp,
  logSumExpBackward,
  softmax,
  softmaxBackward,
  sparsemax,
  sparsemaxBackward,
  sphericalSoftmax,
  sphericalSoftmaxBackward,
  standardNormalize,
  standardNormalizeBackward,
  taylorSoftmax,
  taylorSoftmaxBackward,
} from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { open } from "../support/instance.js";
import { Random } from "../support/random.js";
import { thrownBy } from "../support/refused.js";

const [ROWS, COLS] = [3, 5];
const OPTIONS = { cols: COLS };
const random = new Random(1);
const X = random.normals(ROWS * COLS);
const DY = random.normals(ROWS * COLS);
const TARGETS = Int32Array.of(4, 0, 1);
const dot = (a: Float32Array, b: Float32Array): number => a.reduce((s, v, i) => s + v * b[i], 0);
const cubes = (x: Float32Array): number => x.reduce((s, v) => s + v ** 3, 0);
const cubesGradient = (x: Float32Array): Float32Array => x.map((v) => 3 * v * v);

describeEach(["strict", "js"], (target) => {
  const sc = open(target);
  const seeded = { ...OPTIONS, seed: 3, temperature: 0.8 };

  test("logits near 100 that differ by 1 need a smaller epsilon, as it says", () => {
    const x = Float32Array.of(100.3, 99, 100.5, 101.2);
    const f = (v: Float32Array) => crossEntropy(sc, v, Int32Array.of(1), { gradient: false }).loss;
    const { dlogits } = crossEntropy(sc, x, Int32Array.of(1));
    expect(gradCheck(f, x, dlogits).ok).toBe(false);
    expect(gradCheck(f, x, dlogits, { epsilon: 2 ** -9 }).ok).toBe(true);
  });

  test.each<[name: string, f: (x: Float32Array) => number, dx: (x: Float32Array) => Float32Array]>([
    [
      "softmax",
      (x) => dot(DY, softmax(sc, x, OPTIONS)),
      (x) => softmaxBackward(sc, DY, { y: softmax(sc, x, OPTIONS), ...OPTIONS }),
    ],
    ["logSumExp", (x) => logSumExp(sc, x)[0], (x) => logSumExpBackward(sc, Float32Array.of(1), { x })],
    [
      "crossEntropy",
      (x) => crossEntropy(sc, x, TARGETS, { classes: COLS, reduction: "sum" }).loss,
      (x) => crossEntropy(sc, x, TARGETS, { classes: COLS, reduction: "sum" }).dlogits,
    ],
    [
      "standardNormalize",
      (x) => dot(DY, standardNormalize(sc, x, { ...OPTIONS, eps: 0.1 })),
      (x) => standardNormalizeBackward(sc, DY, { x, ...OPTIONS, eps: 0.1 }),
    ],
    [
      "taylorSoftmax",
      (x) => dot(DY, taylorSoftmax(sc, x, OPTIONS)),
      (x) => taylorSoftmaxBackward(sc, DY, { x, ...OPTIONS }),
    ],
    [
      "sphericalSoftmax",
      (x) => dot(DY, sphericalSoftmax(sc, x, { ...OPTIONS, eps: 0.1 })),
      (x) => sphericalSoftmaxBackward(sc, DY, { x, ...OPTIONS, eps: 0.1 }),
    ],
    [
      "gumbelSoftmax, by softmaxBackward of its soft result",
      (x) => dot(DY, gumbelSoftmax(sc, x, seeded).soft),
      (x) => softmaxBackward(sc, DY, { y: gumbelSoftmax(sc, x, seeded).soft, cols: COLS, temperature: 0.8 }),
    ],
  ])("%s", (_, f, dx) => {
    const report = gradCheck(f, X, dx);
    expect(report.ok, JSON.stringify(report)).toBe(true);
    expect(report.checked).toBe(X.length);
    // the noise must not be what lets it pass
    expect(report.noise).toBeLessThan(1e-3);
    const wrong = dx(X);
    wrong[7] += 0.05;
    const failed = gradCheck(f, X, wrong);
    expect(failed.ok).toBe(false);
    expect(failed.worst.index).toBe(7);
    expect(failed.worst.analytic).toBe(wrong[7]);
  });

  test("sparsemax is not smooth: a small step between the kinks", () => {
    const x = Float32Array.of(0.5, 0.25, -2, 0.125);
    const dy = Float32Array.of(1, -1, 3, 0.5);
    const dx = sparsemaxBackward(sc, dy, { y: sparsemax(sc, x) });
    expect(gradCheck((v) => dot(dy, sparsemax(sc, v)), x, dx).ok).toBe(true);
  });
});

describe("reports", () => {
  test("analytic, numeric and their relative error, at the worst element", () => {
    const x = Float32Array.of(1, -2, 3);
    const dx = Float32Array.of(3, 12, 27 * 1.01);
    const { ok, worst, checked } = gradCheck(cubes, x, dx, { tolerance: 0.005 });
    expect([ok, worst.index, worst.analytic, checked]).toEqual([false, 2, dx[2], 3]);
    expect(worst.numeric).toBeCloseTo(27, 4); // the second step takes away all of a cubic's error
    expect(worst.error).toBeCloseTo(0.01 / 1.01, 5);
    expect(gradCheck(cubes, x, dx, { tolerance: 0.02 }).ok).toBe(true);
  });

  test("steps are as long as x is large", () => {
    // a step of 1/32 would be lost in 2^30 in float32
    const x = Float32Array.of(2 ** 30, 1e-3, 0, -(2 ** 20) - 0.3);
    expect(gradCheck(cubes, x.subarray(0, 1), cubesGradient).ok).toBe(true);
    expect(gradCheck(cubes, x.subarray(1), cubesGradient).ok).toBe(true);
    expect(gradCheck(cubes, x.subarray(0, 1), Float32Array.of(3.1 * 2 ** 60)).ok).toBe(false);
  });

  test("a gradient below the noise is not called wrong, and the noise is named", () => {
    // rounded to float32 around 1000, whose neighbours are 6e-5 apart
    const f = (x: Float32Array): number => Math.fround(1000 + 1e-3 * x[0]);
    const report = gradCheck(f, Float32Array.of(1), Float32Array.of(1e-3));
    expect(report.ok).toBe(true);
    expect(report.noise).toBeGreaterThan(1e-3);
    expect(gradCheck(f, Float32Array.of(1), Float32Array.of(0.1)).ok).toBe(false);
  });

  test("a kink within the step is an error, a smaller epsilon passes", () => {
    const relu = (x: Float32Array): number => Math.max(0, x[0]);
    const x = Float32Array.of(0.03);
    expect(gradCheck(relu, x, Float32Array.of(1)).ok).toBe(false);
    expect(gradCheck(relu, x, Float32Array.of(1), { epsilon: 2 ** -8 }).ok).toBe(true);
  });

  test("a gradient of zeros is right for a constant", () => {
    const { ok, worst, noise } = gradCheck(() => 0, X, new Float32Array(X.length));
    expect({ ok, worst, noise }).toEqual({
      ok: true,
      worst: { index: 0, analytic: 0, numeric: 0, error: 0 },
      noise: 0,
    });
    expect(gradCheck(() => 0, X, X).ok).toBe(false);
  });

  test("samples: different elements, the same ones for a seed; x stays", () => {
    const x = random.normals(200);
    const before = x.slice();
    const seen = (seed: number, samples: number): Set<number> => {
      const changed = new Set<number>();
      const f = (v: Float32Array): number => {
        for (const [i, value] of v.entries()) if (value !== before[i]) changed.add(i);
        return cubes(v);
      };
      expect(gradCheck(f, x, cubesGradient, { samples, seed }).checked).toBe(Math.min(samples, 200));
      return changed;
    };
    expect(seen(1, 20).size).toBe(20);
    expect(seen(1, 20)).toEqual(seen(1, 20));
    expect(seen(1, 20)).not.toEqual(seen(2, 20));
    expect(seen(1, 500).size).toBe(200);
    expect(x).toEqual(before);
    // the report is of the sampled elements alone
    const wrong = cubesGradient(x);
    const outside = x.findIndex((_, i) => !seen(1, 20).has(i));
    wrong[outside] += 1;
    expect(gradCheck(cubes, x, wrong, { samples: 20, seed: 1 }).ok).toBe(true);
    expect(gradCheck(cubes, x, wrong).worst.index).toBe(outside);
  });
});

describe("refuses", () => {
  const x = Float32Array.of(1, 2);
  const dx = Float32Array.of(3, 12);
  let calls = 0;

  test.each<[name: string, args: unknown[], kind: typeof Error | typeof TypeError | typeof RangeError, text: string]>([
    ["f no function", [3, x, dx], TypeError, `"f" expected a function, got 3`],
    ["x texts", [cubes, ["1", "2"], dx], TypeError, `"x[0]" expected a number, got "1"`],
    ["x empty", [cubes, x.subarray(2), dx.subarray(2)], RangeError, `"x" expected at least one element`],
    ["x NaN", [cubes, Float32Array.of(1, Number.NaN), dx], RangeError, `"x" expected finite numbers, got NaN at 1`],
    ["dx texts", [cubes, x, ["3", "12"]], TypeError, `"dx[0]" expected a number, got "3"`],
    ["dx undefined", [cubes, x], TypeError, `"dx" expected an array of numbers or a Tensor, got undefined`],
    ["dx too long", [cubes, x, X], RangeError, `"dx" expected length 2, got 15`],
    [
      "dx infinite",
      [cubes, x, Float32Array.of(1, Number.POSITIVE_INFINITY)],
      RangeError,
      `"dx" expected finite numbers`,
    ],
    ["dx() texts", [cubes, x, () => ["3", "12"]], TypeError, `"dx(x)[0]" expected a number`],
    ["dx() too short", [cubes, x, () => dx.subarray(1)], RangeError, `"dx" expected length 2`],
    ["options null", [cubes, x, dx, null], TypeError, `"options" expected an object, got null`],
    ["options misspelt", [cubes, x, dx, { eps: 1 }], RangeError, `got "eps"`],
    ["epsilon 0", [cubes, x, dx, { epsilon: 0 }], RangeError, `"epsilon" expected a number from`],
    ["epsilon a string", [cubes, x, dx, { epsilon: "1" }], TypeError, `"epsilon" expected a number, got "1"`],
    ["tolerance 0", [cubes, x, dx, { tolerance: 0 }], RangeError, `"tolerance" expected a number above 0 to 1`],
    ["samples 0", [cubes, x, dx, { samples: 0 }], RangeError, `"samples" expected an integer from 1`],
    ["seed -1", [cubes, x, dx, { seed: -1 }], RangeError, `"seed" expected an integer from 0`],
    ["f undefined", [() => undefined, x, dx], TypeError, `"f" expected to return a number, got undefined`],
    ["f an array", [() => x, x, dx], TypeError, `"f" expected to return a number, got Float32Array`],
    ["f NaN", [() => Number.NaN, x, dx], RangeError, `"f" expected to be finite, got NaN at x`],
    [
      "f infinite at a step",
      [(v: Float32Array) => (v[1] > 2 ? Number.POSITIVE_INFINITY : 0), x, dx],
      RangeError,
      `"f" expected to be finite, got Infinity at x[1] = 2.0625`,
    ],
    ["f random", [() => calls++, x, dx], Error, `"f" expected the same result for the same x, got 0 and 1`],
    ["f changes x", [(v: Float32Array) => v.fill(4)[0], x, dx], Error, `"f" expected to leave x as it is`],
  ])("%s", (_, args, kind, text) => {
    const error = thrownBy(() => (gradCheck as (...args: unknown[]) => unknown)(...args));
    expect(error.message).toContain(text);
    expect(error.constructor).toBe(kind);
    expect([...x, ...dx]).toEqual([1, 2, 3, 12]);
  });
});
