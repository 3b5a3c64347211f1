// What functions of arrays take and give: arrays, tensors, views, `out`; on every backend.
import { beforeEach, describe, expect, test } from "vitest";
import type { Floats, ResultOf, Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, heapOf, image, open } from "../support/instance.js";
import { ELEMENTARY, type ElementaryName } from "../support/oracle/math.js";
import { Random } from "../support/random.js";

type Call = <X extends Floats>(sc: Softcell, x: X, options?: { out?: ResultOf<X> }) => ResultOf<X>;

const ELEMENTWISE = Object.keys(ELEMENTARY) as ElementaryName[];

/** Operations with a result of the shape of x, which may be x. */
const SAME_SHAPE: [name: string, call: Call][] = [
  ["softmax", (sc, x, options) => softcell.softmax(sc, x, { shape: [3, 7], ...options })],
  ["softmaxBackward", (sc, x, options) => softcell.softmaxBackward(sc, x, { y: OTHER, shape: [3, 7], ...options })],
  ["logSoftmax", (sc, x, options) => softcell.logSoftmax(sc, x, { shape: [3, 7], temperature: 0.7, ...options })],
  [
    "logSoftmaxBackward",
    (sc, x, options) => softcell.logSoftmaxBackward(sc, x, { y: OTHER, shape: [3, 7], ...options }),
  ],
  ["logSumExpBackward", (sc, x, options) => softcell.logSumExpBackward(sc, ROWS, { x, shape: [3, 7], ...options })],
  ["standardNormalize", (sc, x, options) => softcell.standardNormalize(sc, x, { shape: [3, 7], ...options })],
  [
    "standardNormalizeBackward",
    (sc, x, options) => softcell.standardNormalizeBackward(sc, x, { x: OTHER, cols: 7, ...options }),
  ],
  ["taylorSoftmax", (sc, x, options) => softcell.taylorSoftmax(sc, x, { shape: [3, 7], ...options })],
  [
    "taylorSoftmaxBackward",
    (sc, x, options) => softcell.taylorSoftmaxBackward(sc, x, { x: OTHER, shape: [3, 7], ...options }),
  ],
  ["sphericalSoftmax", (sc, x, options) => softcell.sphericalSoftmax(sc, x, { shape: [3, 7], ...options })],
  [
    "sphericalSoftmaxBackward",
    (sc, x, options) => softcell.sphericalSoftmaxBackward(sc, x, { x: OTHER, cols: 7, ...options }),
  ],
  ["sparsemax", (sc, x, options) => softcell.sparsemax(sc, x, { shape: [3, 7], ...options })],
  ["sparsemaxBackward", (sc, x, options) => softcell.sparsemaxBackward(sc, x, { y: OTHER, shape: [3, 7], ...options })],
  ["gumbelSoftmax", (sc, x, options) => softcell.gumbelSoftmax(sc, x, { shape: [3, 7], seed: 1, ...options }).soft],
  ["crossEntropy", (sc, x, options) => softcell.crossEntropy(sc, x, TARGETS, { shape: [3, 7], ...options }).dlogits],
  ["nll", (sc, x, options) => softcell.nll(sc, x, TARGETS, { shape: [3, 7], ...options }).dlogProbs],
  [
    "focal",
    (sc, x, options) =>
      softcell.focal(sc, x, TARGETS, { shape: [3, 7], weight: OTHER.subarray(7, 14), ...options }).dlogits,
  ],
  ["multiMargin", (sc, x, options) => softcell.multiMargin(sc, x, CLASSES, { shape: [3, 7], ...options }).dx],
  ["entropy", (sc, x, options) => softcell.entropy(sc, x, { shape: [3, 7], ...options }).dlogits],
  [
    "klDivergence",
    (sc, x, options) => softcell.klDivergence(sc, x, OTHER, { shape: [3, 7], target: "logits", ...options }).dlogits,
  ],
  ["mse", (sc, x, options) => softcell.mse(sc, x, OTHER, options).dx],
  ["hinge", (sc, x, options) => softcell.hinge(sc, x, OTHER.map(Math.sign), options).dx],
  ["squaredHinge", (sc, x, options) => softcell.squaredHinge(sc, x, OTHER.map(Math.sign), options).dx],
  [
    "bceWithLogits",
    (sc, x, options) =>
      softcell.bceWithLogits(sc, x, OTHER, { shape: [3, 7], posWeight: OTHER.subarray(7, 14), ...options }).dlogits,
  ],
  ["sigmoidFocal", (sc, x, options) => softcell.sigmoidFocal(sc, x, HALF, options).dlogits],
  ["prelu", (sc, x, options) => softcell.prelu(sc, x, WEIGHT, { shape: [3, 7], ...options })],
  [
    "preluBackward",
    (sc, x, options) => softcell.preluBackward(sc, x, { x: OTHER, weight: WEIGHT, shape: [3, 7], ...options }).dx,
  ],
];
for (const name of ELEMENTWISE) {
  SAME_SHAPE.push([name, (sc, x, options) => softcell[name](sc, x, options)]);
  SAME_SHAPE.push([
    `${name}Backward`,
    (sc, x, options) => softcell[`${name}Backward`](sc, x, { [ELEMENTARY[name].of]: OTHER, ...options } as never),
  ]);
}
// negative and large ones too, or relu and hardTanhBackward would be the identity
const VALUES = new Random(1).floats(21, -0.1, 3);
const OTHER = new Random(2).floats(21, -2, 2);
const WEIGHT = new Random(4).floats(7);
const ROWS = new Random(3).floats(3);
const TARGETS = Int32Array.of(6, 0, -100);
const CLASSES = Int32Array.of(6, 0, 3);
const HALF = new Float32Array(21).fill(0.5);

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });

  describe.each(SAME_SHAPE)("%s", (_, call) => {
    let x: Float32Array;
    let expected: Uint32Array;
    beforeEach(() => {
      x = VALUES.slice();
      expected = bits(call(sc, x));
    });

    test("an array in gives a new array out", () => {
      const y = call(sc, x);
      expect(y).toBeInstanceOf(Float32Array);
      expect(y.buffer).not.toBe(heapOf(sc).buffer);
      expect(x).toEqual(VALUES);
      expect(bits(call(sc, x))).toEqual(expected);
      expect(bits(y)).toEqual(expected);
    });

    test("a tensor in gives a tensor out", () => {
      const t = softcell.tensor(sc, [3, 7], x);
      const y = call(sc, t);
      expect(y).not.toBe(t);
      expect(y.shape).toEqual([3, 7]);
      expect(bits(y)).toEqual(expected);
      expect(t.data).toEqual(VALUES);
    });

    test("a tensor is used where it lies", () => {
      const [t, out] = [softcell.tensor(sc, [3, 7], x), softcell.tensor(sc, [3, 7])];
      const places = copiesOf(x, image(sc));
      call(sc, t, { out });
      expect(bits(out)).toEqual(expected);
      expect(copiesOf(x, image(sc))).toEqual(places);
    });

    test("out takes the result, and nothing is allocated", () => {
      const out = new Float32Array(21);
      expect(call(sc, x, { out })).toBe(out);
      expect(bits(out)).toEqual(expected);
      const [t, into] = [softcell.tensor(sc, [3, 7], x), softcell.tensor(sc, [3, 7])];
      const { used } = sc.memoryUsage;
      expect(call(sc, t, { out: into })).toBe(into);
      expect(bits(into)).toEqual(expected);
      expect(sc.memoryUsage.used).toBe(used);
    });

    test("in place", () => {
      const t = softcell.tensor(sc, [3, 7], x);
      expect(call(sc, t, { out: t })).toBe(t);
      expect(bits(t)).toEqual(expected);
      expect(call(sc, x, { out: x })).toBe(x);
      expect(bits(x)).toEqual(expected);
    });

    test("a view on linear memory", () => {
      const t = softcell.tensor(sc, [40]);
      const view = t.data.subarray(5, 26);
      view.set(x);
      const y = call(sc, view);
      expect(y.buffer).not.toBe(heapOf(sc).buffer);
      expect(bits(y)).toEqual(expected);
      expect(call(sc, view, { out: view })).toBe(view);
      expect(bits(t.data.subarray(5, 26))).toEqual(expected);
      expect(t.data.subarray(0, 5)).toEqual(new Float32Array(5));
      expect(t.data.subarray(26)).toEqual(new Float32Array(14));
    });
  });

  test("shape, cols and the shape of a tensor say the same", () => {
    const expected = bits(softcell.softmax(sc, VALUES, { shape: [3, 7] }));
    expect(bits(softcell.softmax(sc, VALUES, { cols: 7 }))).toEqual(expected);
    expect(bits(softcell.softmax(sc, VALUES, { shape: [3, 1, 7], axis: 2 }))).toEqual(expected);
    expect(bits(softcell.softmax(sc, softcell.tensor(sc, [3, 7], VALUES)))).toEqual(expected);
    expect(bits(softcell.softmax(sc, softcell.tensor(sc, [3, 7], VALUES), { axis: -1, temperature: 1 }))).toEqual(
      expected,
    );
    expect(softcell.softmax(sc, VALUES).reduce((a, b) => a + b)).toBeCloseTo(1);
  });

  test("logSumExp has an element for each row", () => {
    const lse = softcell.logSumExp(sc, VALUES, { cols: 7 });
    expect(lse).toHaveLength(3);
    const t = softcell.logSumExp(sc, softcell.tensor(sc, [3, 1, 7], VALUES));
    expect(t.shape).toEqual([3, 1]);
    expect(bits(t)).toEqual(bits(lse));
    expect(softcell.logSumExp(sc, softcell.tensor(sc, [7])).shape).toEqual([1]);
    const out = new Float32Array(3);
    expect(softcell.logSumExp(sc, VALUES, { cols: 7, out })).toBe(out);
    expect(bits(out)).toEqual(bits(lse));
  });

  test("nothing in, nothing out", () => {
    const empty = new Float32Array(0);
    expect(softcell.softmax(sc, empty, { shape: [0, 5] })).toEqual(empty);
    expect(softcell.softmax(sc, empty, { shape: [5, 0] })).toEqual(empty);
    expect(softcell.logSumExp(sc, empty, { shape: [2, 0] })).toEqual(new Float32Array(2).fill(-Infinity));
    expect(softcell.exp(sc, empty)).toEqual(empty);
    const { loss, dlogits } = softcell.crossEntropy(sc, empty, new Int32Array(0), { shape: [0, 3] });
    expect(loss).toBeNaN();
    expect(dlogits).toEqual(empty);
  });

  test("crossEntropy: reductions, dLoss and gradient: false", () => {
    const options = { classes: 7, ignoreIndex: -1 };
    const targets = Int32Array.of(6, 0, -1);
    const none = softcell.crossEntropy(sc, VALUES, targets, { ...options, reduction: "none" });
    expect(none.loss).toHaveLength(3);
    expect(none.loss[2]).toBe(0);
    const sum = softcell.crossEntropy(sc, VALUES, targets, { ...options, reduction: "sum" });
    expect(sum.loss).toBeCloseTo(none.loss[0] + none.loss[1], 5);
    expect(bits(sum.dlogits)).toEqual(bits(none.dlogits));
    const mean = softcell.crossEntropy(sc, VALUES, targets, options);
    expect(mean.loss).toBeCloseTo(sum.loss / 2, 5);
    const twice = softcell.crossEntropy(sc, VALUES, targets, { ...options, reduction: "sum", dLoss: 2 });
    expect(twice.dlogits).toEqual(sum.dlogits.map((v) => 2 * v));
    const each = softcell.crossEntropy(sc, VALUES, targets, {
      ...options,
      reduction: "none",
      dLoss: Float32Array.of(2, 2, 2),
    });
    expect(each.dlogits).toEqual(twice.dlogits);
    const only = softcell.crossEntropy(sc, VALUES, targets, { ...options, gradient: false });
    expect(only).toEqual({ loss: mean.loss, dlogits: undefined });
  });
});

/** Where the values of x lie in an image of the memory. */
function copiesOf(x: Float32Array, memory: Uint8Array): number[] {
  const [all, words] = [new Int32Array(memory.buffer), new Int32Array(x.slice().buffer)];
  const places: number[] = [];
  for (let i = all.indexOf(words[0]); i >= 0; i = all.indexOf(words[0], i + 1)) {
    if (words.every((word, k) => all[i + k] === word)) places.push(4 * i);
  }
  return places;
}
