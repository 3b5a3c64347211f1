// The kernels of the alternatives against the oracle, which sees the same float32 inputs. FIGURES=1 prints the worst
// cases, as parts of their bounds. Bounds: half an ULP for the one rounding to float32, and what float64 loses, which
// in the oracle, too, is lost: a sum of n terms n U64 of the sum of their magnitudes.
import { expect, test } from "vitest";
import type { KernelName } from "../../src/contract.js";
import { describeEach } from "../support/backends.js";
import { SIZES } from "../support/cases.js";
import { Image } from "../support/image.js";
import * as oracle from "../support/oracle/alternatives.js";
import { Random } from "../support/random.js";
import { ulp32, ulpError } from "../support/ulp.js";
import { floats, kernelsOf, largest, Worst } from "../support/worst.js";

const U64 = 2 ** -53;
const TAYLOR = [1, 1, 0.5] as const;

interface Case {
  what: string;
  x: Float32Array;
  dy: Float32Array;
  rows: number;
  cols: number;
}

/** Rows of normal numbers around an offset, added in float32. */
const CASES: Case[] = [];
{
  const random = new Random(1);
  for (const deviation of [1e-30, 0.01, 1, 20, 1e30]) {
    for (const offset of deviation === 1e30 ? [0] : [0, 1000]) {
      for (const cols of [...SIZES, 3000].filter((n) => n !== 1000)) {
        const rows = cols < 100 ? 8 : 1;
        const x = random.normals(rows * cols, deviation).map((v) => v + offset);
        const dy = random.normals(rows * cols);
        CASES.push({ what: `${rows} x ${cols}, deviation ${deviation}, offset ${offset}`, x, dy, rows, cols });
      }
    }
  }
}

