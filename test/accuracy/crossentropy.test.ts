// Cross-entropy against the oracle, which sees the same float32 inputs. FIGURES=1 prints the worst cases.
import { expect, test } from "vitest";
import { ROW_SCRATCH } from "../../src/contract.js";
import { describeEach } from "../support/backends.js";
import { Image } from "../support/image.js";
import * as oracle from "../support/oracle/kernels.js";
import { Random } from "../support/random.js";
import { CASES, type Matrix, type Reduction, rowKernels, SHORT } from "../support/rows.js";
import { ulp32 } from "../support/ulp.js";
import { floats, kernelsOf, largest, MIN_NORMAL, type Numbers, ulpOrFlushed, Worst } from "../support/worst.js";

const SCRATCH = ROW_SCRATCH >> 2;

/** What one rounding adds at most, relative to its result. One ULP is U to 2 U of a number. */
const U = 2 ** -24;

describeEach(["strict", "relaxed", "js"], (target) => {
  const { boundOf, crossEntropy } = rowKernels(target);
  const call = kernelsOf(target);
  const CROSS_ENTROPY = boundOf("crossEntropy"); // loss and gradient

  /** What a gradient may be off by that is the difference of terms: its bound, and what float64 loses. */
  const bound = (want: number, terms: number): number => CROSS_ENTROPY * ulp32(want) + 2 ** -45 * terms + MIN_NORMAL;

  /** Random classes; in every third row the one with the largest logit. */
  function targetsOf(random: Random, { x, rows, cols }: Matrix): number[] {
    return Array.from({ length: rows }, (_, r) => {
      const row = x.subarray(r * cols, (r + 1) * cols);
      return r % 3 ? random.below(cols) : row.indexOf(row.reduce((a, b) => Math.max(a, b)));
    });
  }

  test.each(["none", "mean", "sum"] as Reduction[])("crossEntropy, reduction %s", (reduction) => {
    const random = new Random(7);
    const worst = new Worst();
    for (const { what, ...matrix } of reduction === "none" ? CASES : SHORT) {
      const targets = targetsOf(random, matrix);
      const dloss = random.below(2) ? random.normals(reduction === "none" ? matrix.rows : 1) : undefined;
      const got = crossEntropy(matrix, targets, { reduction, dloss });
      const want = oracle.crossEntropy(matrix.x, targets, matrix.rows, matrix.cols, { reduction, dloss });
      worst.compare(`loss ${what}`, got.loss, want.loss);
      const error = (i: number) => ulpOrFlushed(got.dlogits[i], want.dlogits[i]);
      worst.compare(`gradient ${what}`, got.dlogits, want.dlogits, error);
    }
    worst.expectAtMost(CROSS_ENTROPY);
  });

  test.each([
    ["none", 0],
    ["mean", 0],
    ["none", 0.1],
    ["mean", 0.1],
    ["sum", 1],
  ] as [Reduction, number][])("crossEntropy with weights, reduction %s, smoothing %d", (reduction, labelSmoothing) => {
    const random = new Random(8);
    const worst = new Worst();
    for (const { what, ...matrix } of SHORT) {
      const { x, rows, cols } = matrix;
      const targets = targetsOf(random, matrix).map((t) => (random.below(9) ? t : -1));
      const weight = random.floats(cols, 0.1, 2);
      const dloss = random.normals(reduction === "none" ? rows : 1);
      const options = { weight, dloss, ignoreIndex: -1, labelSmoothing, reduction };
      const got = crossEntropy(matrix, targets, options);
      const want = oracle.crossEntropy(x, targets, rows, cols, options);
      worst.within(`loss ${what}`, got.loss, want.loss, (r) => CROSS_ENTROPY * ulp32(want.loss[r]));
      worst.within(`gradient ${what}`, got.dlogits, want.dlogits, (i) => bound(want.dlogits[i], want.terms[i]));
    }
    worst.expectAtMost(1);
  });

  test("crossEntropy with zLoss", () => {
    const random = new Random(18);
    const worst = new Worst();
    for (const { what, ...matrix } of SHORT) {
      const { x, rows, cols } = matrix;
      const targets = targetsOf(random, matrix);
      const options = { reduction: "none", zLoss: 0.01, weight: random.floats(cols, 0.1, 2) } as const;
      const got = crossEntropy(matrix, targets, options);
      const want = oracle.crossEntropy(x, targets, rows, cols, options);
      worst.within(`loss ${what}`, got.loss, want.loss, (r) => CROSS_ENTROPY * ulp32(want.loss[r]));
      worst.within(`gradient ${what}`, got.dlogits, want.dlogits, (i) => bound(want.dlogits[i], want.terms[i]));
    }
    worst.expectAtMost(1);
  });

  test.each([0, 0.1, 1])("crossEntropyProbabilities, smoothing %d", (labelSmoothing) => {
    const random = new Random(19);
    const worst = new Worst();
    for (const { what, x, rows, cols } of SHORT) {
      const logits = random.normals(x.length, 2);
      const y = Float32Array.from(oracle.softmax(logits, rows, cols));
      const weight = random.below(2) ? random.floats(cols, 0.1, 2) : undefined;
      const dloss = random.normals(rows);
      const options = { weight, labelSmoothing, zLoss: random.below(2) ? 0.01 : 0, dloss };
      const image = new Image();
      const [at, loss] = [image.put(x), image.place(rows)];
      const inputs = [image.put(y), weight ? image.put(weight) : 0, image.put(dloss)];
      const flags = [cols, labelSmoothing, options.zLoss, 1, 0, image.putScratch(SCRATCH)];
      const args = [loss, at, at, ...inputs, rows, cols, cols, cols, ...flags];
      const total = call(image, "crossEntropyProbabilities", args);
      const want = oracle.crossEntropyProbabilities(x, y, rows, cols, options);
      const got = floats(image, loss, rows);
      worst.within(`loss ${what}`, got, want.loss, (r) => CROSS_ENTROPY * ulp32(want.loss[r]));
      // the sum is that of the losses before they are rounded
      worst.within(`sum ${what}`, [total as number], [got.reduce((a, b) => a + b, 0)], () => largest(got) * rows * U);
      const gradient = floats(image, at, x.length);
      worst.within(`gradient ${what}`, gradient, want.dlogits, (i) => bound(want.dlogits[i], want.terms[i]));
    }
    worst.expectAtMost(1);
  });

  /** Loss and gradient against probabilities. */
  function ofProbabilities({ x, rows, cols }: Matrix, y: Numbers) {
    const image = new Image();
    const [at, loss] = [image.put(x), image.place(rows)];
    const args = [
      loss,
      at,
      at,
      image.put(y),
      0,
      0,
      rows,
      cols,
      cols,
      cols,
      cols,
      0,
      0,
      1,
      0,
      image.putScratch(SCRATCH),
    ];
    call(image, "crossEntropyProbabilities", args);
    return { loss: floats(image, loss, rows), dlogits: floats(image, at, x.length) };
  }

  test("the gradient of crossEntropyProbabilities where the targets are softmax(x), rounded", () => {
    const worst = new Worst();
    for (const { what, ...matrix } of SHORT) {
      const { x, rows, cols } = matrix;
      const y = Float32Array.from(oracle.softmax(x, rows, cols));
      const { dlogits } = ofProbabilities(matrix, y);
      const want = oracle.crossEntropyProbabilities(x, y, rows, cols);
      worst.within(what, dlogits, want.dlogits, (i) => bound(want.dlogits[i], want.terms[i]));
    }
    const { dlogits } = ofProbabilities(
      { x: Float32Array.of(1, 2, 3), rows: 1, cols: 3 },
      [0.09003057, 0.24472848, 0.66524094],
    );
    expect(dlogits[0]).toBeCloseTo(-8.09e-10, 11);
    worst.expectAtMost(1);
  });

  test("the gradient of crossEntropy where smoothing has been learned", () => {
    const worst = new Worst();
    const random = new Random(20);
    for (const cols of [2, 10, 33, 1000, 3000]) {
      for (const labelSmoothing of [0.1, 0.5]) {
        const q = (c: number) => labelSmoothing / cols + (c === 1 ? 1 - labelSmoothing : 0);
        const x = random.normals(cols, 1e-5).map((v, c) => Math.log(q(c)) + v);
        const matrix = { x, rows: 1, cols };
        const got = crossEntropy(matrix, [1], { labelSmoothing });
        const want = oracle.crossEntropy(x, [1], 1, cols, { labelSmoothing });
        worst.within(`${cols} columns`, got.dlogits, want.dlogits, (i) => bound(want.dlogits[i], want.terms[i]));
      }
    }
    worst.expectAtMost(1);
  });

  test("crossEntropy with zLoss where log-sum-exp cancels", () => {
    const worst = new Worst();
    const random = new Random(21);
    for (const cols of [2, 10, 33, 1000, 3000]) {
      const drawn = random.normals(cols);
      const [lse] = oracle.logSumExp(drawn, 1, cols);
      const x = drawn.map((v) => v - lse);
      const matrix = { x, rows: 1, cols };
      const options = { zLoss: 1e6 };
      const got = crossEntropy(matrix, [1], options);
      const want = oracle.crossEntropy(x, [1], 1, cols, options);
      worst.within(`loss, ${cols} columns`, got.loss, want.loss, () => CROSS_ENTROPY * ulp32(want.loss[0]));
      worst.within(`${cols} columns`, got.dlogits, want.dlogits, (i) => bound(want.dlogits[i], want.terms[i]));
    }
    worst.expectAtMost(1);
  });
});
