// Every kernel against the oracle, which sees the same float32 inputs. FIGURES=1 prints the worst cases.
import { expect, test } from "vitest";
import { type KernelName, packedSize, ROW_SCRATCH } from "../../src/contract.js";
import { describeEach } from "../support/backends.js";
import { ROWS, readBounds } from "../support/bounds.js";
import { Image } from "../support/image.js";
import { stream, train } from "../support/lstm/kernels.js";
import * as oracle from "../support/oracle/kernels.js";
import { Random } from "../support/random.js";
import { ulp32, ulpError } from "../support/ulp.js";
import {
  floats,
  kernelsOf,
  largest,
  MIN_NORMAL,
  type Numbers,
  roundings,
  ulpOrFlushed,
  Worst,
} from "../support/worst.js";

const SCRATCH = ROW_SCRATCH >> 2;

/** What one rounding adds at most, relative to its result. One ULP is U to 2 U of a number. */
const U = 2 ** -24;

const BOUNDS = readBounds(ROWS);

const round4 = (n: number): number => (n + 3) & ~3;

interface Matrix {
  x: Float32Array;
  rows: number;
  cols: number;
}

/** The worst rows that a random search found for logSoftmax, logSumExp, softmax and crossEntropy. */
const HARD = [
  [5.8976393, 0.65310013, -4.7069793, 15.618036],
  [0.0010342598, -2.031652, -8.414614],
  [
    5.1495852, 5.453375, 6.2615695, 3.6833436, 10.248283, 5.5021496, 8.776848, 5.9494166, 3.2357101, 2.6040533,
    0.5483389, 6.597433, 16.23444, 11.617241, 1.6220214, 2.4611647, -0.65261745, 3.982541, 6.526792, 10.1940975,
    5.2145824, 3.5842059, 2.947469, -0.6724644,
  ],
  [
    -7.4513135, -6.728329, 7.632884, -9.204747, 5.0225897, -10.82905, -4.6675835, -2.6552837, 0.28255987, -3.1244133,
    17.632378, -10.012947, -7.1011405, -0.77327824, -15.557081, -0.8854146, -8.070695, -1.4744136, -8.311905,
    -4.3375397, 5.1501646, 2.9684262, -2.4471426, -16.61747,
  ],
];

/** Rows of normal numbers around an offset, added in float32. */
const CASES = HARD.map((row, i) => ({ what: `hard row ${i}`, x: Float32Array.from(row), rows: 1, cols: row.length }));
{
  const random = new Random(1);
  for (const deviation of [1, 3, 20]) {
    for (const offset of [0, 1000, -2000]) {
      for (const cols of [1, 2, 3, 5, 10, 17, 33, 100, 1000, 4096, ...(offset ? [] : [131072])]) {
        const rows = Math.ceil(Math.min(1000, 8192 / cols));
        const x = random.normals(rows * cols, deviation).map((v) => v + offset);
        CASES.push({ what: `${rows} x ${cols}, deviation ${deviation}, offset ${offset}`, x, rows, cols });
      }
    }
  }
}
const SHORT = CASES.filter(({ cols }) => cols <= 1000);
/** Of most 1 / temperature is no float32. */
const TEMPERATURES = [0.7, 1.5, 3, 10, -0.3, ...Array.from(new Random(2).floats(4, 0.1, 5), (t) => t + 2 ** -30)];

