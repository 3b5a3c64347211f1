// Cross-entropy through the public API: the axis of the classes, the two kinds of targets, means over nothing.
import { beforeEach, describe, expect, test } from "vitest";
import type { Reduction, Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, open } from "../support/instance.js";
import { Random } from "../support/random.js";

/** x [N][C][inner] with the classes last. */
function classesLast(x: Float32Array, C: number, inner: number): Float32Array {
  return x.map((_, to) => {
    const [row, c] = [Math.floor(to / C), to % C];
    return x[Math.floor(row / inner) * C * inner + c * inner + (row % inner)];
  });
}

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });

  describe.each([
    [2, 3, 5],
    [3, 40, 33],
    [1, 300, 7],
  ])("classes along the axis in the middle, %d x %d x %d", (N, C, inner) => {
    const random = new Random(C);
    const x = random.normals(N * C * inner, 3);
    const indices = random.ints(N * inner, C).map((t) => (random.below(5) ? t : -100));
    const probabilities = random.floats(N * C * inner, -0.2, 1).map((v) => Math.max(0, v));
    const weight = random.floats(C, 0.1, 2);
    const shape = [N, C, inner];
    const axis = 1;

    test.each(["none", "mean", "sum"] as Reduction[])("has the bits of classes that lie together, %s", (reduction) => {
      const dLoss = reduction === "none" ? random.normals(N * inner) : 0.7;
      for (const targets of [indices, probabilities]) {
        for (const options of [{}, { weight, labelSmoothing: 0.1, zLoss: 0.01 }]) {
          const there = softcell.crossEntropy(sc, x, targets, { shape, axis, reduction, dLoss, ...options });
          const rows = targets instanceof Int32Array ? targets : classesLast(targets, C, inner);
          const last = { shape: [N, inner, C], reduction, dLoss, ...options };
          const here = softcell.crossEntropy(sc, classesLast(x, C, inner), rows, last);
          expect(there.loss).toEqual(here.loss);
          expect(bits(classesLast(there.dlogits, C, inner))).toEqual(bits(here.dlogits));
        }
      }
    });

    test("in place in a tensor", () => {
      const t = softcell.tensor(sc, shape, x);
      const { loss } = softcell.crossEntropy(sc, t, indices, { axis, out: t });
      const want = softcell.crossEntropy(sc, x, indices, { shape, axis });
      expect(loss).toBe(want.loss);
      expect(bits(t)).toEqual(bits(want.dlogits));
    });
  });

  test("one row may be given without a batch, or by its number of classes", () => {
    const x = Float32Array.of(1, 2, 3, 4, 5, 6);
    const one = softcell.crossEntropy(sc, x.subarray(0, 3), Int32Array.of(2));
    expect(one.loss).toBeCloseTo(0.40760596, 7);
    const tensor = softcell.tensor(sc, [1, 2, 3], x);
    expect(softcell.crossEntropy(sc, tensor, Int32Array.of(2, 2)).loss).toBeCloseTo(one.loss, 7);
    // axis 1 has two classes for each of three columns
    const { loss } = softcell.crossEntropy(sc, tensor, Int32Array.of(0, 1, 0), { axis: 1 });
    expect(loss).toBeCloseTo(Math.log(1 + Math.E ** 3) - 1, 6);
    expect(softcell.crossEntropy(sc, tensor, Int32Array.of(2, 2), { classes: 3 }).loss).toBeCloseTo(one.loss, 7);
  });

  test("indices are probabilities of one", () => {
    const random = new Random(1);
    const [x, targets] = [random.normals(12), Int32Array.of(1, 3, 0)];
    const oneHot = softcell.oneHot(sc, targets, 4);
    const options = { classes: 4, labelSmoothing: 0.2, reduction: "none" } as const;
    const [a, b] = [softcell.crossEntropy(sc, x, targets, options), softcell.crossEntropy(sc, x, oneHot, options)];
    for (let i = 0; i < 12; i++) expect(Math.abs(a.dlogits[i] - b.dlogits[i])).toBeLessThan(2 ** -22);
    for (let r = 0; r < 3; r++) expect(Math.abs(a.loss[r] / b.loss[r] - 1)).toBeLessThan(2 ** -22);
  });

  test("a probability of 0 at a logit of -Infinity counts for nothing", () => {
    const x = Float32Array.of(1, Number.NEGATIVE_INFINITY, 2);
    const { loss, dlogits } = softcell.crossEntropy(sc, x, Float32Array.of(0.5, 0, 0.5));
    expect(loss).toBeCloseTo(0.8132617, 6);
    expect(dlogits[1]).toBe(0);
  });

  test.each([
    ["nan", Number.NaN],
    ["zero", 0],
  ] as const)("a mean over nothing is %s", (emptyReduction, expected) => {
    const x = Float32Array.of(1, Number.NaN, 2, 3);
    const options = { classes: 2, emptyReduction };
    const { loss, dlogits } = softcell.crossEntropy(sc, x, Int32Array.of(-100, -100), options);
    expect(loss).toBe(expected);
    expect([...dlogits]).toEqual([0, 0, 0, 0]);
    expect(softcell.crossEntropy(sc, x.subarray(4), new Int32Array(0), options).loss).toBe(expected);
    expect(softcell.crossEntropy(sc, x.subarray(4), new Float32Array(0), options).loss).toBe(expected);
  });

  test.each([
    ["nan", Number.NaN],
    ["zero", 0],
  ] as const)("a mean over weights of 0 is %s, and so is its gradient", (emptyReduction, expected) => {
    const x = Float32Array.of(1, 2, 3, 0, 1, 0);
    for (const weight of [
      [0, 0, 0],
      [0, 1, 1], // which smoothing would count
    ]) {
      for (const labelSmoothing of [0, 0.1, 1]) {
        for (const zLoss of [0, 0.1]) {
          const options = { classes: 3, emptyReduction, weight, labelSmoothing, zLoss };
          const { loss, dlogits } = softcell.crossEntropy(sc, x, [0, 0], options);
          expect(loss).toBe(expected);
          expect(dlogits.every((v) => Object.is(v, expected) || v === expected)).toBe(true);
        }
      }
    }
  });
});
