// The losses as their users see them, on every backend: reductions, upstream gradients, shapes, weights.
import { beforeEach, describe, expect, test } from "vitest";
import {
  bceWithLogits,
  crossEntropy,
  entropy,
  focal,
  hinge,
  klDivergence,
  type LossOptions,
  mse,
  multiMargin,
  nll,
  type Reduction,
  type Softcell,
  sigmoidFocal,
  squaredHinge,
  type Tensor,
  tensor,
} from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, heapOf, open } from "../support/instance.js";
import { Random } from "../support/random.js";

const random = new Random(1);
const X = random.normals(24);
const Y = random.normals(24);
const SOFT = random.floats(24, 0, 1);
const CLASSES = Int32Array.of(3, 0, 1, 2, 2, 0);
const SQUARE = CLASSES.subarray(0, 4);
const WEIGHT = random.floats(4, 0.5, 2);

type Options = Omit<LossOptions<Float32Array>, "reduction"> & { reduction: Reduction };
interface Lost {
  loss: number | Float32Array;
  gradient: Float32Array;
}
type Call = (sc: Softcell, o: Options) => Lost;

function named(
  result: { loss: number | Float32Array } & Partial<Record<"dx" | "dlogits" | "dlogProbs", Float32Array>>,
) {
  const { loss, dx, dlogits, dlogProbs } = result;
  return { loss, gradient: (dx ?? dlogits ?? dlogProbs) as Float32Array };
}

const ignored = Int32Array.of(3, 0, -1, 2, 2, 0);
const rows = { shape: [6, 4], ignoreIndex: -1 };
const weightOf = (targets: Int32Array) => targets.reduce((sum, t) => sum + (t < 0 ? 0 : WEIGHT[t]), 0);