describeEach(["strict", "relaxed", "js"], (target) => {
  const call = kernelsOf(target);

  function forward(kernel: KernelName, { x, rows, cols }: Case, ...parameters: number[]): Float32Array {
    const image = new Image();
    const at = image.put(x);
    call(image, kernel, [at, at, rows, cols, cols, cols, ...parameters]);
    return floats(image, at, x.length);
  }

  function backward(kernel: KernelName, a: Float32Array, b: Float32Array, c: Case, ...parameters: number[]) {
    const image = new Image();
    const [dy, x] = [image.put(a), image.put(b)];
    call(image, kernel, [dy, dy, x, c.rows, c.cols, c.cols, c.cols, c.cols, ...parameters]);
    return floats(image, dy, a.length);
  }

  const rowOf = (x: Float32Array, i: number, cols: number) => x.subarray(i - (i % cols), i - (i % cols) + cols);

  test("standardNormalize and its backward", () => {
    const worst = new Worst();
    for (const c of CASES) {
      const n = c.cols;
      for (const eps of [0, 1e-5]) {
        const y = forward("standardNormalize", c, eps);
        const want = oracle.standardNormalize(c.x, c.rows, n, eps);
        const scales = Array.from({ length: c.rows }, (_, r) => {
          const row = rowOf(c.x, r * n, n);
          return { top: largest(row), dTop: largest(rowOf(c.dy, r * n, n)), k: oracle.moments(row, eps).k };
        });
        // the mean is wrong by n U64 of the largest entry, k by n of its own
        const ofY = (i: number) => {
          const { top, k } = scales[Math.floor(i / n)];
          return 2 * (n + 4) * U64 * (k * top + Math.abs(want[i]));
        };
        // the terms of the gradient: k dTop, and sqrt(n) of it times the score, which is wrong by k top
        const ofDx = (i: number) => {
          const { top, dTop, k } = scales[Math.floor(i / n)];
          return 8 * (n + 4) * U64 * k * dTop * (1 + Math.sqrt(n)) * (1 + k * top);
        };
        worst.within(`${c.what}, eps ${eps}`, y, want, (i) => ulp32(want[i]) / 2 + ofY(i));
        if (n > 100) continue; // the whole Jacobian takes long
        const dx = backward("standardNormalizeBackward", c.dy, c.x, c, eps);
        const wantDx = oracle.standardNormalizeBackward(c.dy, c.x, c.rows, n, eps);
        worst.within(`${c.what}, eps ${eps}, dx`, dx, wantDx, (i) => ulp32(wantDx[i]) / 2 + ofDx(i));
      }
    }
    worst.expectAtMost(1);
  });

  test("a constant row is 0, and so is its gradient", () => {
    const random = new Random(2);
    for (const cols of [1, 2, 3, 7, 100, 3000]) {
      for (const value of [0.1, -1e30, 1e-45, 3.4e38, 7]) {
        const x = new Float32Array(cols).fill(value);
        const c = { what: "", x, dy: random.normals(cols), rows: 1, cols };
        for (const eps of [0, 1e-5]) expect(largest(forward("standardNormalize", c, eps))).toBe(0);
        expect(largest(backward("standardNormalizeBackward", c.dy, x, c, 0))).toBe(0);
      }
    }
  });

  test.each([
    ["Taylor", oracle.taylor, TAYLOR],
    ["spherical", oracle.spherical(0), [0, 0, 1]],
    ["spherical, eps", oracle.spherical(1e-5), [1e-5, 0, 1]],
  ] as const)("quadraticSoftmax and its backward: %s", (_, normalizer, [c0, c1, c2]) => {
    const worst = new Worst();
    for (const c of CASES) {
      const n = c.cols;
      for (const beta of [1, -0.3]) {
        const y = forward("quadraticSoftmax", c, beta, c0, c1, c2);
        const want = oracle.normalized(normalizer, c.x, c.rows, n, beta);
        // the terms of 1 + z + z^2 / 2 are at most 6 times their sum, in six roundings
        const relative = 2 * (n + 36) * U64;
        worst.within(`${c.what}, beta ${beta}`, y, want, (i) => ulp32(want[i]) / 2 + relative * want[i]);

        if (n > 100) continue; // the whole Jacobian takes long
        const dx = backward("quadraticSoftmaxBackward", c.dy, c.x, c, beta, c0, c1, c2);
        const wantDx = oracle.normalizedBackward(normalizer, c.dy, c.x, c.rows, n, beta);
        const bound = (i: number) => {
          const total = Array.from(rowOf(c.x, i, n)).reduce((s, v) => s + normalizer.f(beta * v), 0);
          const slope = c1 + Math.abs(2 * c2 * beta * c.x[i]);
          return (4 * relative * largest(rowOf(c.dy, i, n)) * slope * Math.abs(beta)) / total;
        };
        worst.within(`${c.what}, beta ${beta}, dx`, dx, wantDx, (i) => ulp32(wantDx[i]) / 2 + bound(i));
      }
    }
    worst.expectAtMost(1);
  });

  test("quadraticSoftmax does not overflow", () => {
    const x = Float32Array.of(3.4e38, -3.4e38, 3.4e38, 0, 1e30);
    const c = { what: "", x, dy: x, rows: 1, cols: 5 };
    const y = forward("quadraticSoftmax", c, 1, ...TAYLOR);
    const want = oracle.normalized(oracle.taylor, x, 1, 5);
    expect(want[0]).toBeCloseTo(1 / 3, 5);
    for (const [i, p] of want.entries()) expect(ulpError(y[i], p)).toBeLessThanOrEqual(0.5 + 1e-6);
  });

  test("sparsemax and its backward", () => {
    const worst = new Worst();
    for (const c of CASES) {
      for (const beta of [1, -0.3, 1e-3]) {
        const y = forward("sparsemax", c, beta);
        const want = oracle.sparsemax(c.x, c.rows, c.cols, beta);
        // entries relative to the largest are in [-1, 0], their threshold is a mean of them
        const absolute = 2 * (c.cols + 8) * U64 * Math.max(1, Math.abs(beta) * largest(c.x));
        worst.within(`${c.what}, beta ${beta}`, y, want, (i) => ulp32(want[i]) / 2 + absolute);

        if (c.cols > 100) continue;
        const dx = backward("sparsemaxBackward", c.dy, y, c, beta);
        const wantDx = oracle.sparsemaxBackward(c.dy, y, c.rows, c.cols, beta);
        const ofDx = 4 * (c.cols + 4) * U64 * Math.abs(beta) * largest(c.dy);
        worst.within(`${c.what}, beta ${beta}, dx`, dx, wantDx, (i) => ulp32(wantDx[i]) / 2 + ofDx);
      }
    }
    worst.expectAtMost(1);
  });

  test("sparsemax is the nearest point of the simplex", () => {
    const random = new Random(3);
    for (let i = 0; i < 200; i++) {
      const cols = 1 + random.below(8);
      // eighths have ties
      const x = random.normals(cols, [0.2, 1, 3][i % 3]).map((v) => (i % 2 ? v : Math.round(v * 8) / 8));
      const y = forward("sparsemax", { what: "", x, dy: x, rows: 1, cols }, 1);
      for (const [k, p] of oracle.nearestProbabilities(x).entries()) {
        expect(Math.abs(y[k] - p)).toBeLessThanOrEqual(ulp32(p) / 2 + 1e-14);
      }
    }
  });

  test("sparsemax of a long row", () => {
    const [random, cols] = [new Random(7), 100_000];
    const worst = new Worst();
    for (const values of [
      random.normals(cols, 0.1),
      random.normals(cols, 1e-6),
      new Float32Array(cols).map((_, i) => -(1.1 ** -(i % 900))), // geometric gaps: many passes
    ]) {
      const y = forward("sparsemax", { what: "", x: values, dy: values, rows: 1, cols }, 1);
      const want = oracle.sparsemax(values, 1, cols);
      worst.within("sparsemax", y, want, (i) => ulp32(want[i]) / 2 + 2 * (cols + 8) * U64);
    }
    worst.expectAtMost(1);
  });

  const { NaN: NAN, POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NINF } = Number;

  test("rows at the edges", () => {
    const rowsOf = (kernel: KernelName, rows: number[][], ...parameters: number[]) =>
      rows.map((row) => [
        ...forward(
          kernel,
          { what: "", x: Float32Array.from(row), dy: new Float32Array(), rows: 1, cols: row.length },
          ...parameters,
        ),
      ]);
    const bad = [[1, NAN, 2], [1, INF, 2], [NAN]];
    const nan = (rows: number[][]) => rows.map((row) => row.map(() => NAN));
    expect(rowsOf("standardNormalize", bad, 0)).toEqual(nan(bad));
    const masked = [...bad, [NINF, 0]];
    expect(rowsOf("quadraticSoftmax", masked, 1, ...TAYLOR)).toEqual(nan(masked));
    expect(
      rowsOf(
        "quadraticSoftmax",
        [
          [0, 0],
          [0, -0, 2],
        ],
        1,
        0,
        0,
        1,
      ),
    ).toEqual([
      [NAN, NAN],
      [0, 0, 1],
    ]);
    expect(rowsOf("quadraticSoftmax", [[0, 0]], 1, 1e-9, 0, 1)).toEqual([[0.5, 0.5]]);
    const none = [...bad, [NINF, NINF]];
    expect(rowsOf("sparsemax", none, 1)).toEqual(nan(none));
    expect(rowsOf("sparsemax", [[NINF, 0.5, 0.5, NINF], [3e38, -3e38], [5]], 1)).toEqual([
      [0, 0.5, 0.5, 0],
      [1, 0],
      [1],
    ]);
  });

  test("sparsemaxBackward sees nothing outside the support, and NaN everywhere", () => {
    const row = (dy: number[], y: number[]) => {
      const c = { what: "", x: Float32Array.from(y), dy: Float32Array.from(dy), rows: 1, cols: y.length };
      return [...backward("sparsemaxBackward", c.dy, c.x, c, 2)];
    };
    expect(row([NAN, 1, 3, INF], [0, 0.5, 0.5, 0])).toEqual([0, -2, 2, 0]);
    expect(row([1, 2], [NAN, NAN])).toEqual([NAN, NAN]);
  });

  test("argmax", () => {
    const random = new Random(4);
    for (const cols of [...SIZES, 6, 4097]) {
      for (let i = 0; i < 40; i++) {
        const special = [NAN, INF, NINF, 3, -0, 0];
        const x = random.normals(cols).map((v) => (random.below(i % 4 ? 30 : 3) ? v : special[random.below(6)]));
        const image = new Image();
        const index = image.place(1);
        call(image, "argmax", [index, image.put(x, i % 4), 1, cols, cols]);
        expect(new Int32Array(image.buffer, index, 1)[0]).toBe(oracle.descending(x)[0]);
      }
    }
  });

  test("addGumbel", () => {
    const random = new Random(5);
    const edges = [2 ** -24, 1 - 2 ** -24, 0.36787945, 0.36787942, 0.36787948, 0.5];
    const u = Float32Array.from({ length: 20_000 }, (_, i) => edges[i] ?? random.uniform(2 ** -24, 1 - 2 ** -24));
    const x = random.normals(u.length).map((v, i) => (i % 2 ? v : 0));
    const image = new Image();
    const at = image.put(x);
    call(image, "addGumbel", [at, at, image.put(u), u.length]);
    const want = Float64Array.from(x, (v, i) => v + oracle.gumbel(u[i]));
    const worst = new Worst();
    // log1p is good to 10 U64 of itself, which log turns into an absolute error; the quotients before add 2
    const bound = (i: number) => ulp32(want[i]) / 2 + 26 * U64 * (1 + Math.abs(want[i] - x[i]));
    worst.within("addGumbel", floats(image, at, u.length), want, bound);
    worst.expectAtMost(1);
  });

  test("expWeights", () => {
    const random = new Random(6);
    const x = random.floats(2001, -750, 0).map((v, i) => [NINF, 0, -1e38][i] ?? v);
    const image = new Image();
    const w = image.place(2 * x.length);
    const worst = new Worst();
    for (const [m, temperature] of [
      [0, 1],
      [3.25, 0.7],
      [0, 1000],
    ]) {
      call(image, "expWeights", [w, image.put(x), x.length, m, temperature]);
      const got = new Float64Array(image.buffer, w, x.length);
      const want = Float64Array.from(x, (v) => Math.exp((v - m) / temperature));
      worst.within(`temperature ${temperature}`, got, want, (i) => (want[i] > 1e-304 ? want[i] * 2 ** -40 : 1e-304));
      expect(got[0]).toBe(0);
    }
    worst.expectAtMost(1);
  });
});
