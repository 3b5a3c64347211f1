// Layer normalization: the oracle against finite differences, and the kernels against the oracle. FIGURES=1 prints the worst cases.
import { expect, test } from "vitest";
import { describeEach } from "../support/backends.js";
import { SIZES } from "../support/cases.js";
import { Image } from "../support/image.js";
import * as oracle from "../support/oracle/layers.js";
import { Random } from "../support/random.js";
import { ulp32 } from "../support/ulp.js";
import { floats, kernelsOf, largest, type Numbers, Worst } from "../support/worst.js";

const [U, U64] = [2 ** -24, 2 ** -53];
const EPS = 1e-5;

test.each([0, EPS, 0.3])("the oracle's gradients are those of its layerNorm, eps %d", (eps) => {
  const random = new Random(1);
  const [cols, n] = [7, 21];
  const [x, dy] = [n, n].map((length) => Float64Array.from({ length }, () => random.normal()));
  const [weight, bias] = [cols, cols].map((length) => Float64Array.from({ length }, () => random.normal()));
  const { dx, dweight, dbias } = oracle.layerNormBackward(dy, x, weight, eps);
  const f = (): number => oracle.layerNorm(x, weight, bias, eps).reduce((sum, v, i) => sum + v * dy[i], 0);
  for (const [at, gradient] of [
    [x, dx],
    [weight, dweight],
    [bias, dbias],
  ]) {
    for (let i = 0; i < at.length; i++) {
      const [value, h] = [at[i], 1e-5];
      at[i] = value + h;
      const high = f();
      at[i] = value - h;
      const numeric = (high - f()) / (2 * h);
      at[i] = value;
      // h^2 of the third derivative, and 2^-52 / h of f
      expect(Math.abs(numeric - gradient[i])).toBeLessThan(1e-8 * Math.max(1, Math.abs(gradient[i])));
    }
  }
});

/** The sums of the columns of x [...][cols]. */
function columnSums(x: Numbers, cols: number): Float64Array {
  const sums = new Float64Array(cols);
  for (let i = 0; i < x.length; i++) sums[i % cols] += x[i];
  return sums;
}

describeEach(["strict", "relaxed", "js"], (target) => {
  const call = kernelsOf(target);

  test("layerNorm and its backward", () => {
    const [forward, backward, sums] = [new Worst(), new Worst(), new Worst()];
    const random = new Random(2);
    for (const deviation of [1e-3, 1, 30]) {
      for (const offset of [0, 100]) {
        for (const cols of SIZES) {
          const rows = cols < 100 ? 8 : 2;
          const [x, dy] = [random.normals(rows * cols, deviation).map((v) => v + offset), random.normals(rows * cols)];
          const [weight, bias, w0, b0] = [0, 1, 2, 3].map(() => random.normals(cols));
          const image = new Image();
          const [xAt, dyAt, weightAt, biasAt, dweight, dbias] = [x, dy, weight, bias, w0, b0].map((v) => image.put(v));
          const [y, dx] = [image.place(rows * cols), image.place(rows * cols)];
          call(image, "layerNorm", [y, xAt, weightAt, biasAt, rows, cols, cols, cols, EPS]);
          const at = [dweight, dbias, dx, dyAt, xAt, weightAt];
          call(image, "layerNormBackward", [...at, rows, cols, cols, cols, cols, EPS]);
          const what = `${rows} x ${cols}, deviation ${deviation}, offset ${offset}`;
          // One rounding to float32. In float64 a sum of n terms loses n 2^-53 of their magnitudes: relative to the deviation the
          // mean loses that times largest / deviation, which the scores, of at most sqrt(n), take over.
          const root = Math.sqrt(deviation ** 2 + EPS);
          const lost = 8 * (cols + rows) * U64 * (1 + largest(x) / root) * Math.sqrt(cols);
          const half = (want: Numbers, scale: number) => (i: number) => 0.5 * ulp32(want[i]) + lost * scale;
          const wantY = oracle.layerNorm(x, weight, bias, EPS);
          forward.within(what, floats(image, y, x.length), wantY, half(wantY, largest(weight)));
          const want = oracle.layerNormBackward(dy, x, weight, EPS);
          const upstream = (largest(dy) * largest(weight) * Math.sqrt(cols)) / root;
          // a deviation of a few elements may be far below that of all, and divides
          if (cols > 5) backward.within(what, floats(image, dx, x.length), want.dx, half(want.dx, upstream));
          if (cols <= 5) continue;
          // each row is one rounding of the sum so far
          const scores = oracle.layerNorm(x, new Float32Array(cols).fill(1), new Float32Array(cols), EPS);
          const terms = [scores.map((s, i) => s * dy[i]), dy].map((v) => columnSums(v.map(Math.abs), cols));
          const sum = (start: Numbers, terms: Numbers) => (i: number) =>
            ((rows * U) / (1 - rows * U)) * (Math.abs(start[i]) + terms[i]) + lost * rows * largest(dy);
          const wantW = want.dweight.map((v, i) => v + w0[i]);
          sums.within(`${what}, dweight`, floats(image, dweight, cols), wantW, sum(w0, terms[0]));
          const wantB = want.dbias.map((v, i) => v + b0[i]);
          sums.within(`${what}, dbias`, floats(image, dbias, cols), wantB, sum(b0, terms[1]));
        }
      }
    }
    for (const worst of [forward, backward, sums]) worst.expectAtMost(1);
  });

  test("the gradients of layerNorm's parameters are the same for a batch cut anywhere", () => {
    const random = new Random(3);
    const [rows, cols] = [11, 9];
    const [x, dy] = [random.normals(rows * cols), random.normals(rows * cols)];
    const before = [random.normals(cols), random.normals(cols)];
    const run = (cuts: number[]): Float32Array[] => {
      const image = new Image();
      const [xAt, dyAt, weight] = [image.put(x), image.put(dy), image.put(new Float32Array(cols).fill(1))];
      const [dw, db] = before.map((v) => image.put(v));
      const dx = image.place(rows * cols);
      let end = rows;
      for (const start of [...cuts, 0]) {
        const at = 4 * start * cols;
        const pointers = [dw, db, dx + at, dyAt + at, xAt + at, weight];
        call(image, "layerNormBackward", [...pointers, end - start, cols, cols, cols, cols, EPS]);
        end = start;
      }
      return [floats(image, dx, rows * cols), floats(image, dw, cols), floats(image, db, cols)];
    };
    expect(run([7, 2])).toEqual(run([]));
    expect(run([10, 9, 4])).toEqual(run([]));
  });
});
