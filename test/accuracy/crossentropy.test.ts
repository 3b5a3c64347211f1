// Cross-entropy against the oracle, which sees the same float32 inputs. FIGURES=1 prints the worst cases.
import { test } from "vitest";
import { ROW_SCRATCH } from "../../src/contract.js";
import { describeEach } from "../support/backends.js";
import { Image } from "../support/image.js";
import * as oracle from "../support/oracle/kernels.js";
import { Random } from "../support/random.js";
import { CASES, type Matrix, type Reduction, rowKernels, SHORT } from "../support/rows.js";
import { ulp32 } from "../support/ulp.js";
import { floats, kernelsOf, largest, MIN_NORMAL, ulpOrFlushed, Worst } from "../support/worst.js";

const SCRATCH = ROW_SCRATCH >> 2;

/** What one rounding adds at most, relative to its result. One ULP is U to 2 U of a number. */
const U = 2 ** -24;

describeEach(["strict", "relaxed", "js"], (target) => {
  const { boundOf, crossEntropy } = rowKernels(target);
  const call = kernelsOf(target);
  const CROSS_ENTROPY = boundOf("crossEntropy"); // loss and gradient

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
      // L: exp 2 + 2, tree of 32 columns 5; the result 1. All terms of the loss have one sign
      worst.within(`loss ${what}`, got.loss, want.loss, (r) => 10 * U * Math.max(MIN_NORMAL, Math.abs(want.loss[r])));

      const p = oracle.softmax(x, rows, cols);
      const all = weight.reduce((a, b) => a + b);
      const norm = reduction === "mean" ? targets.reduce((sum, t) => sum + (t === -1 ? 0 : weight[t]), 0) : 1;
      const terms = (r: number, c: number): number => {
        const hit = (1 - labelSmoothing) * weight[targets[r]];
        const share = labelSmoothing / cols;
        const upstream = Math.abs(dloss[reduction === "none" ? r : 0] / norm);
        return upstream * ((hit + share * all) * p[r * cols + c] + (c === targets[r] ? hit : 0) + share * weight[c]);
      };
      // a probability: exp 2, sum 7, factor 1, product 1; the difference from the other terms 1
      const bound = (r: number, c: number) => (targets[r] === -1 ? 0 : 12 * U * terms(r, c) + MIN_NORMAL);
      worst.within(`gradient ${what}`, got.dlogits, want.dlogits, (i) => bound(Math.floor(i / cols), i % cols));
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
      // lse^2 and its slope have the error of lse, twice that of m + L
      worst.within(`loss ${what}`, got.loss, want.loss, (r) => CROSS_ENTROPY * ulp32(want.loss[r]));
      const plain = oracle.crossEntropy(x, targets, rows, cols, { ...options, zLoss: 0 });
      const terms = (i: number) => Math.abs(plain.dlogits[i]) + Math.abs(want.dlogits[i] - plain.dlogits[i]);
      worst.within(`gradient ${what}`, got.dlogits, want.dlogits, (i) => CROSS_ENTROPY * ulp32(terms(i)) + MIN_NORMAL);
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
      const bound = (i: number) => CROSS_ENTROPY * ulp32(want.terms[i]) + MIN_NORMAL;
      worst.within(`gradient ${what}`, floats(image, at, x.length), want.dlogits, bound);
    }
    worst.expectAtMost(1);
  });
});