/** The losses, with what a mean divides by, and the number of losses. */
const CALLS: [name: string, call: Call, divisor: number, losses: number][] = [
  ["mse", (sc, o) => named(mse(sc, X, Y, o)), 24, 24],
  ["hinge", (sc, o) => named(hinge(sc, X, Y.map(Math.sign), { margin: 2, ...o })), 24, 24],
  ["squaredHinge", (sc, o) => named(squaredHinge(sc, X, Y.map(Math.sign), o)), 24, 24],
  [
    "bceWithLogits",
    (sc, o) => named(bceWithLogits(sc, X, SOFT, { shape: [6, 4], weight: WEIGHT, posWeight: WEIGHT, ...o })),
    24,
    24,
  ],
  ["sigmoidFocal", (sc, o) => named(sigmoidFocal(sc, X, SOFT, o)), 24, 24],
  ["nll", (sc, o) => named(nll(sc, X, ignored, { ...rows, ...o })), 5, 6],
  ["nll, weights", (sc, o) => named(nll(sc, X, ignored, { ...rows, weight: WEIGHT, ...o })), weightOf(ignored), 6],
  ["focal", (sc, o) => named(focal(sc, X, ignored, { ...rows, ...o })), 5, 6],
  ["focal, weights", (sc, o) => named(focal(sc, X, ignored, { ...rows, weight: WEIGHT, ...o })), weightOf(ignored), 6],
  ["multiMargin", (sc, o) => named(multiMargin(sc, X, CLASSES, { classes: 4, weight: WEIGHT, ...o })), 6, 6],
  ["entropy", (sc, o) => named(entropy(sc, X, { classes: 4, ...o })), 6, 6],
  ["klDivergence", (sc, o) => named(klDivergence(sc, X, SOFT, { shape: [2, 3, 4], ...o })), 24, 6],
];

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });

  describe.each(CALLS)("%s", (_, call, divisor, losses) => {
    test("none, sum and mean are one loss", () => {
      const none = call(sc, { reduction: "none" }).loss as Float32Array;
      expect(none).toBeInstanceOf(Float32Array);
      expect(none.buffer).not.toBe(heapOf(sc).buffer);
      expect(none.length).toBe(losses);
      expect(none.some((v) => v > 0)).toBe(true);
      const total = none.reduce((a, b) => a + b, 0);
      // each of none is rounded by half a ULP
      expect(call(sc, { reduction: "sum" }).loss as number).toBeCloseTo(total, 4);
      const { loss, gradient } = call(sc, { reduction: "mean" });
      expect(loss as number).toBeCloseTo(total / divisor, 5);
      expect(loss).toBe(Math.fround(loss as number));
      const sum = call(sc, { reduction: "sum", dLoss: 1 / divisor });
      expect(bits(gradient)).toEqual(bits(sum.gradient));
      expect(gradient.some((v) => v !== 0)).toBe(true);
    });

    test("dLoss: a number, an array of one, a tensor, or one for each loss", () => {
      const twice = call(sc, { reduction: "mean", dLoss: 2 });
      const one = call(sc, { reduction: "mean" });
      expect(bits(twice.gradient)).toEqual(bits(one.gradient.map((v) => 2 * v)));
      expect(twice.loss).toBe(one.loss);
      expect(call(sc, { reduction: "mean", dLoss: Float32Array.of(2) })).toEqual(twice);
      expect(call(sc, { reduction: "mean", dLoss: tensor(sc, [1], Float32Array.of(2)) })).toEqual(twice);
      const none = call(sc, { reduction: "none", dLoss: 2 });
      const all = new Float32Array(losses).fill(2);
      expect(call(sc, { reduction: "none", dLoss: all })).toEqual(none);
      expect(call(sc, { reduction: "none", dLoss: tensor(sc, [losses], all) })).toEqual(none);
      // only the losses of the second half count
      const half = all.map((_, i) => (i < losses / 2 ? 0 : 1));
      const masked = call(sc, { reduction: "none", dLoss: half }).gradient;
      const whole = call(sc, { reduction: "none" }).gradient;
      expect([...masked].map(Math.abs)).toEqual([...whole].map((v, i) => (i < 12 ? 0 : Math.abs(v))));
    });

    test("gradient: false, and out with it", () => {
      const out = new Float32Array(24).fill(7);
      const { loss, gradient } = call(sc, { reduction: "mean", gradient: false, out });
      expect(gradient).toBe(undefined);
      expect(loss).toBe(call(sc, { reduction: "mean" }).loss);
      expect([...out]).toEqual(new Array(24).fill(7));
    });

    test("out gets every gradient", () => {
      for (const reduction of ["none", "mean", "sum"] as const) {
        const out = new Float32Array(24).fill(7);
        const got = call(sc, { reduction, out });
        expect(got.gradient).toBe(out);
        expect(got).toEqual(call(sc, { reduction }));
      }
    });
  });

  /** x [2][3][4] with axis 1 last: [2][4][3]. */
  function moved(x: Float32Array): Float32Array {
    return x.map((_, i) => x[Math.floor(i / 12) * 12 + (i % 3) * 4 + (Math.floor(i / 3) % 4)]);
  }

  test("moved() has the classes on axis 1", () => {
    const x = Float32Array.from({ length: 24 }, (_, i) => i);
    expect([...moved(x).subarray(0, 6)]).toEqual([0, 4, 8, 1, 5, 9]);
  });

  test.each([
    ["nll", (x: Float32Array, o: object) => named(nll(sc, x, CLASSES, { reduction: "none", weight: WEIGHT, ...o }))],
    ["focal", (x: Float32Array, o: object) => named(focal(sc, x, CLASSES, { reduction: "none", gamma: 1.5, ...o }))],
    [
      "multiMargin",
      (x: Float32Array, o: object) => named(multiMargin(sc, x, CLASSES, { reduction: "none", p: 2, ...o })),
    ],
    ["entropy", (x: Float32Array, o: object) => named(entropy(sc, x, { reduction: "none", ...o }))],
  ] as [string, (x: Float32Array, o: object) => Lost][])("%s along any axis", (_, call) => {
    const flat = call(X, { classes: 4 });
    // the last is the usual one, also where a target for each row would fit axis 1
    for (const axis of [undefined, -1, 2]) expect(call(X, { shape: [2, 3, 4], axis })).toEqual(flat);
    expect(call(X, { shape: [2, 3, 4], axis: 2, classes: 4 })).toEqual(flat);
    const middle = call(moved(X), { shape: [2, 4, 3], axis: 1 });
    expect(middle.loss).toEqual(flat.loss);
    expect(middle.gradient).toEqual(moved(flat.gradient));
    const first = call(
      X.map((_, i) => X[(i % 6) * 4 + Math.floor(i / 6)]),
      { shape: [4, 2, 3], axis: 0 },
    );
    expect(first.loss).toEqual(flat.loss);
    expect(first.gradient).toEqual(flat.gradient.map((_, i) => flat.gradient[(i % 6) * 4 + Math.floor(i / 6)]));
  });

  test("klDivergence: batchMean divides by the first axis, and by 1 where that is the classes", () => {
    const kl = (o: object) => klDivergence(sc, X, SOFT, { shape: [2, 3, 4], ...o });
    const sum = kl({ reduction: "sum" }).loss;
    expect(kl({ reduction: "batchMean" }).loss).toBeCloseTo(sum / 2, 5);
    expect(bits(kl({ reduction: "batchMean" }).dlogits)).toEqual(bits(kl({ reduction: "sum", dLoss: 0.5 }).dlogits));
    const one = klDivergence(sc, X, SOFT, { reduction: "batchMean" });
    expect(one.loss).toBe(klDivergence(sc, X, SOFT, { reduction: "sum" }).loss);
    const alongAxis = klDivergence(sc, moved(X), moved(SOFT), { shape: [2, 4, 3], axis: 1, reduction: "none" });
    expect(alongAxis.loss).toEqual(kl({ reduction: "none" }).loss);
  });

  test("a tensor has its shape, and its gradient too", () => {
    const [x, targets] = [tensor(sc, [2, 4, 3], moved(X)), CLASSES];
    const { loss, dlogProbs } = nll(sc, x, targets, { axis: 1, reduction: "none" });
    expect(loss).toEqual(nll(sc, X, targets, { classes: 4, reduction: "none" }).loss);
    expect(dlogProbs.shape).toEqual([2, 4, 3]);
    const { dx } = mse(sc, x, Y);
    expect(dx.shape).toEqual([2, 4, 3]);
    const weights = bceWithLogits(sc, x, SOFT, { posWeight: WEIGHT.subarray(0, 3) }).loss;
    const shaped = { shape: [2, 4, 3], posWeight: WEIGHT.subarray(0, 3) };
    expect(bceWithLogits(sc, moved(X), SOFT, shaped).loss).toBe(weights);
  });

  /** One of a weight of this shape for each element of [2][3][4], as PyTorch broadcasts it. */
  function broadcast(weight: Float32Array, own: readonly number[]): Float32Array {
    const [a, b, c] = [...Array(3 - own.length).fill(1), ...own];
    const all: number[] = [];
    for (let i = 0; i < 2; i++) {
      for (let j = 0; j < 3; j++) {
        for (let k = 0; k < 4; k++) all.push(weight[((i % a) * b + (j % b)) * c + (k % c)]);
      }
    }
    return Float32Array.from(all);
  }

  test.each([
    [[1]],
    [[4]],
    [[3, 4]],
    [[2, 3, 4]],
    [[3, 1]],
    [[2, 1, 1]],
    [[2, 3, 1]],
    [[2, 1, 4]],
    [[1, 3, 1]],
    [[1, 1, 1]],
  ])("bceWithLogits: weights of shape %j are repeated as in PyTorch", (own) => {
    const values = random.floats(
      own.reduce((n, size) => n * size),
      0.5,
      2,
    );
    const [all, weight] = [broadcast(values, own), tensor(sc, own, values)];
    const options = { shape: [2, 3, 4], reduction: "none" } as const;
    const want = bceWithLogits(sc, X, SOFT, { ...options, weight: all, posWeight: all });
    // a bare array has the last axes
    const given = own.length === 1 || (own[0] !== 1 && own.at(-1) === 4 && own[1] !== 1) ? [weight, values] : [weight];
    for (const w of given) {
      for (const x of [X, tensor(sc, [2, 3, 4], X)]) {
        const got = bceWithLogits(sc, x, SOFT, { ...options, weight: w, posWeight: w });
        expect(got.loss).toEqual(want.loss);
        expect(bits(got.dlogits)).toEqual(bits(want.dlogits));
      }
    }
  });

  test("weights that could mean several things are refused", () => {
    const [X12, Y12, weight] = [X.subarray(0, 12), SOFT.subarray(0, 12), random.floats(4, 0.5, 2)];
    const refused: [message: string, () => unknown][] = [
      [`of [12], got 4 elements: say what the axes are by { shape }`, () => bceWithLogits(sc, X12, Y12, { weight })],
      [`of [12], got shape [4,1]: say`, () => bceWithLogits(sc, X12, Y12, { posWeight: tensor(sc, [4, 1], weight) })],
      [
        `of [4,3], got 4 elements: for one a row pass tensor(sc, [4,1], weight)`,
        () => bceWithLogits(sc, X12, Y12, { shape: [4, 3], weight }),
      ],
      [
        `of [3,4], got shape [4,1]: for one a row pass tensor(sc, [3,1], weight)`,
        () => bceWithLogits(sc, X12, Y12, { shape: [3, 4], weight: tensor(sc, [4, 1], weight) }),
      ],
    ];
    for (const [message, call] of refused) expect(call).toThrow(message);
  });

  test.each([
    ["crossEntropy", (w: Tensor, o: object) => crossEntropy(sc, X.subarray(0, 16), SQUARE, { weight: w, ...o }).loss],
    ["nll", (w: Tensor, o: object) => nll(sc, X.subarray(0, 16), SQUARE, { weight: w, ...o }).loss],
    ["focal", (w: Tensor, o: object) => focal(sc, X.subarray(0, 16), SQUARE, { weight: w, ...o }).loss],
    ["multiMargin", (w: Tensor, o: object) => multiMargin(sc, X.subarray(0, 16), SQUARE, { weight: w, ...o }).loss],
  ] as const)("%s: a weight for each row is not taken for one for each class", (_, call) => {
    const shape = [4, 4];
    const weight = (...own: number[]) => tensor(sc, own, WEIGHT);
    const want = call(weight(4), { shape });
    expect(call(weight(1, 4), { shape })).toBe(want);
    expect(call(weight(1, 4), { shape, axis: 1 })).toBe(want);
    expect(call(weight(4, 1), { shape, axis: 0 })).toBe(call(weight(4), { shape, axis: 0 }));
    const message = `"weight" expected shape [4], one for each class; dLoss takes one for each row, got [4,1]`;
    expect(() => call(weight(4, 1), { shape })).toThrow(message);
    expect(() => call(weight(1, 4), { shape, axis: 0 })).toThrow(RangeError);
  });

  test("targets on linear memory, also where the memory grows", () => {
    const place = tensor(sc, [6]);
    const targets = new Int32Array(heapOf(sc).buffer, place.pointer, 6);
    targets.set(CLASSES);
    const { total } = sc.memoryUsage;
    const long = new Float32Array(600_000);
    long.set(X);
    const { loss } = nll(sc, long, targets, { shape: [6, 100_000], reduction: "none" });
    expect(sc.memoryUsage.total).toBeGreaterThan(total);
    expect([...loss]).toEqual([-long[3], -0, -0, -0, -0, -0]);
  });
});
