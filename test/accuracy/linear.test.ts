// Linear layers against naive float64, with bounds derived from the order of summation. FIGURES=1 prints the worst cases.

import { expect, test } from "vitest";
import { linear } from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { open } from "../support/instance.js";
import * as oracle from "../support/oracle/kernels.js";
import { Random } from "../support/random.js";
import { shaped } from "../support/state.js";
import { type Numbers, roundings, Worst } from "../support/worst.js";

const U = 2 ** -24;

/** What n roundings lose at most, relative to the magnitudes of what is rounded. */
const lost = (n: number): number => (n * U) / (1 - n * U);

const magnitudes = (values: Float32Array): Float32Array => values.map(Math.abs);

describeEach(["strict", "relaxed", "js"], (target) => {
  const sc = open(target);

  /** A layer with gradients that something was added to before, its results, their truth, and the sums of magnitudes. */
  function run(random: Random, rows: number, I: number, O: number) {
    const [x, weight, bias, dy, dw, db] = [rows * I, O * I, O, rows * O, O * I, O].map((n) => random.normals(n));
    using layer = linear(sc, { inFeatures: I, outFeatures: O });
    layer.loadStateDict(shaped(layer, { weight, bias }));
    layer.params.weight.grad.set(dw);
    layer.params.bias.grad.set(db);
    const y = layer.forward(x).data.slice();
    const dx = layer.backward(dy).data.slice();
    const got = { y, dx, dw: layer.params.weight.grad.slice(), db: layer.params.bias.grad.slice() };
    const truth = ([x, weight, bias, dy, dw, db]: Float32Array[]): Record<keyof typeof got, Numbers> => {
      const back = oracle.linearBackward(dy, x, weight, rows, I, O);
      const y = oracle.linear(x, weight, bias, rows, I, O);
      return { y, dx: back.dx, dw: back.dw.map((v, i) => dw[i] + v), db: back.db.map((v, i) => db[i] + v) };
    };
    const given = [x, weight, bias, dy, dw, db];
    return { got, want: truth(given), terms: truth(given.map(magnitudes)) };
  }

  test("every element, whatever the numbers are", () => {
    const worst = new Worst();
    const random = new Random(1);
    for (const [rows, I, O] of [
      [1, 1, 1],
      [3, 5, 4],
      [17, 33, 16],
      [70, 100, 9],
      [5, 1000, 3],
      [300, 20, 18],
      [1000, 3, 2],
    ]) {
      const { got, want, terms } = run(random, rows, I, O);
      // in the gradients of weights a term takes part in its product and as many additions as there are rows
      const most = { y: roundings(I), dx: roundings(O), dw: rows + 1, db: rows };
      for (const name of ["y", "dx", "dw", "db"] as const) {
        const what = `rows ${rows}, ${I} to ${O}, ${name}`;
        worst.within(what, got[name], want[name], (i) => lost(most[name]) * terms[name][i]);
      }
    }
    worst.expectAtMost(1);
  });

  /**
   * The expected root mean square of error / (U sum |terms|) for K normal products x w of deviation 1, rounded, in sums of
   * 1 to 32 of them, and those in sums of K / 32: K + 16.5 K + K / 2 + K^2 / 64 squares, each by 0.425 U of its root, against
   * K 2 / pi for the mean of |x w|.
   */
  const expected = (K: number): number => 0.425 * (Math.PI / 2) * Math.sqrt(18 / K + 1 / 64);

  test.each([32, 33, 100, 128, 515, 1024, 4096])("the root mean square over normal numbers, %d terms", (K) => {
    const random = new Random(K);
    for (const [name, I, O] of [
      ["y", K, 30],
      ["dx", 30, K],
    ] as const) {
      const { got, want, terms } = run(random, 30, I, O);
      const n = got[name].length;
      let squares = 0;
      for (let i = 0; i < n; i++) squares += ((got[name][i] - want[name][i]) / (U * terms[name][i])) ** 2;
      // which deviates from its mean by 1 / sqrt(2 n) of it
      const bound = expected(K) * (1 + 4 / Math.sqrt(2 * n));
      const found = Math.sqrt(squares / n);
      if (process.env.FIGURES) console.log(`${name}, ${K} terms: ${found} of ${bound}`);
      expect(found, name).toBeLessThan(bound);
    }
  });
});
