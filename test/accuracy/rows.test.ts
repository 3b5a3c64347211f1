// The softmax family against the oracle, which sees the same float32 inputs. FIGURES=1 prints the worst cases.
import { test } from "vitest";
import { describeEach } from "../support/backends.js";
import * as oracle from "../support/oracle/kernels.js";
import { Random } from "../support/random.js";
import { CASES, type Matrix, rowKernels, SHORT, TEMPERATURES } from "../support/rows.js";
import { ulp32 } from "../support/ulp.js";
import { MIN_NORMAL, ulpOrFlushed, Worst } from "../support/worst.js";

/** What one rounding adds at most, relative to its result. One ULP is U to 2 U of a number. */
const U = 2 ** -24;

describeEach(["strict", "relaxed", "js"], (target) => {
  const { boundOf, rowKernel, logSumExp, logSumExpBackward, backward } = rowKernels(target);
  const [SOFTMAX, LOG_SOFTMAX, LOG_SUM_EXP] = ["softmax", "logSoftmax", "logSumExp"].map(boundOf);

  test("softmax", () => {
    const worst = new Worst();
    for (const { what, ...matrix } of CASES) {
      const got = rowKernel("softmax", matrix);
      const want = oracle.softmax(matrix.x, matrix.rows, matrix.cols);
      worst.compare(what, got, want, (i) => ulpOrFlushed(got[i], want[i]));
    }
    worst.expectAtMost(SOFTMAX);
  });

  test("logSoftmax", () => {
    const worst = new Worst();
    for (const { what, ...matrix } of CASES) {
      const want = oracle.logSoftmax(matrix.x, matrix.rows, matrix.cols);
      worst.compare(what, rowKernel("logSoftmax", matrix), want);
    }
    worst.expectAtMost(LOG_SOFTMAX);
  });

  /** The largest beta x of each row. */
  function tops({ x, rows, cols }: Matrix, beta: number): number[] {
    const row = (r: number) => Array.from(x.subarray(r * cols, (r + 1) * cols), (v) => beta * v);
    return Array.from({ length: rows }, (_, r) => row(r).reduce((a, b) => Math.max(a, b)));
  }

  test("logSumExp", () => {
    const worst = new Worst();
    for (const { what, ...matrix } of CASES) {
      const got = logSumExp(matrix);
      const want = oracle.logSumExp(matrix.x, matrix.rows, matrix.cols);
      const m = tops(matrix, matrix.cols < 32 ? 0 : 1);
      worst.within(what, got, want, (r) => ulp32(Math.max(Math.abs(m[r]), Math.abs(want[r]))));
    }
    worst.expectAtMost(LOG_SUM_EXP);
  });

  test.each(TEMPERATURES)("softmax, logSoftmax, logSumExp, temperature %d: no less exact than at 1", (temperature) => {
    const beta = 1 / temperature;
    const worst = new Worst();
    for (const { what, ...matrix } of SHORT) {
      const { x, rows, cols } = matrix;
      const y = oracle.softmax(x, rows, cols, beta);
      const got = rowKernel("softmax", matrix, beta);
      worst.compare(what, got, y, (i) => ulpOrFlushed(got[i], y[i]) / SOFTMAX);
      const log = oracle.logSoftmax(x, rows, cols, beta);
      worst.within(`log ${what}`, rowKernel("logSoftmax", matrix, beta), log, (i) => LOG_SOFTMAX * ulp32(log[i]));
      const lse = oracle.logSumExp(x, rows, cols, beta);
      const m = tops(matrix, cols < 32 ? 0 : beta);
      const ulp = (r: number) => LOG_SUM_EXP * ulp32(Math.max(Math.abs(m[r]), Math.abs(lse[r])));
      worst.within(`lse ${what}`, logSumExp(matrix, beta), lse, ulp);
    }
    worst.expectAtMost(1);
  });

  /** Sums over each row of f(i). */
  const rowSums = (rows: number, cols: number, f: (i: number) => number): number[] =>
    Array.from({ length: rows }, (_, r) =>
      Array.from({ length: cols }, (_, c) => f(r * cols + c)).reduce((a, b) => a + b),
    );

  test.each([1, 0.7, -2])("softmaxBackward, beta %d", (beta) => {
    const worst = new Worst();
    const random = new Random(4);
    for (const { what, x, rows, cols } of SHORT) {
      const dy = random.normals(x.length);
      const y = Float32Array.from(oracle.softmax(x, rows, cols, beta));
      const got = backward("softmaxBackward", dy, y, rows, cols, beta);
      const sum = rowSums(rows, cols, (i) => dy[i] * y[i]);
      // all in float64: sum(y), which the oracle does not divide by, is 1 but for the rounding of y; then one rounding
      const bound = (i: number, r: number) => Math.abs(beta * y[i]) * (Math.abs(sum[r]) + Math.abs(dy[i] - sum[r])) * U;
      worst.within(
        what,
        got,
        oracle.softmaxBackward(dy, y, rows, cols, beta),
        (i) => bound(i, Math.floor(i / cols)) + MIN_NORMAL,
      );
    }
    worst.expectAtMost(1);
  });

  test.each([1, 0.7, -2])("logSoftmaxBackward, beta %d", (beta) => {
    const worst = new Worst();
    const random = new Random(5);
    for (const { what, x, rows, cols } of SHORT) {
      const dy = random.normals(x.length);
      const y = Float32Array.from(oracle.logSoftmax(x, rows, cols, beta));
      const got = backward("logSoftmaxBackward", dy, y, rows, cols, beta);
      const want = oracle.logSoftmaxBackward(dy, y, rows, cols, beta);
      const sum = rowSums(rows, cols, (i) => dy[i]);
      const terms = rowSums(rows, cols, (i) => Math.abs(dy[i]));
      // the sum: two levels of a tree; exp one ULP, fused 1.05; then float64, and one rounding of the result
      const bound = (i: number, r: number) =>
        (Math.abs(beta) * Math.exp(y[i]) * (2 * terms[r] + 2.1 * Math.abs(sum[r])) + Math.abs(want[i])) * U;
      worst.within(
        what,
        got,
        want,
        (i) => bound(i, Math.floor(i / cols)) + MIN_NORMAL * (1 + terms[Math.floor(i / cols)]),
      );
    }
    worst.expectAtMost(1);
  });

  test.each([
    [1, 1],
    [1 / 0.7, 1],
    [1, 1e-25],
    [1e-20, 1],
    [1e30, 1e-30],
  ])("logSumExpBackward, beta %d, dlse of about %d", (beta, size) => {
    const worst = new Worst();
    const random = new Random(6);
    for (const { what, ...matrix } of beta === 1 ? CASES : SHORT) {
      const dlse = random.normals(matrix.rows, size);
      const got = logSumExpBackward(dlse, matrix, beta);
      const want = oracle.logSumExpBackward(dlse, matrix.x, matrix.rows, matrix.cols, beta);
      worst.compare(what, got, want, (i) => ulpOrFlushed(got[i], want[i], beta * dlse[Math.floor(i / matrix.cols)]));
    }
    worst.expectAtMost(SOFTMAX); // one factor, as there
  });
});
