// Optimisers and clipping against the oracle, which sees the same float32 inputs. FIGURES=1 prints the worst cases.
import { expect, test } from "vitest";
import { describeEach } from "../support/backends.js";
import { Image } from "../support/image.js";
import * as oracle from "../support/oracle/kernels.js";
import { Random } from "../support/random.js";
import { floats, kernelsOf, Worst } from "../support/worst.js";

const U = 2 ** -24;

describeEach(["strict", "relaxed", "js"], (target) => {
  const call = kernelsOf(target);

  test("sgd", () => {
    const worst = new Worst();
    const random = new Random(14);
    const n = 1001;
    for (const [lr, momentum, weightDecay] of [
      [0.1, 0, 0],
      [0.1, 0.9, 0],
      [0.02, 0.9, 0.01],
    ].map((o) => o.map(Math.fround))) {
      const image = new Image();
      const [p, g, v] = [0, 1, 2].map(() => random.normals(n));
      const [pAt, gAt, vAt] = [p, g, v].map((values) => image.put(values));
      call(image, "sgd", [pAt, gAt, vAt, n, lr, momentum, 1, 0, weightDecay]);
      const want = oracle.sgd(p, g, v, { lr, momentum, weightDecay });
      // a term of v takes part in at most 3 roundings, one of p in 5
      const terms = (i: number) => momentum * Math.abs(v[i]) + Math.abs(g[i]) + weightDecay * Math.abs(p[i]);
      worst.within("v", floats(image, vAt, n), want.v, (i) => 3 * U * terms(i));
      worst.within("p", floats(image, pAt, n), want.p, (i) => U * (Math.abs(p[i]) + 5 * lr * terms(i)));
    }
    worst.expectAtMost(1);
  });

  test.each([
    ["Adam", false],
    ["AdamW", true],
  ] as [string, boolean][])("adam as %s", (_, decoupled) => {
    const worst = new Worst();
    const random = new Random(15);
    const n = 1001;
    const [lr, beta1, beta2, eps] = [0.01, 0.9, 0.999, 1e-8].map(Math.fround);
    for (const [step, weightDecay] of [
      [1, 0],
      [3, 0.01],
      [100, 0.1],
    ]) {
      const image = new Image();
      const [p, g, m] = [0, 1, 2].map(() => random.normals(n));
      const v = random.floats(n, 0.1, 2);
      const [pAt, gAt, mAt, vAt] = [p, g, m, v].map((values) => image.put(values));
      const correction = 1 / Math.sqrt(1 - beta2 ** step);
      const size = lr / (1 - beta1 ** step);
      const decay = decoupled ? 0 : weightDecay;
      const keep = decoupled ? 1 - lr * weightDecay : 1;
      const moments = [beta1, 1 - beta1, beta2, 1 - beta2, eps];
      call(image, "adam", [pAt, gAt, mAt, vAt, 0, n, size, correction, ...moments, decay, keep]);
      const want = oracle.adam(p, g, m, v, step, { lr, beta1, beta2, eps, weightDecay, decoupled });
      // Roundings: 3 in g', 2 more in m, 3 + 2 * 3 in v; the update has m's, half of v's and 8; p has 3 itself.
      const d = p.map((w, i) => Math.abs(g[i]) + decay * Math.abs(w));
      const mTerms = (i: number) => beta1 * Math.abs(m[i]) + (1 - beta1) * d[i];
      const vTerms = (i: number) => beta2 * v[i] + (1 - beta2) * d[i] * d[i];
      const update = (i: number) => (size * mTerms(i)) / (Math.sqrt(want.v[i]) * correction);
      worst.within("m", floats(image, mAt, n), want.m, (i) => 5 * U * mTerms(i));
      worst.within("v", floats(image, vAt, n), want.v, (i) => 9 * U * vTerms(i));
      worst.within("p", floats(image, pAt, n), want.p, (i) => U * (3 * Math.abs(p[i]) + 18 * update(i)));
    }
    worst.expectAtMost(1);
  });

  test("sumSquares, and scale to clip by norm", () => {
    const random = new Random(16);
    for (const [n, deviation] of [
      [1, 1],
      [100, 1],
      [10_001, 3],
      [1000, 1e25],
      [33, 1e-20],
    ]) {
      const g = random.normals(n, deviation);
      const image = new Image();
      const at = image.put(g);
      const want = oracle.clipByNorm(g, 1);
      const norm = Math.sqrt(call(image, "sumSquares", [at, n]) as number);
      expect(Math.abs(norm / want.norm - 1)).toBeLessThan(n * 2 ** -52);
      call(image, "scale", [at, at, n, Math.min(1, 1 / (norm + 1e-6))]);
      const worst = new Worst();
      worst.compare(`n ${n}, deviation ${deviation}`, floats(image, at, n), want.g);
      worst.expectAtMost(2); // the factor is rounded, and the product
    }
  });
});
