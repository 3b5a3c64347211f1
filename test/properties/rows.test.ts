// What softmax, log-softmax, log-sum-exp, cross-entropy and their gradients have to do with each other, on every backend.
// Bounds follow from how often a number is rounded on its way, src/contract/rows.ts.
import { expect } from "vitest";
import {
  crossEntropy,
  logSoftmax,
  logSoftmaxBackward,
  logSumExp,
  logSumExpBackward,
  sigmoid,
  softmax,
  softmaxBackward,
  tanh,
} from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, open } from "../support/instance.js";
import * as oracle from "../support/oracle/kernels.js";
import { type Draw, holds } from "../support/property.js";
import { MIN_NORMAL, type Numbers } from "../support/worst.js";

/** What one rounding adds at most, relative to its result. */
const U = 2 ** -24;

/** The exp of a row: its remainder and its polynomial are each within an ULP, which is at most 2 U. */
const EXP = 4;
/** A row sum: two roundings in its trees, the others are of float64. */
const SUM = 2;
/** Relative error in U of a softmax: exp, the sum of such, the sum itself, its reciprocal, their product. */
const SOFTMAX = 2 * EXP + SUM + 2;
/** Error in U of log(others / top) where that is large, and so of any L: exp twice, the sum. */
const L = 2 * EXP + SUM;
/** Of sigmoid: 1.5 ULP. */
const SIGMOID = 3;
/** What float64 adds is less than this part of U for rows of up to 10,000 columns. */
const SLACK = 1.01;

const { NEGATIVE_INFINITY: NINF } = Number;

interface Matrix {
  x: Float32Array;
  rows: number;
  cols: number;
}

/** Rows of ordinary numbers, of which at least one is no mask. */
function drawMatrix(draw: Draw, least = 1): Matrix {
  const [rows, cols] = [draw.size(4, 1), draw.size(20) === 20 ? draw.size(5000, least) : draw.size(200, least)];
  const [deviation, offset, masked] = [draw.pick([1, 0.01, 4, 30]), draw.pick([0, -3, 90, 1000, -5000]), draw.flag()];
  const random = draw.random();
  const x = random.normals(rows * cols, deviation).map((v) => v + offset);
  if (masked) for (let i = 0; i < x.length; i++) if (i % cols && random.below(3) === 0) x[i] = NINF;
  return { x, rows, cols };
}

const add = (values: Numbers): number => Array.from(values).reduce((a, b) => a + b, 0);
const most = (values: Numbers): number => Array.from(values).reduce((a, b) => Math.max(a, b), NINF);

function expectWithin(what: string, got: number, want: number, bound: number): void {
  const ok = Object.is(got, want) || Math.abs(got - want) <= bound;
  if (!ok) expect.fail(`${what}: ${got} and ${want}, apart by ${Math.abs(got - want)}, at most ${bound}`);
}

/** Each row of v. */
function* rowsOf(v: Float32Array, cols: number): Generator<Float32Array> {
  for (let i = 0; i < v.length; i += cols) yield v.subarray(i, i + cols);
}

