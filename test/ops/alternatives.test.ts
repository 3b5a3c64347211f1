// The alternatives to softmax and draws from logits as their users see them, on every backend.
import { describe, expect, test } from "vitest";
import * as softcell from "../../src/index.js";
import {
  argmax,
  gumbelSoftmax,
  maxSoftmaxConfidence,
  oneHot,
  type Softcell,
  sample,
  softmax,
  sparsemax,
  sparsemaxBackward,
  sphericalSoftmax,
  sphericalSoftmaxBackward,
  standardNormalize,
  standardNormalizeBackward,
  taylorSoftmax,
  taylorSoftmaxBackward,
  tensor,
  topK,
} from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, heapOf, open } from "../support/instance.js";
import * as oracle from "../support/oracle/alternatives.js";
import { Random } from "../support/random.js";

const { NaN: NAN, POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NINF } = Number;
const X = new Random(1).normals(21);
const OPTIONS = { shape: [3, 7] };

/** `rows` times the same row. */
function repeated(row: ArrayLike<number>, rows: number): Float32Array {
  return Float32Array.from({ length: rows * row.length }, (_, i) => row[i % row.length]);
}

/**
 * Counts against probabilities by Pearson's statistic, which is distributed as chi-square with d = classes - 1. It
 * passes d + 2 sqrt(d t) + 2 t with probability exp(-t) at most (Laurent and Massart 2000, lemma 1); t = 14 is one in a
 * million.
 */
function expectDrawnFrom(probabilities: ArrayLike<number>, drawn: Int32Array): void {
  const counts = new Float64Array(probabilities.length);
  for (const i of drawn) counts[i]++;
  let [statistic, d] = [0, -1];
  for (const [i, count] of counts.entries()) {
    const expected = probabilities[i] * drawn.length;
    if (expected === 0) expect(count, `class ${i} must not be drawn`).toBe(0);
    else {
      expect(expected).toBeGreaterThan(5); // below it the statistic is no chi-square
      statistic += (count - expected) ** 2 / expected;
      d++;
    }
  }
  expect(statistic, `${counts} of ${Array.from(probabilities)}`).toBeLessThan(d + 2 * Math.sqrt(14 * d) + 28);
}

const LOGITS = Float32Array.of(1, NINF, -0.5, 2, 1, 0.25);
const DRAWS = 40_000;

