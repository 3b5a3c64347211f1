// The elementary functions against their twins: the same memory, the same call, every byte compared afterwards.
import { describe, test } from "vitest";
import { describeEach } from "../support/backends.js";
import { edges, SIZES } from "../support/cases.js";
import { Image } from "../support/image.js";
import { ELEMENTARY, type Elementary, type ElementaryName } from "../support/oracle/math.js";
import { Random } from "../support/random.js";
import { twins } from "../support/twins.js";

const NAMES = Object.keys(ELEMENTARY) as ElementaryName[];

describeEach(["strict", "debug"], (target) => {
  const same = twins(target);

  describe.each(NAMES)("%s", (name) => {
    const { parameters }: Elementary = ELEMENTARY[name];

    test.each(parameters)("forward %s %s", (...p) => {
      const random = new Random(1);
      for (const n of [...SIZES, 0]) {
        for (const skew of [0, 1, 3]) {
          const image = new Image();
          const x = image.put(random.floats(n, -20, 20), skew);
          same(`n = ${n}`, image, name, [image.place(n, skew ^ 2), x, n, ...p]);
          same(`n = ${n} in place`, image, name, [x, x, n, ...p]);
        }
      }
      const image = new Image();
      const values = edges(random, 100_000);
      const x = image.put(values);
      same("edges", image, name, [image.place(values.length), x, values.length, ...p]);
    });

    test.each(parameters)("backward %s %s", (...p) => {
      const random = new Random(2);
      const kernel = `${name}Backward` as const;
      for (const n of [...SIZES, 0]) {
        for (const skew of [0, 1, 3]) {
          const image = new Image();
          const dy = image.put(random.normals(n), skew);
          const v = image.put(random.floats(n, -20, 20), skew ^ 1);
          for (const dx of [image.place(n, skew ^ 2), dy, v]) {
            same(`n = ${n}`, image, kernel, [dx, dy, v, n, ...p]);
          }
        }
      }
      const image = new Image();
      const values = edges(random, 30_000);
      const n = values.length;
      const v = image.put(values);
      for (const dy of [random.normals(n), new Float32Array(n).fill(1), edges(random, 30_000).reverse()]) {
        same("edges", image, kernel, [image.place(n), image.put(dy), v, n, ...p]);
      }
    });
  });

  test("prelu and its backward", () => {
    const random = new Random(3);
    for (const inner of SIZES.filter((n) => n <= 100)) {
      for (const [N, C] of [
        [1, 1],
        [2, 3],
        [3, 1],
        [1, 5],
      ]) {
        const image = new Image();
        const n = N * C * inner;
        const x = image.put(random.normals(n), 1);
        const dy = image.put(random.normals(n), 3);
        const weight = image.put(random.normals(C), 2);
        const dweight = image.place(C);
        const y = image.place(n, 1);
        for (const to of [y, x]) same(`${N} ${C} ${inner}`, image, "prelu", [to, x, weight, N, C, inner]);
        for (const to of [y, dy, x]) {
          same(`${N} ${C} ${inner}`, image, "preluBackward", [to, dweight, dy, x, weight, N, C, inner]);
        }
      }
    }
  });
});