describeEach(["strict", "relaxed", "js"], (target) => {
  const sc = open(target);

  holds("a softmax sums to 1", (draw) => {
    const { x, cols } = drawMatrix(draw);
    const temperature = draw.pick([1, 0.7, -3]);
    if (temperature < 0) for (let i = 0; i < x.length; i++) if (x[i] === NINF) x[i] = 0;
    // the errors of exp cancel: the sum is that of what exp gave
    const bound = (SUM + 2) * U * SLACK + cols * MIN_NORMAL;
    for (const y of rowsOf(softmax(sc, x, { cols, temperature }), cols)) {
      expectWithin("sum", add(y), 1, bound);
      expect(y.every((p) => p >= 0 && p <= 1 + 2 * U)).toBe(true);
    }
  });

  holds("a shift of x changes softmax and log-softmax within their bounds, at another temperature no bit", (draw) => {
    const [rows, cols] = [draw.size(4, 1), draw.size(200, 1)];
    // multiples of 2^-10 below 2^4 and 2^13: every sum is exact
    const [random, c] = [draw.random(), (draw.size(2 ** 24) - 2 ** 23) * 2 ** -10];
    const x = Float32Array.from({ length: rows * cols }, () => (random.below(2 ** 15) - 2 ** 14) * 2 ** -10);
    const moved = x.map((v) => v + c);
    expect(moved.every((v, i) => v - c === x[i])).toBe(true);
    for (const temperature of [2, 0.7]) {
      const options = { cols, temperature };
      expect(bits(softmax(sc, moved, options))).toEqual(bits(softmax(sc, x, options)));
      expect(bits(logSoftmax(sc, moved, options))).toEqual(bits(logSoftmax(sc, x, options)));
    }
    const [p, q] = [softmax(sc, x, { cols }), softmax(sc, moved, { cols })];
    p.forEach((v, i) => expectWithin(`softmax, element ${i}`, q[i], v, 2 * SOFTMAX * U * v * SLACK + MIN_NORMAL));
    const [a, b] = [logSoftmax(sc, x, { cols }), logSoftmax(sc, moved, { cols })];
    // x - m is exact; L and the result are rounded
    const bound = (i: number) => 2 * (L + Math.log(cols) + Math.abs(a[i])) * U * SLACK;
    a.forEach((v, i) => expectWithin(`logSoftmax, element ${i}`, b[i], v, bound(i)));
  });

  holds("softmax is the gradient of log-sum-exp", (draw) => {
    const { x, rows, cols } = drawMatrix(draw);
    const [p, one, dlse] = [softmax(sc, x, { cols }), new Float32Array(rows).fill(1), draw.normals(rows)];
    for (const upstream of [one, dlse]) {
      // of the same exp: the sum, the factor and the product
      logSumExpBackward(sc, upstream, { x, cols }).forEach((v, i) => {
        const factor = upstream[Math.floor(i / cols)];
        const bound = 2 * (SUM + 2) * U * Math.abs(factor * p[i]) * SLACK + (1 + Math.abs(factor)) * MIN_NORMAL;
        expectWithin(`element ${i}`, v, factor * p[i], bound);
      });
    }
  });

  holds("softmax of [z, 0] is sigmoid of z", (draw) => {
    const z = draw.normals(draw.size(50), draw.pick([1, 30]));
    const s = sigmoid(sc, z);
    const p = softmax(
      sc,
      Float32Array.from({ length: 2 * z.length }, (_, i) => (i % 2 ? 0 : z[i / 2])),
      { cols: 2 },
    );
    s.forEach((v, i) => {
      expectWithin(`sigmoid(${z[i]})`, p[2 * i], v, (SOFTMAX + SIGMOID) * U * v * SLACK + MIN_NORMAL);
    });
  });

  holds("log-sum-exp lies between the largest x and that and log n", (draw) => {
    const { x, cols } = drawMatrix(draw);
    const lse = logSumExp(sc, x, { cols });
    [...rowsOf(x, cols)].forEach((row, r) => {
      const [m, n] = [most(row), row.filter((v) => v !== NINF).length];
      const end = m + Math.log(n);
      expect(lse[r]).toBeGreaterThanOrEqual(m);
      expect(lse[r]).toBeLessThanOrEqual(end + (L + Math.abs(end)) * U * SLACK);
    });
  });

  holds("log-softmax is x - log-sum-exp", (draw) => {
    const { x, cols } = drawMatrix(draw);
    const [y, lse] = [logSoftmax(sc, x, { cols }), logSumExp(sc, x, { cols })];
    const tops = [...rowsOf(x, cols)].map(most);
    y.forEach((v, i) => {
      const r = Math.floor(i / cols);
      const [m, l] = [tops[r], lse[r]];
      if (x[i] === NINF) return expect(v).toBe(NINF);
      // m + L is rounded once; x - m, L and their difference once each
      const rounded = Math.abs(l) + (m - x[i]) + Math.log(cols) + Math.abs(v);
      expectWithin(`element ${i}`, v, x[i] - l, (rounded + L) * U * SLACK);
    });
  });

  holds("a gradient of softmax sums to 0", (draw) => {
    const { x, cols } = drawMatrix(draw);
    const temperature = draw.pick([1, 0.7, 5]);
    const [y, dy] = [softmax(sc, x, { cols, temperature }), draw.normals(x.length, draw.pick([1, 1e3]))];
    const rows = [...rowsOf(softmaxBackward(sc, dy, { y, cols, temperature }), cols)];
    const [ys, dys] = [[...rowsOf(y, cols)], [...rowsOf(dy, cols)]];
    rows.forEach((dx, r) => {
      // rounded once from float64, where the mean of dy has an error of some cols roundings
      const terms = add(dys[r].map((v, c) => Math.abs(v * ys[r][c]))) / temperature;
      const bound = U * add(dx.map(Math.abs)) + cols * MIN_NORMAL + 4 * (cols + 4) * 2 ** -53 * terms;
      expectWithin(`row ${r}`, add(dx), 0, bound * SLACK);
    });
  });

  holds("a gradient of log-softmax sums to 0", (draw) => {
    const { x, cols } = drawMatrix(draw);
    const [y, dy] = [logSoftmax(sc, x, { cols }), draw.normals(x.length)];
    const rows = [...rowsOf(logSoftmaxBackward(sc, dy, { y, cols }), cols)];
    const [ys, dys] = [[...rowsOf(y, cols)], [...rowsOf(dy, cols)]];
    rows.forEach((dx, r) => {
      // p: x - m, L and their difference were rounded, then exp; each once more by its product; the sum of dy by its tree and
      // itself; the difference
      const p = ys[r].map((v) => Math.exp(v));
      const off = add(p.map((v, c) => v && v * (EXP + L + 1 + 2 * Math.abs(ys[r][c]) + Math.log(cols))));
      const sums = Math.abs(add(dys[r])) * off + (SUM + 1) * add(dys[r].map(Math.abs));
      const bound = (sums + add(dx.map(Math.abs))) * U + cols * MIN_NORMAL * (1 + add(dys[r].map(Math.abs)));
      expectWithin(`row ${r}`, add(dx), 0, bound * SLACK);
    });
  });

  holds("a gradient of cross-entropy sums to 0", (draw) => {
    const { x, rows, cols } = drawMatrix(draw);
    const targets = draw.random().ints(rows, cols);
    const weight = draw.flag() ? draw.random().floats(cols, 0.1, 2) : new Float32Array(cols).fill(1);
    const [labelSmoothing, reduction] = [draw.pick([0, 0.1, 1]), draw.pick(["none", "sum", "mean"] as const)];
    if (labelSmoothing) for (let i = 0; i < x.length; i++) if (x[i] === NINF) x[i] = -50;
    const { dlogits } = crossEntropy(sc, x, targets, { classes: cols, weight, labelSmoothing, reduction });
    const norm = reduction === "mean" ? add(targets.map((t) => 1000 * weight[t])) / 1000 : 1;
    const p = oracle.softmax(x, rows, cols);
    [...rowsOf(dlogits, cols)].forEach((dx, r) => {
      const [hit, share] = [(1 - labelSmoothing) * weight[targets[r]], labelSmoothing / cols];
      const all = add(weight);
      // p and its complement: SOFTMAX but for what cancels, the factor and the difference of the terms
      const terms = dx.map((_, c) => (hit + share * all) * p[r * cols + c] + share * weight[c]);
      const bound = ((SOFTMAX + 3) * U * (add(terms) + hit)) / norm + cols * MIN_NORMAL;
      expectWithin(`row ${r}`, add(dx), 0, bound * SLACK);
    });
  });

  holds("columns in another order", (draw) => {
    const { x, rows, cols } = drawMatrix(draw);
    const random = draw.random();
    const order = Array.from({ length: cols }, (_, c) => [random.uniform(), c]).sort(([a], [b]) => a - b);
    const reorder = (v: Float32Array) => v.map((_, i) => v[i - (i % cols) + order[i % cols][1]]);
    const other = reorder(x);
    const temperature = draw.pick([1, 0.7]);
    const options = { cols, temperature };
    // exp gives the same; the sums are of another order, then the reciprocal and the product
    const [p, q] = [reorder(softmax(sc, x, options)), softmax(sc, other, options)];
    p.forEach((v, i) => expectWithin(`softmax, element ${i}`, q[i], v, 2 * (SUM + 2) * U * v * SLACK + MIN_NORMAL));
    const [a, b] = [reorder(logSoftmax(sc, x, options)), logSoftmax(sc, other, options)];
    const log = (v: number) => 2 * (SUM + Math.log(cols) + Math.abs(v)) * U * SLACK;
    a.forEach((v, i) => expectWithin(`logSoftmax, element ${i}`, b[i], v, log(v)));
    const [l, k] = [logSumExp(sc, x, options), logSumExp(sc, other, options)];
    for (let r = 0; r < rows; r++)
      expectWithin(`logSumExp, row ${r}`, k[r], l[r], 2 * (SUM + Math.abs(l[r])) * U * SLACK);
  });

  holds("tanh is odd, and sigmoid of x and of -x sum to 1", (draw) => {
    const x = draw.values(draw.size(100)).map((v) => (Number.isNaN(v) ? 0 : v));
    const minus = x.map((v) => -v);
    expect(bits(tanh(sc, minus))).toEqual(bits(tanh(sc, x).map((v) => -v)));
    const [s, t] = [sigmoid(sc, x), sigmoid(sc, minus)];
    s.forEach((v, i) => expectWithin(`sigmoid(${x[i]})`, v + t[i], 1, 2 * SIGMOID * U));
  });
});
