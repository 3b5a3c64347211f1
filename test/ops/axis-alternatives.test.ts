// Every other function of rows along any axis, through the public API: the bits are those of rows that lie together.
import { beforeEach, describe, expect, test } from "vitest";
import { HEAP_BASE } from "../../src/contract.js";
import type { Floats, ResultOf, Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { Random as Source } from "../../src/random.js";
import { describeEach } from "../support/backends.js";
import { bits, difference, open } from "../support/instance.js";
import { Random } from "../support/random.js";

type Options = Record<string, unknown>;
type Unary = <X extends Floats>(sc: Softcell, x: X, options: Options) => ResultOf<X>;
type Binary = <X extends Floats>(sc: Softcell, dy: X, x: Floats, options: Options) => ResultOf<X>;

const FORWARD: Record<string, Unary> = {
  standardNormalize: (sc, x, o) => softcell.standardNormalize(sc, x, { eps: 0.1, ...o }),
  taylorSoftmax: (sc, x, o) => softcell.taylorSoftmax(sc, x, { temperature: 0.7, ...o }),
  sphericalSoftmax: (sc, x, o) => softcell.sphericalSoftmax(sc, x, { temperature: 0.7, eps: 0.1, ...o }),
  sparsemax: (sc, x, o) => softcell.sparsemax(sc, x, { temperature: 0.7, ...o }),
};

const BACKWARD: Record<string, Binary> = {
  standardNormalizeBackward: (sc, dy, x, o) => softcell.standardNormalizeBackward(sc, dy, { x, eps: 0.1, ...o }),
  taylorSoftmaxBackward: (sc, dy, x, o) => softcell.taylorSoftmaxBackward(sc, dy, { x, temperature: 0.7, ...o }),
  sphericalSoftmaxBackward: (sc, dy, x, o) =>
    softcell.sphericalSoftmaxBackward(sc, dy, { x, temperature: 0.7, eps: 0.1, ...o }),
  sparsemaxBackward: (sc, dy, y, o) => softcell.sparsemaxBackward(sc, dy, { y, temperature: 0.7, ...o }),
};

/** Losses of x with a second array of its shape, or a target for each row; and their gradients. */
const LOSSES: Record<string, (sc: Softcell, x: Float32Array, y: Float32Array, t: Int32Array, o: Options) => object> = {
  crossEntropy: (sc, x, _, t, o) => softcell.crossEntropy(sc, x, t, o),
  "crossEntropy of probabilities": (sc, x, y, _, o) => softcell.crossEntropy(sc, x, y, o),
  nll: (sc, x, _, t, o) => softcell.nll(sc, x, t, o),
  focal: (sc, x, _, t, o) => softcell.focal(sc, x, t, o),
  multiMargin: (sc, x, _, t, o) => softcell.multiMargin(sc, x, t, o),
  entropy: (sc, x, _y, _t, o) => softcell.entropy(sc, x, o),
  klDivergence: (sc, x, y, _, o) => softcell.klDivergence(sc, x, y, o),
};

/** The last ones have several tiles of rows, or no elements. */
const SHAPES: number[][] = [
  [5],
  [1, 7],
  [7, 1],
  [2, 3, 4],
  [3, 1, 5],
  [2, 5, 7, 3],
  [4, 33, 40],
  [300, 50],
  [2, 0, 3],
  [0, 3, 2],
  [3, 2, 0],
];

/** All indices of a shape, the last axis fastest. */
function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, size) => all.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );
}

/** For each row, in the order of the shape without the axis, the places of its elements. */
function rowsOf(shape: readonly number[], axis: number): number[][] {
  const rest = shape.filter((_, i) => i !== axis);
  return indicesOf(rest).map((index) =>
    Array.from({ length: shape[axis] }, (_, c) => {
      const full = [...index.slice(0, axis), c, ...index.slice(axis)];
      return full.reduce((place, i, k) => place * shape[k] + i, 0);
    }),
  );
}

test("rowsOf", () => {
  expect(rowsOf([2, 3], 1)).toEqual([
    [0, 1, 2],
    [3, 4, 5],
  ]);
  expect(rowsOf([2, 3], 0)).toEqual([
    [0, 3],
    [1, 4],
    [2, 5],
  ]);
  expect(rowsOf([2, 3, 2], 1)[2]).toEqual([6, 8, 10]);
});

