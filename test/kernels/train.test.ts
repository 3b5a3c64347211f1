// Embeddings, optimisers and what they share, against their twins: the same memory, the same call, every byte compared
// afterwards.
import { test } from "vitest";
import { describeEach } from "../support/backends.js";
import { SIZES } from "../support/cases.js";
import { Image } from "../support/image.js";
import { Random } from "../support/random.js";
import { twins } from "../support/twins.js";

describeEach(["strict", "debug"], (target) => {
  const same = twins(target);

  test("probeMadd", () => {
    const image = new Image();
    for (const [a, b, c] of [
      [1 + 2 ** -12, 1 + 2 ** -12, -1],
      [0.1, 3, 7],
      [3e38, 10, 0],
      [Number.NaN, 1, 2],
    ]) {
      same(`${a} ${b} ${c}`, image, "probeMadd", [a, b, c]);
    }
  });

  test("scale", () => {
    const random = new Random(2);
    for (const n of SIZES) {
      const image = new Image();
      const x = image.put(random.normals(n), 1);
      same(`n = ${n}`, image, "scale", [image.place(n), x, n, 0.3]);
      same(`n = ${n} in place`, image, "scale", [x, x, n, -1e30]);
    }
  });

  test("embedding and its backward", () => {
    const random = new Random(12);
    for (const dim of SIZES) {
      for (const n of [0, 1, 7]) {
        const image = new Image();
        const table = image.put(random.normals(5 * dim), 1);
        const ids = image.putInts(random.ints(n, 5));
        const y = image.put(random.normals(n * dim), 2);
        same(`${n} x ${dim}`, image, "embedding", [y, table, ids, n, dim]);
        same(`${n} x ${dim}`, image, "embeddingBackward", [table, y, ids, n, dim, -1]);
        same(`${n} x ${dim}, padding`, image, "embeddingBackward", [table, y, ids, n, dim, 2]);
      }
    }
  });

  test("sumSquares, sgd, adam", () => {
    const random = new Random(13);
    for (const n of [0, ...SIZES, 9, 10, 11, 12, 13, 14]) {
      const image = new Image();
      const [p, g, m, v] = [0, 1, 2, 3].map((skew) => image.put(random.floats(n, 0, 2), skew));
      same(`n = ${n}`, image, "sumSquares", [g, n]);
      same(`n = ${n}`, image, "sgd", [p, g, m, n, 0.1, 0.9, 1, 0, 0.01]);
      same(`n = ${n}`, image, "adam", [p, g, m, v, 0, n, 0.02, 1.5, 0.9, 0.1, 0.999, 0.001, 1e-8, 0.01, 0.99]);
    }
  });
});