describeEach(["strict", "relaxed", "js"], (target) => {
  describe("argmax and topK", () => {
    test("against sorting, ties and NaN included", () => {
      const sc = open(target);
      const random = new Random(2);
      for (const cols of [1, 2, 3, 5, 8, 17, 100]) {
        const special = [NAN, INF, NINF, -0, 0, 1];
        const x = random.normals(4 * cols).map((v) => (random.below(3) ? v : special[random.below(6)]));
        const orders = Array.from({ length: 4 }, (_, r) => oracle.descending(x.subarray(r * cols, (r + 1) * cols)));
        expect([...argmax(sc, x, { cols })]).toEqual(orders.map((order) => order[0]));
        for (const k of [1, Math.ceil(cols / 2), cols]) {
          const want = orders.map((order) => order.slice(0, k));
          const { values, indices } = topK(sc, tensor(sc, [4, cols], x), k);
          expect([...indices]).toEqual(want.flat());
          expect([...values]).toEqual(want.flatMap((order, r) => order.map((c) => x[r * cols + c])));
        }
      }
    });

    test("of an array, a tensor, a view on linear memory, in all of their shapes", () => {
      const sc = open(target);
      const want = argmax(sc, X, OPTIONS);
      expect(want).toBeInstanceOf(Int32Array);
      expect(want.buffer).not.toBe(heapOf(sc).buffer);
      const t = tensor(sc, [3, 1, 7], X);
      expect(argmax(sc, t)).toEqual(want);
      expect(argmax(sc, t.data.subarray(0), { cols: 7, axis: -1 })).toEqual(want);
      expect(argmax(sc, X)).toHaveLength(1);
      expect(topK(sc, t.data, 2, { cols: 7 })).toEqual(topK(sc, X, 2, OPTIONS));
      expect(argmax(sc, new Float32Array(0), { shape: [0, 4] })).toEqual(new Int32Array(0));
      expect(topK(sc, new Float32Array(0), 4, { shape: [0, 4] }).values).toEqual(new Float32Array(0));
    });
  });

  describe("sample", () => {
    test.each([
      [{}, 1, 6, 1],
      [{ temperature: 0.4 }, 0.4, 6, 1],
      [{ temperature: 5 }, 5, 6, 1],
      [{ topK: 3 }, 1, 3, 1],
      [{ topK: 1, temperature: 9 }, 9, 1, 1],
      [{ topP: 0.7 }, 1, 6, 0.7],
      [{ topP: 1e-9 }, 1, 6, 1e-9],
      [{ topP: 0 }, 1, 6, 1e-9],
      [{ topK: 0 }, 1, 6, 1],
      [{ topK: 0, topP: 0.7 }, 1, 6, 0.7],
      [{ topK: 100, topP: 0.7 }, 1, 6, 0.7],
      [{ topK: 4, topP: 0.9, temperature: 1.5 }, 1.5, 4, 0.9],
    ])("%o", (options, temperature, topK, topP) => {
      const sc = open(target);
      const drawn = sample(sc, repeated(LOGITS, DRAWS), { cols: 6, seed: 7, ...options });
      expectDrawnFrom(oracle.sampling(LOGITS, temperature, topK, topP), drawn);
    });

    test("the entry that crosses topP is in; equal entries go by their column", () => {
      const sc = open(target);
      const drawnWith = (topP: number, topK?: number) =>
        [...new Set(sample(sc, new Float32Array(4000), { cols: 4, topP, topK }))].sort();
      expect(drawnWith(0.5)).toEqual([0, 1]);
      expect(drawnWith(0.501)).toEqual([0, 1, 2]);
      expect(drawnWith(0.01)).toEqual([0]);
      // topP is of what topK has left
      expect(drawnWith(0.5, 2)).toEqual([0]);
      expect(drawnWith(1, 3)).toEqual([0, 1, 2]);
    });

    test("the same draws on every backend", () => {
      const random = new Random(3);
      const x = random.normals(50 * 300, 4);
      const draws = (sc: Softcell) => [
        sample(sc, x, { cols: 300, seed: 5 }),
        sample(sc, tensor(sc, [50, 300], x), { temperature: 0.7 }),
        sample(sc, x, { cols: 300, topK: 20 }),
        sample(sc, x, { cols: 300, topP: 0.95, topK: 100 }),
      ];
      expect(draws(open(target))).toEqual(draws(open("js")));
    });

    test("an instance goes on drawing; a seed draws the same again", () => {
      const [a, b, c] = [open(target), open(target), open(target, { seed: 1 })];
      const x = new Float32Array(1000);
      const first = sample(a, x, { cols: 10 });
      const second = sample(a, x, { cols: 10 });
      expect(second).not.toEqual(first);
      expect(sample(b, x, { cols: 10 })).toEqual(first);
      expect(sample(c, x, { cols: 10 })).not.toEqual(first);
      const seeded = sample(a, x, { cols: 10, seed: 9 });
      expect(sample(a, x, { cols: 10, seed: 9 })).toEqual(seeded);
      // a seed leaves the generator of the instance as it is
      sample(b, x, { cols: 10 });
      expect(sample(a, x, { cols: 10 })).toEqual(sample(b, x, { cols: 10 }));
    });

    test("temperature 0 is argmax, and draws nothing", () => {
      const [a, b] = [open(target), open(target)];
      expect(sample(a, X, { ...OPTIONS, temperature: 0, topP: 0.5 })).toEqual(argmax(a, X, OPTIONS));
      expect(sample(a, X)).toEqual(sample(b, X));
      expect(sample(a, X, { ...OPTIONS, temperature: 1e-300 })).toEqual(argmax(a, X, OPTIONS));
    });

    test.each([
      ["NaN", NAN],
      ["Infinity", INF],
      ["all -Infinity", NINF],
    ])("a row with %s is refused, and nothing is drawn", (_, value) => {
      const [a, b] = [open(target), open(target)];
      const x = X.slice();
      if (value === NINF) x.fill(NINF, 14);
      else x[15] = value;
      for (const temperature of [0, 1]) {
        expect(() => sample(a, x, { ...OPTIONS, temperature })).toThrow(
          new RangeError(`"logits" expected a finite maximum in each row and no NaN, got ${value} in row 2`),
        );
      }
      expect(sample(a, X, OPTIONS)).toEqual(sample(b, X, OPTIONS));
    });

    test("a view on linear memory, which has to grow", () => {
      const sc = open(target, { memory: { initial: 1 } });
      const view = tensor(sc, [21], X).data;
      const { total } = sc.memoryUsage;
      const logits = tensor(sc, [15_000], repeated(X.subarray(0, 1), 15_000)).data;
      expect(sc.memoryUsage.total).toBeGreaterThan(total);
      expect(view).toHaveLength(0);
      const want = sample(open(target), logits.slice(), { seed: 1 });
      expect(sample(sc, logits, { seed: 1 })).toEqual(want);
    });
  });

  describe("gumbelSoftmax", () => {
    test("hard draws from softmax, at any temperature", () => {
      const sc = open(target);
      const x = repeated(LOGITS, DRAWS);
      for (const temperature of [0.1, 1, 10]) {
        const { y, soft } = gumbelSoftmax(sc, x, { cols: 6, temperature, hard: true, seed: 11 });
        const drawn = argmax(sc, y, { cols: 6 });
        expect(y).toEqual(oneHot(sc, drawn, 6));
        expect(argmax(sc, soft, { cols: 6 })).toEqual(drawn);
        expectDrawnFrom(oracle.sampling(LOGITS, 1, 6, 1), drawn);
      }
    });

    test("the noise is the same on every backend, and softmax follows", () => {
      const [sc, js] = [open(target), open("js")];
      const options = { ...OPTIONS, temperature: 0.7, hard: true } as const;
      const [got, want] = [gumbelSoftmax(sc, X, options), gumbelSoftmax(js, X, options)];
      expect(got.y).toEqual(want.y);
      if (target === "strict") expect(bits(got.soft)).toEqual(bits(want.soft));
      for (const [i, p] of want.soft.entries()) expect(got.soft[i]).toBeCloseTo(p, 6);
      expect(gumbelSoftmax(sc, X, { seed: 3 })).toEqual(gumbelSoftmax(sc, X, { seed: 3 }));
      expect(gumbelSoftmax(sc, X)).not.toEqual(gumbelSoftmax(sc, X));
    });

    test("y is soft itself without hard, and apart from it with hard", () => {
      const sc = open(target);
      const { y, soft } = gumbelSoftmax(sc, X, OPTIONS);
      expect(y).toBe(soft);
      const [t, out] = [tensor(sc, [3, 7], X), tensor(sc, [3, 7])];
      const hard = gumbelSoftmax(sc, t, { hard: true, out, seed: 4 });
      expect(hard.soft).toBe(out);
      expect(hard.y.shape).toEqual([3, 7]);
      expect(hard.y).not.toBe(out);
      const arrays = gumbelSoftmax(sc, X, { ...OPTIONS, hard: true, seed: 4 });
      expect(bits(hard.y)).toEqual(bits(arrays.y));
      expect(bits(hard.soft)).toEqual(bits(arrays.soft));
      expect(t.data).toEqual(X);
    });

    test("a view as out, where the tensor of hard makes the memory grow", () => {
      const sc = open(target, { memory: { initial: 2 } });
      const [t, room] = [tensor(sc, [1, 8192], repeated(X, 391).subarray(0, 8192)), tensor(sc, [8192])];
      gumbelSoftmax(sc, t, { out: room }); // takes the scratch
      const [out, { pointer }] = [room.data, room];
      const { soft } = gumbelSoftmax(sc, t, { hard: true, seed: 2, out: out as never });
      expect(out).toHaveLength(0); // the memory has grown, and the view that `out` would be now is returned
      const living = soft as unknown as Float32Array;
      expect(living.byteOffset).toBe(pointer);
      const values = living.slice();
      expect(values).toEqual(gumbelSoftmax(sc, t.data.slice(), { seed: 2 }).soft);
    });

    test("masks stay masked, rows that are NaN are NaN in both", () => {
      const sc = open(target);
      const { y, soft } = gumbelSoftmax(sc, Float32Array.of(NINF, 1, NINF, NINF, NINF, NINF, 1, NAN, 2), {
        cols: 3,
        hard: true,
      });
      expect([...y]).toEqual([0, 1, 0, NAN, NAN, NAN, NAN, NAN, NAN]);
      expect([...soft]).toEqual([...y]);
    });

    test("nothing in, nothing out", () => {
      const sc = open(target);
      const empty = new Float32Array(0);
      expect(gumbelSoftmax(sc, empty, { shape: [0, 3], hard: true })).toEqual({ y: empty, soft: empty });
      expect(gumbelSoftmax(sc, empty, { shape: [3, 0], hard: true })).toEqual({ y: empty, soft: empty });
      for (const name of ["standardNormalize", "taylorSoftmax", "sphericalSoftmax", "sparsemax"] as const) {
        expect(softcell[name](sc, empty, { shape: [0, 3] })).toEqual(empty);
        expect(softcell[name](sc, empty, { shape: [3, 0] })).toEqual(empty);
      }
    });
  });

  test("the options of rows and eps reach the kernels", () => {
    const sc = open(target);
    const expectClose = (got: Float32Array, want: Float64Array): void => {
      expect(got).toHaveLength(want.length);
      for (const [i, v] of want.entries()) expect(got[i]).toBeCloseTo(v, 6);
    };
    const dy = new Random(4).normals(21);
    const options = { ...OPTIONS, temperature: 0.5 };
    expectClose(standardNormalize(sc, X, { ...OPTIONS, eps: 0.1 }), oracle.standardNormalize(X, 3, 7, 0.1));
    expectClose(
      standardNormalizeBackward(sc, dy, X, { cols: 7, eps: 0.1 }),
      oracle.standardNormalizeBackward(dy, X, 3, 7, 0.1),
    );
    expectClose(taylorSoftmax(sc, X, options), oracle.normalized(oracle.taylor, X, 3, 7, 2));
    expectClose(taylorSoftmaxBackward(sc, dy, X, options), oracle.normalizedBackward(oracle.taylor, dy, X, 3, 7, 2));
    const spherical = oracle.spherical(0.1);
    expectClose(sphericalSoftmax(sc, X, { ...options, eps: 0.1 }), oracle.normalized(spherical, X, 3, 7, 2));
    expectClose(
      sphericalSoftmaxBackward(sc, dy, X, { ...options, eps: 0.1 }),
      oracle.normalizedBackward(spherical, dy, X, 3, 7, 2),
    );
    const y = sparsemax(sc, X, options);
    expectClose(y, oracle.sparsemax(X, 3, 7, 2));
    expectClose(sparsemaxBackward(sc, dy, y, options), oracle.sparsemaxBackward(dy, y, 3, 7, 2));
    // eps is 0 where none is given
    expectClose(standardNormalize(sc, X), oracle.standardNormalize(X, 1, 21, 0));
    expectClose(sphericalSoftmax(sc, X), oracle.normalized(oracle.spherical(0), X, 1, 21));
  });

  test("oneHot", () => {
    const sc = open(target);
    expect([...oneHot(sc, Int32Array.of(2, 0), 3)]).toEqual([0, 0, 1, 1, 0, 0]);
    expect(oneHot(sc, new Int32Array(0), 3)).toEqual(new Float32Array(0));
  });
});

test("maxSoftmaxConfidence is what softmax gives for 1 and otherwise -1", () => {
  const sc = open("js");
  for (const classes of [1, 2, 4, 100]) {
    const x = new Float32Array(classes).fill(-1);
    x[0] = 1;
    expect(maxSoftmaxConfidence(classes)).toBeCloseTo(softmax(sc, x)[0], 6);
  }
  expect(maxSoftmaxConfidence(4)).toBeCloseTo(0.711, 3);
  for (const classes of [0, 1.5, NAN]) expect(() => maxSoftmaxConfidence(classes)).toThrow(RangeError);
  expect(() => maxSoftmaxConfidence("4" as never)).toThrow(TypeError);
});