const same = (got: Floats, want: Floats): void => expect(difference(got, want)).toBe(-1);

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });

  const cases = SHAPES.flatMap((shape) => shape.map((_, axis) => ({ shape, axis })));
  describe.each(cases)("axis $axis of $shape", ({ shape, axis }) => {
    const table = rowsOf(shape, axis);
    const [rows, cols, places] = [table.length, shape[axis], table.flat()];
    const random = new Random(10 * shape.length + axis);
    const n = places.length;
    const [x, dy] = [random.normals(n, 3), random.normals(n)];
    const there = { shape, axis };
    const here = { shape: [rows, cols] };
    const gather = (v: Float32Array) => Float32Array.from(places, (place) => v[place]);
    const scatter = (v: Float32Array) => {
      const y = new Float32Array(n);
      for (const [i, place] of places.entries()) y[place] = v[i];
      return y;
    };

    test.each(Object.entries(FORWARD))("%s", (_, call) => {
      const want = scatter(call(sc, gather(x), here));
      same(call(sc, x, there), want);
      same(call(sc, x, { shape, axis: axis - shape.length }), want);
      const [a, b, c] = [x.slice(), new Float32Array(n), softcell.tensor(sc, shape)];
      for (const out of [a, b, c]) expect(call(sc, out === a ? a : x, { ...there, out })).toBe(out);
      for (const out of [a, b, c]) same(out, want);
      const t = softcell.tensor(sc, shape, x);
      const y = call(sc, t, { axis });
      expect(y.shape).toEqual(shape);
      same(y, want);
      same(t, x);
      expect(call(sc, t, { axis, out: t })).toBe(t);
      same(t, want);
    });

    test.each(Object.entries(BACKWARD))("%s", (name, call) => {
      const second = name === "sparsemaxBackward" ? softcell.sparsemax(sc, x, there) : x;
      const want = scatter(call(sc, gather(dy), gather(second), here));
      same(call(sc, dy, second, there), want);
      const apart = new Float32Array(n);
      call(sc, dy, second, { ...there, out: apart });
      same(apart, want);
      for (const first of [true, false]) {
        const [d, v] = [softcell.tensor(sc, shape, dy), softcell.tensor(sc, shape, second)];
        const dx = call(sc, d, v, { axis });
        expect(dx.shape).toEqual(shape);
        same(dx, want);
        const out = first ? d : v;
        expect(call(sc, d, v, { axis, out })).toBe(out);
        same(out, want);
        same(first ? v : d, first ? second : dy);
      }
    });

    test.each([false, true])("gumbelSoftmax, hard %s: the noise of an element is that of its place", (hard) => {
      const special = x.map((v, i) => (i % 97 === 5 ? Number.NaN : i % 7 === 3 ? -Infinity : v));
      const source = new Source(9);
      const uniform = gather(Float32Array.from({ length: n }, () => source.inside()));
      let drawn = 0;
      const fixed = Object.assign(new Source(0), { inside: () => uniform[drawn++] });
      const options = { temperature: 0.7, hard };
      // without a seed it draws from the generator of the instance
      Reflect.set(sc, "random", fixed);
      const want = softcell.gumbelSoftmax(sc, gather(special), { ...here, ...options });
      const got = softcell.gumbelSoftmax(sc, special, { ...there, ...options, seed: 9 });
      same(got.y, scatter(want.y));
      same(got.soft, scatter(want.soft));
      const [t, out] = [softcell.tensor(sc, shape, special), new Float32Array(n)];
      for (const soft of [t, out]) {
        const result = softcell.gumbelSoftmax<Floats>(sc, soft === t ? t : special, {
          ...there,
          ...options,
          seed: 9,
          out: soft,
        });
        same(result.y, got.y);
        same(soft, got.soft);
      }
    });

    if (cols === 0) {
      test("no columns have no largest", () => {
        const calls = [
          () => softcell.argmax(sc, x, there),
          () => softcell.topK(sc, x, 1, there),
          () => softcell.sample(sc, x, there),
        ];
        for (const call of calls) expect(call).toThrow("expected at least one column, got 0");
      });
      return;
    }

    test("argmax and topK", () => {
      const tied = Float32Array.from(x, (v, i) => (i % 31 === 7 ? Number.NaN : Math.round(v)));
      const t = softcell.tensor(sc, shape, tied);
      const want = softcell.argmax(sc, gather(tied), here);
      expect(want).toHaveLength(rows);
      expect(softcell.argmax(sc, tied, there)).toEqual(want);
      expect(softcell.argmax(sc, t, { axis })).toEqual(want);
      const last = softcell.argmax(sc, gather(tied), { ...here, selectLast: true });
      expect(softcell.argmax(sc, tied, { ...there, selectLast: true })).toEqual(last);
      for (const [selectLast, index] of [
        [false, want],
        [true, last],
      ] as const) {
        const one = gather(tied).map((_, i) => Number(i % cols === index[Math.floor(i / cols)]));
        const hard = softcell.hardmax(sc, tied, { ...there, selectLast });
        expect(hard).toEqual(scatter(one));
        expect([...softcell.hardmax(sc, t, { axis, selectLast })]).toEqual([...hard]);
      }
      for (const k of new Set([1, Math.ceil(cols / 2), cols])) {
        for (const largest of [true, false]) {
          const top = softcell.topK(sc, gather(tied), k, { ...here, largest });
          expect(top.indices).toHaveLength(rows * k);
          // k in the place of the axis
          const inner = shape.slice(axis + 1).reduce((size, next) => size * next, 1);
          const row = (i: number) => Math.floor(i / (k * inner)) * inner + (i % inner);
          const from = (i: number) => row(i) * k + (Math.floor(i / inner) % k);
          const got = softcell.topK(sc, tied, k, { ...there, largest });
          expect(got.shape).toEqual(shape.map((size, i) => (i === axis ? k : size)));
          expect(got.indices).toEqual(top.indices.map((_, i) => top.indices[from(i)]));
          expect(got.values).toEqual(top.values.map((_, i) => top.values[from(i)]));
          expect(softcell.topK(sc, t, k, { axis, largest })).toEqual(got);
        }
      }
      same(t, tied);
    });

    test("sample", () => {
      const t = softcell.tensor(sc, shape, x);
      for (const options of [{}, { topK: Math.ceil(cols / 2), topP: 0.9 }, { temperature: 0 }]) {
        const want = softcell.sample(sc, gather(x), { ...here, ...options, seed: 3 });
        expect(want).toHaveLength(rows);
        expect(softcell.sample(sc, x, { ...there, ...options, seed: 3 })).toEqual(want);
        expect(softcell.sample(sc, t, { axis, ...options, seed: 3 })).toEqual(want);
      }
      if (n === 0) return;
      const row = Math.floor(rows / 2);
      const bad = x.slice();
      bad[table[row][cols - 1]] = Number.NaN;
      expect(() => softcell.sample(sc, bad, there)).toThrow(`got NaN in row ${row}`);
    });

    test.each(Object.entries(LOSSES))("%s", (_, call) => {
      const [targets, dLoss] = [new Random(rows).ints(rows, cols), random.normals(rows)];
      const y = softcell.softmax(sc, dy, there);
      for (const reduction of [
        { reduction: "none", dLoss },
        { reduction: "mean", dLoss: 0.3 },
      ]) {
        const want = Object.values(call(sc, gather(x), gather(y), targets, { ...here, ...reduction, axis: -1 }));
        const got = Object.values(call(sc, x, y, targets, { ...there, ...reduction }));
        expect(got[0]).toEqual(want[0]);
        same(got[1], scatter(want[1]));
      }
    });
  });

  test("views on a linear memory that grows in the call", () => {
    const x = new Random(1).normals(60_000);
    const o = { shape: [3, 200, 100], axis: 1, seed: 1 };
    const calls: ((v: Float32Array) => unknown)[] = [
      (v) => bits(softcell.sparsemax(sc, v, { shape: o.shape, axis: 1 })),
      (v) => bits(softcell.gumbelSoftmax(sc, v, { ...o, hard: true }).y),
      (v) => softcell.argmax(sc, v, { shape: o.shape, axis: 1 }),
      (v) => softcell.topK(sc, v, 1, { shape: o.shape, axis: 1 }),
      (v) => softcell.sample(sc, v, o),
    ];
    for (const call of calls) {
      const want = call(x);
      sc = open(target, { memory: { initial: 5 } });
      const { data } = softcell.tensor(sc, [60_000], x);
      const { total } = sc.memoryUsage;
      while (total - sc.memoryUsage.used >= HEAP_BASE + 4096) softcell.tensor(sc, [1024]);
      expect(call(data)).toEqual(want);
      expect(data).toHaveLength(0);
    }
  });
});
