// The losses against the float64 oracle.
import { describe, test } from "vitest";
import * as softcell from "../../src/index.js";
import {
  bceWithLogits,
  entropy,
  focal,
  klDivergence,
  mse,
  multiMargin,
  nll,
  type Softcell,
  sigmoidFocal,
  softmax,
} from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { VALUES } from "../support/cases.js";
import { open } from "../support/instance.js";
import * as oracle from "../support/oracle/losses.js";
import { Random } from "../support/random.js";
import { ulpError } from "../support/ulp.js";
import { largest, MIN_NORMAL, Worst } from "../support/worst.js";

// Everything is float64 and rounded once: 0.5 ULP. exp and log are good to 2^-50, which is 2^-26 ULP, and a sum of 300 terms
// to 2^-45. A power u^gamma has 2^-50 of its exponent gamma log u, which is below 104 where the result is not 0.
const ONCE = 0.5;
const OF_EXP = 0.5 + 2 ** -20;
const ofPower = (gamma: number) => 0.5 + Math.max(1, gamma) * 2 ** -18;

const N = 600;
const FINITE = Object.entries(VALUES).filter(([name]) => !/masked|Infinity|NaN/.test(name));
const SHAPES: oracle.Rows[] = [
  { rows: 5, cols: 7, inner: 1 },
  { rows: 12, cols: 10, inner: 3 },
  { rows: 2, cols: 300, inner: 1 },
  { rows: 3, cols: 1, inner: 1 },
];

const shapeOf = ({ rows, cols, inner }: oracle.Rows): number[] => [rows / inner, cols, inner];
/** A result below 2^-126 is rounded to a denormal: its ULP is theirs. */
const error = (got: ArrayLike<number>, want: ArrayLike<number>) => (i: number) => ulpError(got[i], want[i]);

const INF = Number.POSITIVE_INFINITY;

