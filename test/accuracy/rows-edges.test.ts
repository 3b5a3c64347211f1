// The softmax family and cross-entropy at their edges: infinite and missing values, masks, nothing at all.
import { expect, test } from "vitest";
import { type KernelName, ROW_SCRATCH } from "../../src/contract.js";
import { describeEach } from "../support/backends.js";
import { Image } from "../support/image.js";
import * as oracle from "../support/oracle/kernels.js";
import { type Matrix, type Reduction, rowKernels } from "../support/rows.js";
import { ulpError } from "../support/ulp.js";
import type { Numbers } from "../support/worst.js";

const SCRATCH = ROW_SCRATCH >> 2;

const { NaN: NAN, POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NINF } = Number;
const DENORMAL = 2 ** -149;

describeEach(["strict", "relaxed", "js"], (target) => {
  const { boundOf, rowKernel, logSumExp, logSumExpBackward, backward, crossEntropy } = rowKernels(target);
  const [LOG_SOFTMAX, CROSS_ENTROPY] = ["logSoftmax", "crossEntropy"].map(boundOf);

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
});
