// The softmax family along any axis and with masks, through the public API: the bits are those of rows that lie together.
import { beforeEach, describe, expect, test } from "vitest";
import * as softcell from "../../src/index.js";
import { logSoftmax, logSumExp, logSumExpBackward, type Softcell, softmax, tensor } from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, open } from "../support/instance.js";
import { Random } from "../support/random.js";

interface Options {
  shape: readonly number[];
  axis?: number;
  temperature?: number;
  mask?: Float32Array | Uint8Array;
}

/** The functions of x, and of dy with one element for each of x; "row" has one result for each row. */
const FORWARD = {
  softmax: (sc: Softcell, x: Float32Array, o: Options) => softmax(sc, x, o),
  logSoftmax: (sc: Softcell, x: Float32Array, o: Options) => logSoftmax(sc, x, o),
  logSumExp: (sc: Softcell, x: Float32Array, o: Options) => logSumExp(sc, x, o),
};

const SHAPES: number[][] = [
  [5],
  [1, 7],
  [7, 1],
  [3, 5],
  [40, 17],
  [2, 3, 4],
  [2, 33, 5],
  [3, 100, 20],
  [2, 3, 4, 5],
  [4, 300, 50],
  [2, 0, 3],
  [0, 3, 2],
  [3, 2, 0],
];

const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1);