describeEach(["strict", "relaxed", "js"], (target) => {
  const sc: Softcell = open(target);
  const random = new Random(1);

  /** Losses and gradient of one call with "none". */
  function compare(
    worst: Worst,
    what: string,
    got: { loss: Float32Array; gradient: Float32Array },
    want: oracle.Lost,
  ): void {
    worst.compare(`loss, ${what}`, got.loss, want.loss, error(got.loss, want.loss));
    worst.compare(`gradient, ${what}`, got.gradient, want.dx, error(got.gradient, want.dx));
  }

  describe("elements", () => {
    const kinds = { hard: random.floats(N, 0, 1).map(Math.round), soft: random.floats(N, 0, 1) };

    test("mse", () => {
      const worst = new Worst();
      for (const [name, values] of FINITE) {
        const [x, y, dLoss] = [values(random, 1, N), values(random, 1, N), random.normals(N)];
        const { loss, dx } = mse(sc, x, y, { reduction: "none", dLoss });
        compare(worst, name, { loss, gradient: dx }, oracle.mse(x, y, dLoss));
      }
      worst.expectAtMost(ONCE);
    });

    test.each(["hinge", "squaredHinge"] as const)("%s", (name) => {
      const worst = new Worst();
      for (const [kind, values] of FINITE) {
        const [x, y, dLoss] = [values(random, 1, N), random.floats(N).map(Math.sign), random.normals(N)];
        const { loss, dx } = softcell[name](sc, x, y, { reduction: "none", dLoss, margin: 0.75 });
        compare(worst, kind, { loss, gradient: dx }, oracle.hinge(x, y, dLoss, 0.75, name === "hinge" ? 1 : 2));
      }
      worst.expectAtMost(ONCE);
    });

    test.each(Object.entries(kinds))("bceWithLogits, %s targets", (_, y) => {
      const worst = new Worst();
      for (const [kind, values] of FINITE) {
        const [x, dLoss] = [values(random, 1, N), random.normals(N)];
        const plain = bceWithLogits(sc, x, y, { reduction: "none", dLoss });
        compare(worst, kind, { loss: plain.loss, gradient: plain.dlogits }, oracle.bceWithLogits(x, y, dLoss));
        if (y === kinds.soft) continue;
        const [weight, posWeight] = [random.floats(6, 0.1, 2), random.floats(30, 0.1, 9)];
        const options = { shape: [N / 30, 5, 6], reduction: "none", dLoss, weight, posWeight } as const;
        const got = bceWithLogits(sc, x, y, options);
        const want = oracle.bceWithLogits(x, y, dLoss, weight, posWeight);
        compare(worst, `${kind}, weights`, { loss: got.loss, gradient: got.dlogits }, want);
      }
      worst.expectAtMost(OF_EXP);
    });

    test.each([0, 0.5, 1, 2, 3.7])("sigmoidFocal, gamma %d", (gamma) => {
      const worst = new Worst();
      for (const [kind, values] of FINITE) {
        for (const alpha of [-1, 0.25]) {
          const [x, dLoss] = [values(random, 1, N), random.normals(N)];
          const got = sigmoidFocal(sc, x, kinds.hard, { reduction: "none", dLoss, alpha, gamma });
          const want = oracle.sigmoidFocal(x, kinds.hard, dLoss, alpha, gamma);
          compare(worst, kind, { loss: got.loss, gradient: got.dlogits }, want);
        }
      }
      worst.expectAtMost(ofPower(gamma));
    });

    test("sigmoidFocal, soft targets", () => {
      const worst = new Worst();
      for (const gamma of [0, 0.5, 2, 3.7]) {
        const [x, dLoss] = [random.normals(N, 5), random.normals(N)];
        const got = sigmoidFocal(sc, x, kinds.soft, { reduction: "none", dLoss, gamma });
        const want = oracle.sigmoidFocal(x, kinds.soft, dLoss, 0.25, gamma);
        worst.within("loss", got.loss, want.loss, (i) => want.loss[i] * (2 ** -24 + 2 ** -42));
        // p (1 - y) - q y cancels; what it is multiplied by is below gamma + 1
        const bound = (i: number) => Math.abs(want.dx[i]) * 2 ** -24 + Math.abs(dLoss[i]) * (1 + gamma) * 2 ** -45;
        worst.within("gradient", got.dlogits, want.dx, bound);
      }
      worst.expectAtMost(1);
    });
  });

  describe.each(SHAPES)("rows $rows x $cols x $inner", (shape) => {
    const { rows, cols } = shape;
    const options = { shape: shapeOf(shape), axis: 1, reduction: "none" as const };

    /** Finite logits of every kind, classes of which some are the top ones, and an upstream gradient. */
    function each(call: (kind: string, x: Float32Array, targets: Int32Array, dLoss: Float32Array) => void): void {
      for (const [kind, values] of FINITE) {
        const targets = random.ints(rows, cols).map((t) => (kind === "confident" && random.below(3) ? 0 : t));
        call(kind, values(random, rows, cols), targets, random.normals(rows));
      }
    }

    test("nll", () => {
      const worst = new Worst();
      each((kind, x, targets, dLoss) => {
        const weight = random.floats(cols, 0.1, 2);
        const got = nll(sc, x, targets, { ...options, dLoss, weight, ignoreIndex: 0 });
        const want = oracle.nll(x, targets, shape, dLoss, { weight, ignoreIndex: 0 });
        compare(worst, kind, { loss: got.loss, gradient: got.dlogProbs }, want);
      });
      worst.expectAtMost(ONCE);
    });

    test.each([1, 2] as const)("multiMargin, p = %d", (p) => {
      const worst = new Worst();
      each((kind, x, targets, dLoss) => {
        const weight = random.floats(cols, 0.1, 2);
        const got = multiMargin(sc, x, targets, { ...options, dLoss, weight, p, margin: 0.75 });
        const want = oracle.multiMargin(x, targets, shape, dLoss, { weight, p, margin: 0.75 });
        compare(worst, kind, { loss: got.loss, gradient: got.dx }, want);
      });
      // the sums of a row are float64 as in the oracle
      worst.expectAtMost(ONCE + 2 ** -20);
    });

    test.each([0, 0.5, 2, 3.7])("focal, gamma %d", (gamma) => {
      const worst = new Worst();
      each((kind, x, targets, dLoss) => {
        const weight = random.floats(cols, 0.1, 2);
        const got = focal(sc, x, targets, { ...options, dLoss, weight, gamma, ignoreIndex: 1 });
        const want = oracle.focal(x, targets, shape, dLoss, { weight, gamma, ignoreIndex: 1 });
        compare(worst, kind, { loss: got.loss, gradient: got.dlogits }, want);
      });
      worst.expectAtMost(ofPower(gamma));
    });

    test("entropy", () => {
      const [worst, gradients] = [new Worst(), new Worst()];
      each((kind, x, _, dLoss) => {
        const got = entropy(sc, x, { ...options, dLoss });
        const want = oracle.entropy(x, shape, dLoss);
        worst.compare(kind, got.loss, want.loss);
        // p ((m - x) - G) cancels, both below the entropy and 104
        const bound = largest(dLoss) * (104 + largest(want.loss)) * 2 ** -45;
        gradients.within(kind, got.dlogits, want.dx, (i) => Math.abs(want.dx[i]) * 2 ** -24 + bound + MIN_NORMAL);
      });
      worst.expectAtMost(OF_EXP);
      gradients.expectAtMost(1);
    });

    test.each(["probabilities", "logits"] as const)("klDivergence of %s", (kind) => {
      const worst = new Worst();
      each((what, x, _, dLoss) => {
        const y =
          kind === "logits" ? random.normals(rows * cols, 3) : softmax(sc, random.normals(rows * cols, 3), { cols });
        const got = klDivergence(sc, x, y, { ...options, dLoss, target: kind });
        const want = oracle.klDivergence(x, y, shape, dLoss, kind === "logits");
        // terms of both signs add up to the loss: exp and log leave 2^-45 of each p, float64 some 2^-50 of it
        const spread = x.reduce((a, b) => Math.max(a, Math.abs(b - x[0])), 20);
        const absolute = cols * (2 ** -45 + 2 * spread * 2 ** -50);
        const losses = want.loss.map((v) => (Math.fround(v) === INF ? INF : v));
        worst.within(`loss, ${what}`, got.loss, losses, (i) => Math.abs(want.loss[i]) * 2 ** -24 + absolute);
        const factor = (i: number) =>
          Math.abs(dLoss[Math.floor(i / (cols * shape.inner)) * shape.inner + (i % shape.inner)]);
        worst.within(
          `gradient, ${what}`,
          got.dlogits,
          want.dx,
          // q sum(p) - p cancels
          (i) => Math.abs(want.dx[i]) * 2 ** -24 + factor(i) * cols * 2 ** -45 + MIN_NORMAL,
        );
      });
      worst.expectAtMost(1);
    });
  });
});
