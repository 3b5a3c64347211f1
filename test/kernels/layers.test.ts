// Dropout, layer normalization and the variants of optimisers against their twins: the same memory, the same call, every byte
// compared afterwards.
import { expect, test } from "vitest";
import { describeEach } from "../support/backends.js";
import { edges, ROWS, SIZES, VALUES } from "../support/cases.js";
import { Image } from "../support/image.js";
import { Random } from "../support/random.js";
import { twins } from "../support/twins.js";
import { floats, kernelsOf } from "../support/worst.js";

const MORE_SIZES = [0, ...SIZES, 9, 10, 11, 12, 13, 14];

// float64, integers and what is rounded after every operation: relaxed has the bits of strict here
describeEach(["strict", "relaxed", "debug"], (target) => {
  const same = twins(target);

  test("dropout", () => {
    const random = new Random(1);
    for (const n of [...MORE_SIZES, 2048]) {
      for (const drop of [0, 1, 2 ** 31, 2 ** 32 - 1]) {
        const image = new Image();
        const x = image.put(n === 2048 ? edges(random, 0) : random.normals(n), n % 4);
        const y = image.place(n, (n + 1) % 4);
        const key = random.bits();
        same(`n = ${n}, drop ${drop}`, image, "dropout", [y, x, n, key, drop, 1.25]);
        same(`n = ${n}, drop ${drop}, in place`, image, "dropout", [x, x, n, key, drop, 1]);
      }
    }
  });

  test("layerNorm and its backward", () => {
    const random = new Random(2);
    for (const cols of [0, ...SIZES]) {
      for (const rows of cols > 8 ? [3] : ROWS) {
        for (const [name, values] of Object.entries(VALUES)) {
          const image = new Image();
          const ld = cols + random.below(4);
          const put = (x: Float32Array) => image.putRows(x, rows, cols, ld, random.below(4));
          const [x, dy, y] = [
            put(values(random, rows, cols)),
            put(random.normals(rows * cols)),
            image.place(rows * ld, 1),
          ];
          const [weight, bias, dw, db] = [0, 1, 2, 3].map((skew) => image.put(random.normals(cols), skew));
          for (const [w, b, eps] of [
            [weight, bias, 1e-5],
            [weight, 0, 0],
            [0, bias, 0],
          ]) {
            const what = `${rows} x ${cols} ${name}, ${w ? "" : "no "}weight, ${b ? "" : "no "}bias`;
            same(what, image, "layerNorm", [y, x, w, b, rows, cols, ld, ld, eps]);
            same(`${what}, in place`, image, "layerNorm", [x, x, w, b, rows, cols, ld, ld, eps]);
            for (const to of [y, dy, x]) {
              const sizes = [rows, cols, ld, ld, ld, eps];
              same(what, image, "layerNormBackward", [w && dw, b && db, to, dy, x, w, ...sizes]);
            }
          }
        }
      }
    }
  });

  test("sgd with dampening and nesterov, adam with amsgrad, rmsprop", () => {
    const random = new Random(3);
    for (const n of MORE_SIZES) {
      const image = new Image();
      const [p, g, m, v, a, b] = [0, 1, 2, 3, 0, 1].map((skew) => image.put(random.floats(n, 0, 2), skew));
      for (const [alpha, nesterov] of [
        [0.5, 0],
        [1, 1],
        [0.5, 1],
      ]) {
        same(`n = ${n}`, image, "sgd", [p, g, m, n, 0.1, 0.9, alpha, nesterov, 0.01]);
      }
      same(`n = ${n}`, image, "adam", [p, g, m, v, a, n, 0.02, 1.5, 0.9, 0.1, 0.999, 0.001, 1e-8, 0.01, 0.99]);
      for (const mean of [0, a]) {
        for (const velocity of [0, b]) {
          for (const eps of [
            [0, 1e-8],
            [1e-3, 0],
          ]) {
            same(`n = ${n}`, image, "rmsprop", [p, g, v, mean, velocity, n, 0.1, 0.99, 0.01, ...eps, 0.9, 0.01]);
          }
        }
      }
    }
  });

  test("sgd without dampening has one result by both of its loops", () => {
    const call = kernelsOf(target);
    const [values, n] = [new Random(4).normals(3 * 101), 101];
    const run = (alpha: number, scale: number): Float32Array => {
      const image = new Image();
      const [p, g, v] = [0, 1, 2].map((i) =>
        image.put(values.subarray(i * n, (i + 1) * n).map((x) => (i === 1 ? scale * x : x))),
      );
      call(image, "sgd", [p, g, v, n, 0.1, 0.9, alpha, 0, 0]);
      return floats(image, p, n);
    };
    // a half of twice the gradient is the gradient
    expect(run(0.5, 2)).toEqual(run(1, 1));
  });
});
