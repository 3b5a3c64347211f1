// What the losses do at the edges of their domains: nothing to average, ignored rows, infinite and missing values.
import { beforeEach, describe, expect, test } from "vitest";
import type { Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { open } from "../support/instance.js";
import { ulpError } from "../support/ulp.js";

const [INF, NAN] = [Number.POSITIVE_INFINITY, Number.NaN];
const NOTHING = new Float32Array(0);
const NONE = new Int32Array(0);

type Reductions = { reduction?: "none" | "mean" | "sum"; emptyReduction?: "nan" | "zero" };
interface Lost {
  loss: number | Float32Array;
  gradient: Float32Array;
}

/** Each loss of nothing. */
const EMPTY: [name: string, call: (sc: Softcell, o: Reductions) => Lost][] = [
  ["mse", (sc, o) => named(softcell.mse(sc, NOTHING, NOTHING, o))],
  ["hinge", (sc, o) => named(softcell.hinge(sc, NOTHING, NOTHING, o))],
  ["squaredHinge", (sc, o) => named(softcell.squaredHinge(sc, NOTHING, NOTHING, o))],
  ["bceWithLogits", (sc, o) => named(softcell.bceWithLogits(sc, NOTHING, NOTHING, o))],
  ["sigmoidFocal", (sc, o) => named(softcell.sigmoidFocal(sc, NOTHING, NOTHING, o))],
  ["nll", (sc, o) => named(softcell.nll(sc, NOTHING, NONE, { shape: [0, 3], ...o }))],
  ["multiMargin", (sc, o) => named(softcell.multiMargin(sc, NOTHING, NONE, { shape: [0, 3], ...o }))],
  ["focal", (sc, o) => named(softcell.focal(sc, NOTHING, NONE, { classes: 3, ...o }))],
  ["entropy", (sc, o) => named(softcell.entropy(sc, NOTHING, { classes: 3, ...o }))],
  ["klDivergence", (sc, o) => named(softcell.klDivergence(sc, NOTHING, NOTHING, { shape: [0, 3], ...o }))],
];

/** The result of a call, with its gradient under one name. */
function named(
  result: { loss: number | Float32Array } & Partial<Record<"dx" | "dlogits" | "dlogProbs", Float32Array>>,
) {
  const { loss, dx, dlogits, dlogProbs } = result;
  return { loss, gradient: (dx ?? dlogits ?? dlogProbs) as Float32Array };
}

/** Losses of rows of softmax, by their logits [rows, 3] with reduction "none". */
const OF_ROWS: [name: string, call: (sc: Softcell, x: Float32Array) => Lost][] = [
  [
    "focal",
    (sc, x) => named(softcell.focal(sc, x, new Int32Array(x.length / 3).fill(1), { classes: 3, reduction: "none" })),
  ],
  ["entropy", (sc, x) => named(softcell.entropy(sc, x, { classes: 3, reduction: "none" }))],
  [
    "klDivergence",
    (sc, x) => {
      const target = x.map((_, i) => [0.5, 0.25, 0.25][i % 3]);
      return named(softcell.klDivergence(sc, x, target, { classes: 3, reduction: "none" }));
    },
  ],
  [
    "klDivergence of logits",
    (sc, x) => {
      const options = { classes: 3, reduction: "none", target: "logits" } as const;
      return named(
        softcell.klDivergence(
          sc,
          x,
          x.map((_, i) => i % 3),
          options,
        ),
      );
    },
  ],
];

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });

  test.each(EMPTY)("%s of nothing", (_, call) => {
    for (const [options, loss] of [
      [{}, NAN],
      [{ emptyReduction: "nan" }, NAN],
      [{ emptyReduction: "zero" }, 0],
      [{ reduction: "sum" }, 0],
      [{ reduction: "none" }, NOTHING],
    ] as [Reductions, Lost["loss"]][]) {
      expect(call(sc, options)).toEqual({ loss, gradient: NOTHING });
    }
  });

  describe.each(["nll", "focal"] as const)("%s", (name) => {
    const clean = [-0.5, -1, -2];

    test("an ignored row counts for nothing, whatever is in it", () => {
      for (const bad of [NAN, INF, -INF]) {
        for (const reduction of ["none", "mean", "sum"] as const) {
          const options = { classes: 3, ignoreIndex: 7, reduction, weight: Float32Array.of(1, 2, 3) };
          const x = Float32Array.of(...clean, bad, bad, bad, ...clean);
          const got = named(softcell[name](sc, x, Int32Array.of(2, 7, 0), options));
          const want = named(softcell[name](sc, Float32Array.of(...clean, ...clean), Int32Array.of(2, 0), options));
          const each = ([a, b]: Float32Array) => Float32Array.of(a, 0, b);
          expect(got.loss).toEqual(typeof want.loss === "number" ? want.loss : each(want.loss));
          expect([...got.gradient]).toEqual([...want.gradient.subarray(0, 3), 0, 0, 0, ...want.gradient.subarray(3)]);
        }
      }
    });

    test("a mean over ignored rows only, or of weight 0, is a mean over nothing", () => {
      const x = Float32Array.of(...clean, ...clean);
      for (const [emptyReduction, want] of [
        ["nan", NAN],
        ["zero", 0],
      ] as const) {
        const options = { classes: 3, emptyReduction };
        const ignored = named(softcell[name](sc, x, Int32Array.of(-100, -100), options));
        const weightless = named(
          softcell[name](sc, x, Int32Array.of(1, 1), { ...options, weight: Float32Array.of(1, 0, 1) }),
        );
        expect([ignored.loss, weightless.loss]).toEqual([want, want]);
        expect(ignored.gradient.every((v) => v === 0)).toBe(true);
        // PyTorch divides by the weight: 0 / 0
        const row = weightless.gradient.subarray(0, 3);
        expect(row.every((v) => v === 0)).toBe(emptyReduction === "zero");
        expect(row.some(Number.isNaN)).toBe(emptyReduction === "nan");
      }
      const { loss } = softcell[name](sc, x, Int32Array.of(-100, -100), { classes: 3, reduction: "sum" });
      expect(loss).toBe(0);
    });

    test("a target that is 0 and ignored", () => {
      const { loss } = softcell[name](sc, Float32Array.of(...clean, ...clean), Int32Array.of(0, 1), {
        classes: 3,
        ignoreIndex: 0,
      });
      expect(loss).toBe(softcell[name](sc, Float32Array.from(clean), Int32Array.of(1), {}).loss);
    });
  });

  describe.each(OF_ROWS)("%s", (_, call) => {
    const row = [0.5, 1, -2];

    test("NaN and Infinity stay in their row, whichever entry it is", () => {
      const want = call(sc, Float32Array.from(row));
      for (const bad of [NAN, INF]) {
        for (const c of [0, 1, 2]) {
          const x = Float32Array.of(...row, ...row, ...row);
          x[3 + c] = bad;
          const { loss, gradient } = call(sc, x);
          const [one] = want.loss as Float32Array;
          expect(loss).toEqual(Float32Array.of(one, NAN, one));
          expect([...gradient]).toEqual([...want.gradient, NAN, NAN, NAN, ...want.gradient]);
        }
      }
    });

    test("a row of -Infinity is NaN", () => {
      const { loss, gradient } = call(sc, Float32Array.of(-INF, -INF, -INF));
      expect(loss).toEqual(Float32Array.of(NAN));
      expect([...gradient]).toEqual([NAN, NAN, NAN]);
    });

    test("distance between logits of 1e4 and more", () => {
      for (const far of [1e4, 3e38]) {
        const { loss, gradient } = call(sc, Float32Array.of(0, far, -far));
        expect([...(loss as Float32Array), ...gradient].some(Number.isNaN)).toBe(false);
      }
    });
  });

  test("a masked entry has no probability: the loss of the others, and gradient 0", () => {
    const [masked, others] = [Float32Array.of(1, -INF, 2, -INF), Float32Array.of(1, 2)];
    const entropy = softcell.entropy(sc, masked);
    expect(entropy.loss).toBe(softcell.entropy(sc, others).loss);
    const [a, b] = softcell.entropy(sc, others).dlogits;
    expect([...entropy.dlogits]).toEqual([a, 0, b, 0]);
    const focal = softcell.focal(sc, masked, Int32Array.of(2));
    expect(focal.loss).toBe(softcell.focal(sc, others, Int32Array.of(1)).loss);
    expect([focal.dlogits[1], focal.dlogits[3]]).toEqual([0, 0]);
  });

  test("klDivergence: 0 log 0 = 0, and what is impossible costs Infinity", () => {
    const x = Float32Array.of(1, -INF, 2);
    const possible = softcell.klDivergence(sc, x, Float32Array.of(0.25, 0, 0.75), { reduction: "sum" });
    const others = softcell.klDivergence(sc, Float32Array.of(1, 2), Float32Array.of(0.25, 0.75), { reduction: "sum" });
    expect(possible.loss).toBe(others.loss);
    expect([...possible.dlogits]).toEqual([others.dlogits[0], 0, others.dlogits[1]]);
    expect(softcell.klDivergence(sc, x, Float32Array.of(0.25, 0.25, 0.5)).loss).toBe(INF);
    const same = softcell.klDivergence(sc, x, x, { target: "logits" });
    expect(same.loss).toBe(0);
    expect([...same.dlogits].map(Math.abs)).toEqual([0, 0, 0]);
    expect(softcell.klDivergence(sc, x, Float32Array.of(-0.5, 0.5, 0.5)).loss).toBe(NAN);
  });

  test("klDivergence: a certain and right prediction keeps the digits of its gradient", () => {
    const { dlogits } = softcell.klDivergence(sc, Float32Array.of(40, 0), Float32Array.of(1, 0), { reduction: "sum" });
    const p = Math.exp(-40) / (1 + Math.exp(-40));
    expect(ulpError(dlogits[0], -p)).toBeLessThan(0.51);
    expect(ulpError(dlogits[1], p)).toBeLessThan(0.51);
  });

  test("klDivergence: two certain predictions of one class keep the digits of their difference", () => {
    const options = { reduction: "sum", target: "logits" } as const;
    const { dlogits } = softcell.klDivergence(sc, Float32Array.of(40, 0), Float32Array.of(45, 0), options);
    const [q, p] = [40, 45].map((z) => Math.exp(-z) / (1 + Math.exp(-z)));
    expect(ulpError(dlogits[0], p - q)).toBeLessThan(0.51);
    expect(ulpError(dlogits[1], q - p)).toBeLessThan(0.51);
  });

  test("focal of a target that is impossible", () => {
    const { loss, dlogits } = softcell.focal(sc, Float32Array.of(-INF, 3), Int32Array.of(0));
    expect(loss).toBe(INF);
    expect([...dlogits]).toEqual([-1, 1]);
  });

  test("focal of one class, and of a certain prediction", () => {
    for (const gamma of [0, 0.5, 1, 2]) {
      const one = softcell.focal(sc, Float32Array.of(3), Int32Array.of(0), { gamma });
      expect([one.loss, Math.abs(one.dlogits[0])]).toEqual([0, 0]);
      const certain = softcell.focal(sc, Float32Array.of(3e38, -3e38), Int32Array.of(0), { gamma });
      expect([certain.loss, ...certain.dlogits].map(Math.abs)).toEqual([0, 0, 0]);
    }
  });

  test("focal with gamma 0 is cross-entropy", () => {
    const [x, targets] = [Float32Array.of(0.1, -2, 3, 1, 1, 1, 0, 20, 0), Int32Array.of(0, 1, 1)];
    const [got, want] = [
      softcell.focal(sc, x, targets, { classes: 3, gamma: 0 }),
      softcell.crossEntropy(sc, x, targets, { classes: 3 }),
    ];
    expect(ulpError(got.loss, want.loss)).toBeLessThanOrEqual(2);
    // the bound of crossEntropy, and half a ULP
    got.dlogits.forEach((v, i) => {
      expect(ulpError(v, want.dlogits[i])).toBeLessThanOrEqual(5.5);
    });
  });

  test("entropy of a row next to certain", () => {
    const { loss, dlogits } = softcell.entropy(sc, Float32Array.of(100, 0));
    const e = Math.exp(-100);
    expect(ulpError(loss, e + 100 * e)).toBeLessThan(0.51);
    expect(ulpError(dlogits[0], -100 * e)).toBeLessThan(0.51);
    expect(softcell.entropy(sc, new Float32Array(8)).loss).toBe(Math.fround(Math.log(8)));
  });

  test.each(["bceWithLogits", "sigmoidFocal"] as const)("%s of infinite and of missing logits", (name) => {
    const call = (x: number, y: number) => {
      const [logits, targets, reduction] = [Float32Array.of(x), Float32Array.of(y), "none"] as const;
      const { loss, dlogits } =
        name === "sigmoidFocal"
          ? softcell.sigmoidFocal(sc, logits, targets, { reduction, alpha: -1 })
          : softcell.bceWithLogits(sc, logits, targets, { reduction });
      return [loss[0], dlogits[0]];
    };
    expect(call(INF, 0)).toEqual([INF, 1]);
    expect(call(1e4, 0)).toEqual([1e4, 1]);
    expect(call(-1e4, 1)).toEqual([1e4, -1]);
    expect(call(3e38, 0)[0]).toBe(Math.fround(3e38));
    for (const [x, y] of [
      [1e4, 1],
      [-1e4, 0],
    ]) {
      expect(call(x, y).map(Math.abs)).toEqual([0, 0]);
    }
    // as in PyTorch
    expect(call(INF, 1)[0]).toBe(NAN);
    expect(call(-INF, 0)[0]).toBe(NAN);
    expect(call(-INF, 1)[0]).toBe(NAN);
    expect(call(NAN, 1)).toEqual([NAN, NAN]);
  });

  test("mse of infinite and missing values, and beyond float32", () => {
    const x = Float32Array.of(INF, INF, NAN, 3e38, 1);
    const { loss, dx } = softcell.mse(sc, x, Float32Array.of(0, INF, 0, -3e38, 1), { reduction: "none" });
    expect([...loss]).toEqual([INF, NAN, NAN, INF, 0]);
    expect([...dx]).toEqual([INF, NAN, NAN, INF, 0]);
    // a mean is finite where a loss alone is not
    const [huge, small] = [Math.fround(2e19), softcell.mse(sc, Float32Array.of(2e19, 0), new Float32Array(2))];
    expect(small.loss).toBe(Math.fround(huge ** 2 / 2));
  });

  test.each(["hinge", "squaredHinge"] as const)("%s: infinite and missing values, and the knot", (name) => {
    const x = Float32Array.of(1, INF, -INF, NAN);
    const { loss, dx } = softcell[name](sc, x, new Float32Array(4).fill(1), { reduction: "none" });
    expect([...loss]).toEqual([0, 0, INF, NAN]);
    expect([...dx].map((v) => (v === 0 ? 0 : v))).toEqual([0, 0, name === "hinge" ? -1 : -INF, NAN]);
  });

  test.each([1, 2] as const)("multiMargin, p = %d: a NaN stays in its row, masks count for nothing", (p) => {
    const row = [1, -INF, 0.5];
    const options = { shape: [3, 3], p, reduction: "none" as const };
    const want = softcell.multiMargin(sc, Float32Array.from(row), Int32Array.of(0), { p, reduction: "none" });
    expect(want.dx[1]).toBe(0);
    for (const c of [0, 2]) {
      const x = Float32Array.of(...row, ...row, ...row);
      x[3 + c] = NAN;
      const { loss, dx } = softcell.multiMargin(sc, x, Int32Array.of(0, 0, 0), options);
      expect(loss).toEqual(Float32Array.of(want.loss[0], NAN, want.loss[0]));
      expect(dx[3]).toBe(NAN);
      expect([...dx.subarray(0, 3), ...dx.subarray(6)]).toEqual([...want.dx, ...want.dx]);
    }
  });
});
