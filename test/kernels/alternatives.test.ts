// The alternatives to softmax against their twins: the same memory, the same call, every byte compared afterwards.
import { test } from "vitest";
import { describeEach } from "../support/backends.js";
import { edges, ROWS, SIZES, VALUES } from "../support/cases.js";
import { Image } from "../support/image.js";
import { Random } from "../support/random.js";
import { twins } from "../support/twins.js";

const TAYLOR = [1, 1, 0.5];
const SPHERICAL = [1e-5, 0, 1];

// float64 has no fused instructions: relaxed has the bits of strict here
describeEach(["strict", "relaxed", "debug"], (target) => {
  const same = twins(target);

  /** Calls `each` with the images of all sizes and kinds of rows: x behind skewed pointers with a leading dimension. */
  function forRows(
    seed: number,
    each: (what: string, image: Image, x: number, rows: number, cols: number, ldx: number, random: Random) => void,
  ): void {
    const random = new Random(seed);
    for (const cols of [0, ...SIZES]) {
      for (const rows of cols > 8 ? [3] : ROWS) {
        for (const [name, values] of Object.entries(VALUES)) {
          const image = new Image();
          const ldx = cols + random.below(4);
          const x = image.putRows(values(random, rows, cols), rows, cols, ldx, random.below(4));
          each(`${rows} x ${cols} ${name}`, image, x, rows, cols, ldx, random);
        }
      }
    }
  }

  /** Pointers for a gradient: dy with special values here and there, and where dx goes. */
  function upstream(image: Image, random: Random, rows: number, cols: number, ld: number): [dy: number, dx: number] {
    const special = [0, -0, Number.POSITIVE_INFINITY, Number.NaN, 1e-40, 3e38];
    const values = random.normals(rows * cols).map((v) => (random.below(50) ? v : special[random.below(6)]));
    return [image.putRows(values, rows, cols, ld, random.below(4)), image.place(rows * ld, random.below(4))];
  }

  test("standardNormalize", () => {
    forRows(1, (what, image, x, rows, cols, ldx, random) => {
      const y = image.place(rows * (cols + 1), random.below(4));
      for (const eps of [0, 1e-5]) {
        same(`${what} eps ${eps}`, image, "standardNormalize", [y, x, rows, cols, cols + 1, ldx, eps]);
        same(`${what} eps ${eps} in place`, image, "standardNormalize", [x, x, rows, cols, ldx, ldx, eps]);
      }
    });
  });

  test("standardNormalizeBackward", () => {
    forRows(2, (what, image, x, rows, cols, ld, random) => {
      const [dy, dx] = upstream(image, random, rows, cols, ld);
      for (const to of [dx, dy, x]) {
        same(what, image, "standardNormalizeBackward", [to, dy, x, rows, cols, ld, ld, ld, 0]);
      }
      same(`${what} eps`, image, "standardNormalizeBackward", [dx, dy, x, rows, cols, ld, ld, ld, 0.1]);
    });
  });

  test("quadraticSoftmax", () => {
    forRows(3, (what, image, x, rows, cols, ldx, random) => {
      const y = image.place(rows * (cols + 1), random.below(4));
      for (const c of [TAYLOR, SPHERICAL]) {
        for (const beta of [1, -0.3, 0]) {
          const call = `${what} ${c} beta ${beta}`;
          same(call, image, "quadraticSoftmax", [y, x, rows, cols, cols + 1, ldx, beta, ...c]);
          same(`${call} in place`, image, "quadraticSoftmax", [x, x, rows, cols, ldx, ldx, beta, ...c]);
        }
      }
    });
  });

  test("quadraticSoftmaxBackward", () => {
    forRows(4, (what, image, x, rows, cols, ld, random) => {
      const [dy, dx] = upstream(image, random, rows, cols, ld);
      for (const [to, c, beta] of [
        [dx, TAYLOR, 1],
        [dy, SPHERICAL, 0.7],
        [x, TAYLOR, -2],
      ] as const) {
        const call = `${what} ${c} beta ${beta}`;
        same(call, image, "quadraticSoftmaxBackward", [to, dy, x, rows, cols, ld, ld, ld, beta, ...c]);
      }
    });
  });

  test("sparsemax", () => {
    forRows(5, (what, image, x, rows, cols, ldx, random) => {
      const y = image.place(rows * (cols + 1), random.below(4));
      for (const beta of [1, -0.3, 0, 1e-4]) {
        same(`${what} beta ${beta}`, image, "sparsemax", [y, x, rows, cols, cols + 1, ldx, beta]);
        same(`${what} beta ${beta} in place`, image, "sparsemax", [x, x, rows, cols, ldx, ldx, beta]);
      }
    });
  });

  test("sparsemaxBackward", () => {
    forRows(6, (what, image, y, rows, cols, ld, random) => {
      const [dy, dx] = upstream(image, random, rows, cols, ld);
      for (const [to, beta] of [
        [dx, 1],
        [dy, -2],
        [y, 0.7],
      ]) {
        same(what, image, "sparsemaxBackward", [to, dy, y, rows, cols, ld, ld, ld, beta]);
      }
    });
  });

  test("argmax", () => {
    forRows(7, (what, image, x, rows, cols, ldx) => {
      if (cols > 0) same(what, image, "argmax", [image.place(rows), x, rows, cols, ldx]);
    });
  });

  test("addGumbel", () => {
    const random = new Random(8);
    for (const n of [...SIZES, 0]) {
      const image = new Image();
      const [x, u] = [image.put(random.normals(n), 1), image.put(random.floats(n, 2 ** -24, 1), 2)];
      same(`n = ${n}`, image, "addGumbel", [image.place(n, 3), x, u, n]);
      same(`n = ${n} in place`, image, "addGumbel", [x, x, u, n]);
    }
    const image = new Image();
    const u = Float32Array.from({ length: 50_000 }, (_, i) => (i < 24 ? 2 ** -i / 2 : 1 - i * 2 ** -24));
    const values = edges(random, u.length);
    const [x, at] = [image.put(values.subarray(0, u.length)), image.put(u)];
    same("edges", image, "addGumbel", [image.place(u.length), x, at, u.length]);
  });

  test("expWeights", () => {
    const random = new Random(9);
    for (const n of [...SIZES, 0]) {
      for (const m of [3, -2, Math.fround(3e38)]) {
        const image = new Image();
        const x = image.put(
          random.floats(n, -30, 0).map((v) => (random.below(4) ? v + m : Number.NEGATIVE_INFINITY)),
          random.below(4),
        );
        for (const temperature of [1, 0.01, 2 ** -1074, Number.MAX_VALUE]) {
          const what = `n = ${n}, m = ${m}, temperature ${temperature}`;
          same(what, image, "expWeights", [image.place(2 * n), x, n, m, temperature]);
        }
      }
    }
  });
});