describeEach(["strict", "relaxed", "js"], (target) => {
  const call = kernelsOf(target);
  const boundOf = (name: string): number => BOUNDS.get(name)!.bound[target === "relaxed" ? "relaxed" : "strict"];
  const [SOFTMAX, LOG_SOFTMAX, LOG_SUM_EXP] = ["softmax", "logSoftmax", "logSumExp"].map(boundOf);
  const CROSS_ENTROPY = boundOf("crossEntropy"); // loss and gradient

  const { NaN: NAN, POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NINF } = Number;
  const DENORMAL = 2 ** -149;

  test("scale, probeMadd, copySteps", () => {
    const random = new Random(3);
    const image = new Image();
    const x = random.normals(101);
    const at = image.put(x);
    call(image, "scale", [at, at, 101, 0.3]);
    expect(floats(image, at, 101)).toEqual(x.map((v) => v * Math.fround(0.3)));

    const [a, b, c] = [1 + 2 ** -12, 1 + 2 ** -12, -1];
    const fused = Math.fround(a * b + c);
    const twice = Math.fround(Math.fround(a * b) + c);
    expect(target === "relaxed" ? [fused, twice] : [twice]).toContain(call(image, "probeMadd", [a, b, c]));

    const [T, B, cols, width] = [3, 2, 5, 8];
    const from = image.put(x.subarray(0, T * B * cols));
    const to = image.place(T * B * width);
    const steps = [2, 0, -1, 1, 0, -1];
    const order = image.putInts(steps);
    call(image, "copySteps", [to, from, order, T, B, cols, width, B * width, width, B * cols, cols, 0]);
    for (const [row, t] of steps.entries()) {
      const first = (t * B + (row % B)) * cols;
      const want = Array.from({ length: width }, (_, k) => (t >= 0 && k < cols ? x[first + k] : 0));
      expect([...floats(image, to + 4 * row * width, width)]).toEqual(want);
    }
  });

  /** softmax or logSoftmax in place. */
  function rowKernel(kernel: "softmax" | "logSoftmax", { x, rows, cols }: Matrix, beta = 1): Float32Array {
    const image = new Image();
    const at = image.put(x);
    call(image, kernel, [at, at, rows, cols, cols, cols, beta, image.putScratch(SCRATCH)]);
    return floats(image, at, x.length);
  }

  function logSumExp({ x, rows, cols }: Matrix, beta = 1): Float32Array {
    const image = new Image();
    const at = image.put(x);
    const lse = image.place(rows);
    call(image, "logSumExp", [lse, at, rows, cols, cols, beta, image.putScratch(SCRATCH)]);
    return floats(image, lse, rows);
  }

  function logSumExpBackward(dlse: Numbers, { x, rows, cols }: Matrix, beta = 1): Float32Array {
    const image = new Image();
    const at = image.put(x);
    const scratch = image.putScratch(SCRATCH);
    call(image, "logSumExpBackward", [at, image.put(dlse), at, rows, cols, cols, cols, beta, scratch]);
    return floats(image, at, x.length);
  }

  /** softmaxBackward or logSoftmaxBackward, dx over dy. */
  function backward(
    kernel: "softmaxBackward" | "logSoftmaxBackward",
    dy: Numbers,
    y: Numbers,
    rows: number,
    cols: number,
    beta = 1,
  ): Float32Array {
    const image = new Image();
    const at = image.put(dy);
    const scratch = image.putScratch(SCRATCH);
    call(image, kernel, [at, at, image.put(y), rows, cols, cols, cols, cols, beta, scratch]);
    return floats(image, at, dy.length);
  }

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

  type Reduction = NonNullable<oracle.CrossEntropyOptions["reduction"]>;

  /** crossEntropy with the gradient over the logits, reduced as src/ops does. */
  function crossEntropy({ x, rows, cols }: Matrix, targets: Numbers, options: oracle.CrossEntropyOptions) {
    const { weight, dloss, ignoreIndex = -100, labelSmoothing = 0, reduction = "mean", zLoss = 0 } = options;
    const none = reduction === "none";
    const image = new Image();
    const at = image.put(x);
    const loss = image.place(rows);
    const inputs = [image.putInts(targets), weight ? image.put(weight) : 0, dloss && none ? image.put(dloss) : 0];
    let norm = reduction === "mean" ? 0 : 1;
    if (reduction === "mean")
      for (const t of Array.from(targets)) if (t !== ignoreIndex) norm += weight ? weight[t] : 1;
    const flags = [ignoreIndex, labelSmoothing, zLoss, (dloss && !none ? dloss[0] : 1) / norm, 0];
    const args = [loss, at, at, ...inputs, rows, cols, cols, cols, ...flags, image.putScratch(SCRATCH)];
    const sum = call(image, "crossEntropy", args) as number;
    const losses = none ? floats(image, loss, rows) : Float32Array.of(sum / norm);
    return { loss: losses, dlogits: floats(image, at, x.length) };
  }

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

  test("edges of softmax, logSoftmax, logSumExp", () => {
    const third = Math.fround(1 / 3);
    const log3 = Math.fround(Math.log(3));
    // x, beta, softmax, logSoftmax, logSumExp, gradient of logSumExp
    const table: [string, number[], number, number[], number[], number, number[]][] = [
      ["all -Infinity", [NINF, NINF, NINF], 1, [NAN, NAN, NAN], [NAN, NAN, NAN], NINF, [0, 0, 0]],
      ["one -Infinity", [NINF, NINF, 3], 1, [0, 0, 1], [NINF, NINF, 0], 3, [0, 0, 1]],
      ["Infinity with a negative beta", [INF, 1, INF], -1, [0, 1, 0], [NINF, 0, NINF], -1, [0, -1, 0]],
      ["huge", [3e38, 3e38, -3e38], 1, [0.5, 0.5, 0], [-Math.LN2, -Math.LN2, NINF], 3e38, [0.5, 0.5, 0]],
      [
        "all huge and negative",
        [-3e38, -3e38, -3e38],
        1,
        [third, third, third],
        [-log3, -log3, -log3],
        -3e38,
        [third, third, third],
      ],
      ["1e15", [1e15, 1e15, 0], 1, [0.5, 0.5, 0], [-Math.LN2, -Math.LN2, -1e15], 1e15, [0.5, 0.5, 0]],
      [
        "offset 1e6",
        [1e6, 1e6 - 200, 1e6],
        1,
        [0.5, 0, 0.5],
        [-Math.LN2, -200 - Math.LN2, -Math.LN2],
        1e6 + Math.LN2,
        [0.5, 0, 0.5],
      ],
      ["beta 0", [1, -70, 3e38], 0, [third, third, third], [-log3, -log3, -log3], log3, [0, 0, 0]],
      ["-0", [-0, 0, -0], 1, [third, third, third], [-log3, -log3, -log3], log3, [third, third, third]],
      [
        "denormals",
        [DENORMAL, 0, -DENORMAL],
        1,
        [third, third, third],
        [-log3, -log3, -log3],
        log3,
        [third, third, third],
      ],
    ];
    for (const [what, values, beta, softmax, logSoftmax, lse, dx] of table) {
      const matrix = { x: Float32Array.from(values), rows: 1, cols: values.length };
      const f32 = (v: Numbers) => Array.from(v, (a) => Math.fround(a) + 0); // -0 counts as 0
      expect(f32(rowKernel("softmax", matrix, beta)), what).toEqual(f32(softmax));
      expect(f32(rowKernel("logSoftmax", matrix, beta)), what).toEqual(f32(logSoftmax));
      expect(f32(logSumExp(matrix, beta)), what).toEqual(f32([lse]));
      expect(f32(logSumExpBackward([1], matrix, beta)), what).toEqual(f32(dx));
    }
  });

  test("logSumExpBackward of an infinite row", () => {
    for (const [x, beta, dlse, want] of [
      [[1, INF, -3, INF, NINF], 1, 2, [0, NAN, 0, NAN, 0]],
      [[1, NINF, -3, INF, 7], -1, 2, [-0, NAN, -0, -0, -0]],
      [[1, INF, 2], 1, -3, [-0, NAN, -0]],
      [[1, INF, 2], 1, INF, [NAN, NAN, NAN]], // Infinity 0
      [[NINF, NINF], 1, 5, [0, 0]],
      [[INF, INF], -1, 5, [-0, -0]],
      [[INF, NAN, 1], 1, 1, [NAN, NAN, NAN]],
      [[NINF, NAN, NINF], 1, 1, [NAN, NAN, NAN]],
    ] as [number[], number, number, number[]][]) {
      const matrix = { x: Float32Array.from(x), rows: 1, cols: x.length };
      expect([...logSumExpBackward([dlse], matrix, beta)], `${x}`).toEqual(want);
    }
  });

  const CLEAN = [0.3, -1, 2, 0.5, 7];
  const clean = { x: Float32Array.from(CLEAN), rows: 1, cols: 5 };
  const nans = CLEAN.map(() => NAN);

  /** Three rows of which the middle one holds `bad` in one lane. */
  const spoiled = (bad: number): Matrix[] =>
    CLEAN.map((_, lane) => {
      const row = CLEAN.map((v, i) => (i === lane ? bad : v));
      return { x: Float32Array.from([...CLEAN, ...row, ...CLEAN]), rows: 3, cols: 5 };
    });

  test.each([
    ["softmax", INF],
    ["softmax", NAN],
    ["logSoftmax", INF],
    ["logSoftmax", NAN],
  ] as ["softmax" | "logSoftmax", number][])("%s of a row with %d is NaN, and no other row", (kernel, bad) => {
    const want = [...rowKernel(kernel, clean)];
    for (const matrix of spoiled(bad)) expect([...rowKernel(kernel, matrix)]).toEqual([...want, ...nans, ...want]);
  });

  test.each([INF, NAN])("logSumExp of a row with %d is that", (bad) => {
    const [want] = logSumExp(clean);
    for (const matrix of spoiled(bad)) expect([...logSumExp(matrix)]).toEqual([want, bad, want]);
  });

  test.each([INF, NAN])("crossEntropy of a row with %d is NaN, and no other row", (bad) => {
    const want = crossEntropy(clean, [1], { reduction: "none" });
    for (const matrix of spoiled(bad)) {
      const { loss, dlogits } = crossEntropy(matrix, [1, 1, 1], { reduction: "none" });
      expect([...loss]).toEqual([want.loss[0], NAN, want.loss[0]]);
      expect([...dlogits]).toEqual([...want.dlogits, ...nans, ...want.dlogits]);
    }
  });

  test.each(["softmaxBackward", "logSoftmaxBackward"] as const)("%s keeps a NaN of dy in its row", (kernel) => {
    for (const { x } of spoiled(NAN)) {
      const dx = backward(kernel, x, Array(15).fill(0.25), 3, 5);
      expect(Array.from(dx, Number.isNaN)).toEqual(Array.from(dx, (_, i) => i >= 5 && i < 10));
    }
  });

  test("a dominating logit keeps its digits", () => {
    for (const logit of [20, 60, 90]) {
      const matrix = { x: Float32Array.of(logit, 0, 0), rows: 1, cols: 3 };
      const [log] = oracle.logSoftmax(matrix.x, 1, 3);
      expect(ulpError(rowKernel("logSoftmax", matrix)[0], log)).toBeLessThanOrEqual(LOG_SOFTMAX);
      const { loss, dlogits } = crossEntropy(matrix, [0], {});
      expect(ulpError(loss[0], -log)).toBeLessThanOrEqual(CROSS_ENTROPY);
      expect(ulpError(dlogits[0], Math.expm1(log))).toBeLessThanOrEqual(CROSS_ENTROPY);
    }
  });

  test("a masked entry has the gradient 0", () => {
    const dx = backward("softmaxBackward", [1, 2, 3], [0.25, 0, 0.75], 1, 3);
    expect(Math.abs(dx[1])).toBe(0);
    const log = [Math.log(0.25), NINF, Math.log(0.75)];
    expect([...backward("logSoftmaxBackward", [1, 0, -1], log, 1, 3)]).toEqual([1, 0, -1]);
    const matrix = { x: Float32Array.of(1, NINF, 1), rows: 1, cols: 3 };
    expect([...crossEntropy(matrix, [0], {}).dlogits]).toEqual([-0.5, 0, 0.5]);
    const masked = crossEntropy(matrix, [1], {});
    expect([...masked.loss, ...masked.dlogits]).toEqual([INF, 0.5, -1, 0.5]);
  });

  test.each([
    ["none", [0, 0], 0],
    ["mean", [NAN], NAN],
    ["sum", [0], 0],
  ] as [Reduction, number[], number][])("crossEntropy of nothing, reduction %s", (reduction, ignored, empty) => {
    const x = Float32Array.of(1, 2, NAN, NINF);
    const got = crossEntropy({ x, rows: 2, cols: 2 }, [-100, -100], { reduction });
    expect([...got.loss, ...got.dlogits]).toEqual([...ignored, 0, 0, 0, 0]);
    const none = crossEntropy({ x: x.subarray(0, 0), rows: 0, cols: 2 }, [], { reduction });
    expect([...none.loss]).toEqual(reduction === "none" ? [] : [empty]);
  });

  test.each(["none", "mean", "sum"] as Reduction[])("an ignored row changes nothing, reduction %s", (reduction) => {
    for (const bad of [NAN, NINF, INF]) {
      const x = Float32Array.of(0.5, -1, 2, bad, bad, bad, 1, 2, -3);
      const got = crossEntropy({ x, rows: 3, cols: 3 }, [2, 7, 0], {
        reduction,
        ignoreIndex: 7,
        labelSmoothing: 0.1,
      });
      const clean = { x: Float32Array.of(0.5, -1, 2, 1, 2, -3), rows: 2, cols: 3 };
      const want = crossEntropy(clean, [2, 0], { reduction, labelSmoothing: 0.1 });
      const loss = reduction === "none" ? [want.loss[0], 0, want.loss[1]] : [...want.loss];
      expect([...got.loss]).toEqual(loss);
      expect([...got.dlogits]).toEqual([...want.dlogits.subarray(0, 3), 0, 0, 0, ...want.dlogits.subarray(3)]);
    }
  });

  test("no rows and no columns", () => {
    for (const [rows, cols] of [
      [0, 3],
      [3, 0],
      [0, 0],
    ]) {
      const matrix = { x: new Float32Array(0), rows, cols };
      const image = new Image();
      const [a, b, c] = [0, 1, 2].map(() => image.place(9));
      const scratch = image.putScratch(SCRATCH);
      const last = [rows, cols, cols, cols, cols, 1, scratch];
      for (const [kernel, args] of [
        ["softmax", [a, b, rows, cols, cols, cols, 1, scratch]],
        ["logSoftmax", [a, b, rows, cols, cols, cols, 1, scratch]],
        ["softmaxBackward", [a, b, c, ...last]],
        ["logSoftmaxBackward", [a, b, c, ...last]],
        ["logSumExpBackward", [a, b, c, rows, cols, cols, cols, 1, scratch]],
      ] as [KernelName, number[]][]) {
        expect(image.difference(image.run(target, kernel, args).memory, image.buffer), kernel).toBeUndefined();
      }
      expect([...logSumExp(matrix)]).toEqual(Array(rows).fill(NINF));
    }
  });

  const magnitudes = (values: Float32Array) => values.map(Math.abs);

  test("pack, packTransposed, gemm", () => {
    const worst = new Worst();
    const random = new Random(9);
    for (const [M, N, K] of [
      [1, 1, 1],
      [40, 40, 1],
      [40, 40, 2],
      [2, 16, 5],
      [3, 17, 33],
      [3, 17, 32],
      [3, 17, 64],
      [3, 17, 65],
      [5, 5, 100],
      [4, 40, 1000],
      [7, 33, 0],
    ]) {
      const [a, w, cin] = [M * K, N * K, M * N].map((n) => random.normals(n));
      const zeros = new Float32Array(N);
      const want = oracle.linear(a, w, zeros, M, K, N).map((v, i) => v + cin[i]);
      const terms = oracle.linear(magnitudes(a), magnitudes(w), zeros, M, K, N).map((v, i) => v + Math.abs(cin[i]));
      for (const kernel of ["pack", "packTransposed"] as const) {
        const image = new Image();
        const b = kernel === "pack" ? Float32Array.from(w, (_, i) => w[(i % N) * K + Math.floor(i / N)]) : w;
        const p = image.place(packedSize(K, N));
        call(image, kernel, [p, image.put(b), K, N, kernel === "pack" ? N : K]);
        const c = image.put(cin);
        call(image, "gemm", [c, c, image.put(a), p, M, N, K, N, N, K, 16 * K, image.putScratch(32)]);
        const what = `${M} x ${N} x ${K} ${kernel}`;
        worst.within(what, floats(image, c, M * N), want, (i) => roundings(K) * U * terms[i]);
      }
    }
    worst.expectAtMost(1);
  });

  /** A layer with PyTorch's initial weights. */
  function layer(random: Random, T: number, B: number, I: number, H: number) {
    const weights = (n: number) => random.floats(n, -1 / Math.sqrt(H), 1 / Math.sqrt(H));
    const [wih, whh, bih, bhh] = [4 * H * I, 4 * H * H, 4 * H, 4 * H].map(weights);
    const [x, h0, c0] = [T * B * I, B * H, B * H].map((n) => random.normals(n));
    return { T, B, I, H, x, wih, whh, bih, bhh, h0, c0 };
  }

  const LAYERS = [
    [1, 1, 1, 1],
    [3, 2, 2, 3],
    [5, 1, 7, 5],
    [4, 3, 5, 4],
    [6, 2, 3, 9],
    [20, 2, 8, 13],
    [50, 1, 17, 33],
    [100, 1, 5, 4],
    [4, 2, 30, 37],
    [3, 2, 40, 64],
    [20, 1, 62, 3],
    [2, 3, 65, 100],
  ];

  /** A layer and what it gives, with gradients from outside. */
  function sequence(random: Random, [T, B, I, H]: number[], kind: string) {
    const { bih, bhh, ...rest } = layer(random, T, B, I, H);
    const lengths = kind === "lengths" ? random.ints(B, T).map((n) => n + 1) : undefined;
    const p: oracle.Lstm = kind === "no bias" ? rest : { ...rest, bih, bhh, lengths };
    const [dy, dhN, dcN] = [T * B * H, B * H, B * H].map((n) => random.normals(n));
    const { y, hN, cN } = oracle.lstm(p);
    const back = oracle.lstmBackward(p, dy, dhN, dcN);
    if (!p.bih) back.dbih = back.dbhh = new Float64Array(0);
    const got = train(target, p, { dy, dhN, dcN });
    const what = `T ${T}, B ${B}, I ${I}, H ${H}`;
    return { what, T, B, I, H, got, forward: { y, hN, cN }, back };
  }

  const KINDS = ["", "lengths", "no bias"];

  test.each(KINDS)("LSTM layers %s", (kind) => {
    const [outputs, gradients] = [new Worst(), new Worst()];
    const random = new Random(11);
    for (const shape of LAYERS) {
      const { what, T, B, I, H, got, forward, back } = sequence(random, shape, kind);
      // A step adds the roundings of x, of h, of a bias and 8 in the cell; such weights do not amplify older ones.
      const n = T * (roundings(I) + roundings(H) + 1 + 8);
      for (const [name, want] of Object.entries(forward)) {
        outputs.within(`${what}, ${name}`, got[name as "y"], want, () => n * U * largest(want));
      }
      // A step back adds those of dh, over 4 Hp gates, and 10 in the cell to forward; a weight sums T B rows.
      const m = n + T * (roundings(4 * round4(H)) + 10) + T * B;
      for (const [name, want] of Object.entries(back)) {
        // the terms of dx and dh are gradients of gates times weights up to 1
        const scale = Math.max(largest(want), largest(back.dbih.length ? back.dbih : back.dwih));
        gradients.within(`${what}, ${name}`, got[name as "dx"], want, () => m * U * scale);
      }
    }
    outputs.expectAtMost(1);
    gradients.expectAtMost(1);
  });

  test("lstmForward step by step", () => {
    const worst = new Worst();
    const random = new Random(12);
    for (const [T, B, I, H] of LAYERS) {
      const p = layer(random, T, B, I, H);
      const want = oracle.lstm(p).y;
      const { y } = stream(target, p);
      const n = T * (roundings(I) + roundings(H) + 1 + 8); // as above
      worst.within(`T ${T}, B ${B}, I ${I}, H ${H}`, y, want, () => n * U * largest(want));
    }
    worst.expectAtMost(1);
  });

  test("embedding and its backward are exact on small integers", () => {
    const random = new Random(13);
    for (const [rows, n, dim] of [
      [5, 9, 7],
      [3, 0, 4],
      [1, 20, 1],
      [50, 30, 33],
    ]) {
      const [table, dy] = [rows * dim, n * dim].map((size) => Float32Array.from(random.ints(size, 1000)));
      const ids = random.ints(n, rows);
      const image = new Image();
      const [tableAt, dyAt, idsAt] = [image.put(table), image.put(dy), image.putInts(ids)];
      const y = image.place(n * dim);
      call(image, "embedding", [y, tableAt, idsAt, n, dim]);
      expect([...floats(image, y, n * dim)]).toEqual([...oracle.embedding(table, ids, dim)]);
      call(image, "embeddingBackward", [tableAt, dyAt, idsAt, n, dim, -1]);
      const want = oracle.embeddingBackward(dy, ids, rows, dim).map((v, i) => v + table[i]);
      expect([...floats(image, tableAt, rows * dim)]).toEqual([...want]);
    }
  });

  test("sgd", () => {
    const worst = new Worst();
    const random = new Random(14);
    const n = 1001;
    for (const [lr, momentum, weightDecay] of [
      [0.1, 0, 0],
      [0.1, 0.9, 0],
      [0.02, 0.9, 0.01],
    ].map((o) => o.map(Math.fround))) {
      const image = new Image();
      const [p, g, v] = [0, 1, 2].map(() => random.normals(n));
      const [pAt, gAt, vAt] = [p, g, v].map((values) => image.put(values));
      call(image, "sgd", [pAt, gAt, vAt, n, lr, momentum, 1, 0, weightDecay]);
      const want = oracle.sgd(p, g, v, { lr, momentum, weightDecay });
      // a term of v takes part in at most 3 roundings, one of p in 5
      const terms = (i: number) => momentum * Math.abs(v[i]) + Math.abs(g[i]) + weightDecay * Math.abs(p[i]);
      worst.within("v", floats(image, vAt, n), want.v, (i) => 3 * U * terms(i));
      worst.within("p", floats(image, pAt, n), want.p, (i) => U * (Math.abs(p[i]) + 5 * lr * terms(i)));
    }
    worst.expectAtMost(1);
  });

  test.each([
    ["Adam", false],
    ["AdamW", true],
  ] as [string, boolean][])("adam as %s", (_, decoupled) => {
    const worst = new Worst();
    const random = new Random(15);
    const n = 1001;
    const [lr, beta1, beta2, eps] = [0.01, 0.9, 0.999, 1e-8].map(Math.fround);
    for (const [step, weightDecay] of [
      [1, 0],
      [3, 0.01],
      [100, 0.1],
    ]) {
      const image = new Image();
      const [p, g, m] = [0, 1, 2].map(() => random.normals(n));
      const v = random.floats(n, 0.1, 2);
      const [pAt, gAt, mAt, vAt] = [p, g, m, v].map((values) => image.put(values));
      const correction = 1 / Math.sqrt(1 - beta2 ** step);
      const size = lr / (1 - beta1 ** step);
      const decay = decoupled ? 0 : weightDecay;
      const keep = decoupled ? 1 - lr * weightDecay : 1;
      const moments = [beta1, 1 - beta1, beta2, 1 - beta2, eps];
      call(image, "adam", [pAt, gAt, mAt, vAt, 0, n, size, correction, ...moments, decay, keep]);
      const want = oracle.adam(p, g, m, v, step, { lr, beta1, beta2, eps, weightDecay, decoupled });
      // Roundings: 3 in g', 2 more in m, 3 + 2 * 3 in v; the update has m's, half of v's and 8; p has 3 itself.
      const d = p.map((w, i) => Math.abs(g[i]) + decay * Math.abs(w));
      const mTerms = (i: number) => beta1 * Math.abs(m[i]) + (1 - beta1) * d[i];
      const vTerms = (i: number) => beta2 * v[i] + (1 - beta2) * d[i] * d[i];
      const update = (i: number) => (size * mTerms(i)) / (Math.sqrt(want.v[i]) * correction);
      worst.within("m", floats(image, mAt, n), want.m, (i) => 5 * U * mTerms(i));
      worst.within("v", floats(image, vAt, n), want.v, (i) => 9 * U * vTerms(i));
      worst.within("p", floats(image, pAt, n), want.p, (i) => U * (3 * Math.abs(p[i]) + 18 * update(i)));
    }
    worst.expectAtMost(1);
  });

  test("sumSquares, and scale to clip by norm", () => {
    const random = new Random(16);
    for (const [n, deviation] of [
      [1, 1],
      [100, 1],
      [10_001, 3],
      [1000, 1e25],
      [33, 1e-20],
    ]) {
      const g = random.normals(n, deviation);
      const image = new Image();
      const at = image.put(g);
      const want = oracle.clipByNorm(g, 1);
      const norm = Math.sqrt(call(image, "sumSquares", [at, n]) as number);
      expect(Math.abs(norm / want.norm - 1)).toBeLessThan(n * 2 ** -52);
      call(image, "scale", [at, at, n, Math.min(1, 1 / (norm + 1e-6))]);
      const worst = new Worst();
      worst.compare(`n ${n}, deviation ${deviation}`, floats(image, at, n), want.g);
      worst.expectAtMost(2); // the factor is rounded, and the product
    }
  });
});