/** Moves the axis to the end: for each place of the result its place in x. */
function rowsOf(shape: readonly number[], axis: number): Int32Array {
  const [cols, inner] = [shape[axis], product(shape.slice(axis + 1))];
  return Int32Array.from({ length: product(shape) }, (_, to) => {
    const [row, c] = [Math.floor(to / cols), to % cols];
    return (row - (row % inner)) * cols + c * inner + (row % inner);
  });
}

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });

  describe.each(SHAPES.map((shape) => [shape]))("shape %j", (shape) => {
    const random = new Random(shape.length);
    const n = product(shape);
    const [x, dy] = [random.normals(n, 3), random.normals(n)];

    test.each(shape.map((_, axis) => [axis]))("axis %d", (axis) => {
      const from = rowsOf(shape, axis);
      const cols = shape[axis];
      const gather = (v: Float32Array) => Float32Array.from(from, (i) => v[i]);
      const scatter = (v: Float32Array) => {
        const y = new Float32Array(n);
        from.forEach((i, k) => {
          y[i] = v[k];
        });
        return y;
      };
      for (const at of [axis, axis - shape.length]) {
        for (const temperature of [1, 0.7]) {
          const [there, here] = [
            { shape, axis: at, temperature },
            { shape: [n === 0 ? product(shape.filter((_, i) => i !== axis)) : n / cols, cols], temperature },
          ];
          for (const name of ["softmax", "logSoftmax"] as const) {
            const y = softcell[name](sc, x, there);
            expect(bits(y)).toEqual(bits(scatter(softcell[name](sc, gather(x), here))));
            const backward = `${name}Backward` as const;
            const dx = softcell[backward](sc, dy, { y, ...there });
            expect(bits(dx)).toEqual(bits(scatter(softcell[backward](sc, gather(dy), { y: gather(y), ...here }))));
          }
          const lse = logSumExp(sc, x, there);
          expect(bits(lse)).toEqual(bits(logSumExp(sc, gather(x), here)));
          const dlse = dy.slice(0, lse.length);
          if (dlse.length < lse.length) continue; // no columns: more rows than elements
          const dx = logSumExpBackward(sc, dlse, { x, ...there });
          expect(bits(dx)).toEqual(bits(scatter(logSumExpBackward(sc, dlse, { x: gather(x), ...here }))));
        }
      }
    });

    test.each(shape.map((_, axis) => [axis]))("axis %d of tensors, in place, and the shape of log-sum-exp", (axis) => {
      const t = tensor(sc, shape, x);
      expect(bits(softmax(sc, t, { axis, out: t }))).toEqual(bits(softmax(sc, x, { shape, axis })));
      const others = shape.filter((_, i) => i !== axis);
      expect(logSumExp(sc, t, { axis }).shape).toEqual(others.length ? others : [1]);
      expect(logSumExp(sc, t, { axis, keepDim: true }).shape).toEqual(shape.map((size, i) => (i === axis ? 1 : size)));
    });
  });

  const SHAPE = [3, 4, 5];
  const random = new Random(1);
  const X = random.normals(60, 3);
  const ADDED = random.normals(60, 2).map((v) => (random.below(4) ? v : Number.NEGATIVE_INFINITY));
  const KEPT = Uint8Array.from(ADDED, (v) => Number(v !== Number.NEGATIVE_INFINITY));
  /** x with the mask of the last axes, -Infinity where it keeps nothing. */
  const masked = (x: Float32Array, kept: Uint8Array) =>
    x.map((v, i) => (kept[i % kept.length] ? v : Number.NEGATIVE_INFINITY));

  describe.each([60, 20, 5])("a mask of %d elements", (length) => {
    const [kept, added] = [KEPT.subarray(0, length), ADDED.subarray(0, length)];

    test.each(Object.entries(FORWARD))("%s of a boolean mask is that of -Infinity", (_, call) => {
      for (const axis of [0, 1, 2]) {
        for (const temperature of [1, 0.7]) {
          const expected = call(sc, masked(X, kept), { shape: SHAPE, axis, temperature });
          expect(bits(call(sc, X, { shape: SHAPE, axis, temperature, mask: kept }))).toEqual(bits(expected));
        }
        // with a negative temperature the smallest is the largest
        const turned = masked(X, kept).map((v) => (v === -Infinity ? Infinity : v));
        const expected = call(sc, turned, { shape: SHAPE, axis, temperature: -1 });
        expect(bits(call(sc, X, { shape: SHAPE, axis, temperature: -1, mask: kept }))).toEqual(bits(expected));
      }
    });

    test.each(Object.entries(FORWARD))("%s of an additive mask is that of the sum", (_, call) => {
      for (const axis of [0, 1, 2]) {
        const sum = X.map((v, i) => v * Math.fround(1 / 0.7) + added[i % length]);
        const expected = call(sc, sum, { shape: SHAPE, axis });
        expect(bits(call(sc, X, { shape: SHAPE, axis, temperature: 0.7, mask: added }))).toEqual(bits(expected));
        const t = tensor(sc, [length], added);
        const view = { shape: SHAPE, axis, temperature: 0.7, mask: t.data };
        expect(bits(call(sc, X, view))).toEqual(bits(expected));
        t.dispose();
      }
    });

    test("the gradient of log-sum-exp is softmax, 0 where the mask keeps nothing", () => {
      for (const mask of [kept, added]) {
        const dx = logSumExpBackward(sc, new Float32Array(12).fill(1), {
          x: X,
          shape: SHAPE,
          axis: 2,
          temperature: 0.5,
          mask,
        });
        const y = softmax(sc, X, { shape: SHAPE, axis: 2, temperature: 0.5, mask });
        for (let i = 0; i < 60; i++) {
          const empty = y.subarray(i - (i % 5), i - (i % 5) + 5).every(Number.isNaN);
          expect(Math.abs(dx[i] - (empty ? 0 : 2 * y[i]))).toBeLessThanOrEqual(2 ** -20);
        }
      }
    });
  });

  test("what a mask leaves out does not matter, NaN included", () => {
    const x = Float32Array.of(1, Number.NaN, 2, Number.POSITIVE_INFINITY);
    const [boolean, additive] = [Uint8Array.of(1, 0, 1, 0), Float32Array.of(0, -Infinity, 0, -Infinity)];
    const [a, b] = softmax(sc, Float32Array.of(1, 2));
    for (const mask of [boolean, additive]) expect([...softmax(sc, x, { mask })]).toEqual([a, 0, b, 0]);
  });

  test("a mask with an infinite temperature leaves equal shares", () => {
    const y = softmax(sc, X.subarray(0, 4), { temperature: Number.POSITIVE_INFINITY, mask: Uint8Array.of(1, 0, 1, 0) });
    expect([...y]).toEqual([0.5, 0, 0.5, 0]);
  });

  test.each([
    [[5], 0],
    [[3, 5], 1],
    [[3, 5], 0],
    [[2, 3, 40], 2],
    [[2, 3, 40], 1],
    [[2, 40, 3], 1],
  ])("rows that are masked altogether are 0 where that is asked for, of shape %j along axis %d", (shape, axis) => {
    const [n, cols, inner] = [product(shape), shape[axis], product(shape.slice(axis + 1))];
    const rowOf = (i: number) => Math.floor(i / (cols * inner)) * inner + (i % inner);
    const kept = Uint8Array.from({ length: n }, (_, i) => (rowOf(i) % 2 === 0 ? 0 : 1));
    const x = new Random(n).normals(n);
    for (const temperature of [1, -0.7, 3]) {
      const options = { shape, axis, temperature };
      const nothing = temperature < 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
      const inPlace = softcell.tensor(
        sc,
        shape,
        x.map((v, i) => (kept[i] ? v : nothing)),
      );
      const given = inPlace.data.slice();
      const want = softmax(sc, given, options).map((v, i) => (kept[i] ? v : 0));
      expect(want.some(Number.isNaN)).toBe(false);
      expect(softmax(sc, given, options).some(Number.isNaN)).toBe(true);
      expect(bits(softmax(sc, given, { ...options, emptyRows: "zero" }))).toEqual(bits(want));
      expect(bits(softmax(sc, x, { ...options, mask: kept, emptyRows: "zero" }))).toEqual(bits(want));
      const y = softmax(sc, inPlace, { ...options, emptyRows: "zero", out: inPlace });
      expect(bits(y)).toEqual(bits(want));
      const dx = softcell.softmaxBackward(sc, x, { y: want, ...options });
      expect(dx.every((v, i) => (kept[i] ? Number.isFinite(v) : v === 0))).toBe(true);
    }
    // NaN is not nothing
    const bad = new Float32Array(n).fill(Number.NEGATIVE_INFINITY).fill(Number.NaN, 0, 1);
    expect(softmax(sc, bad, { shape, axis, emptyRows: "zero" })[0]).toBeNaN();
  });
});
