// Kernels that round once or not at all: copies, scale, embedding.
import { expect, test } from "vitest";
import { describeEach } from "../support/backends.js";
import { Image } from "../support/image.js";
import * as oracle from "../support/oracle/kernels.js";
import { Random } from "../support/random.js";
import { floats, kernelsOf } from "../support/worst.js";

describeEach(["strict", "relaxed", "js"], (target) => {
  const call = kernelsOf(target);

  test("scale, probeMadd, copySteps", () => {
    const random = new Random(3);
    const image = new Image();
    const x = random.normals(101);
    const at = image.put(x);
    call(image, "scale", [at, at, 101, 0.3]);
    expect(floats(image, at, 101)).toEqual(x.map((v) => v * Math.fround(0.3)));

    const [a, b, c] = [1 + 2 ** -12, 1 + 2 ** -12, -1];
    const fused = Math.fround(a * b + c);
    const twice = Math.fround(Math.fround(a * b) + c);
    expect(target === "relaxed" ? [fused, twice] : [twice]).toContain(call(image, "probeMadd", [a, b, c]));

    const [T, B, cols, width] = [3, 2, 5, 8];
    const from = image.put(x.subarray(0, T * B * cols));
    const to = image.place(T * B * width);
    const steps = [2, 0, -1, 1, 0, -1];
    const order = image.putInts(steps);
    call(image, "copySteps", [to, from, order, T, B, cols, width, B * width, width, B * cols, cols, 0]);
    for (const [row, t] of steps.entries()) {
      const first = (t * B + (row % B)) * cols;
      const want = Array.from({ length: width }, (_, k) => (t >= 0 && k < cols ? x[first + k] : 0));
      expect([...floats(image, to + 4 * row * width, width)]).toEqual(want);
    }
  });

  test("embedding and its backward are exact on small integers", () => {
    const random = new Random(13);
    for (const [rows, n, dim] of [
      [5, 9, 7],
      [3, 0, 4],
      [1, 20, 1],
      [50, 30, 33],
    ]) {
      const [table, dy] = [rows * dim, n * dim].map((size) => Float32Array.from(random.ints(size, 1000)));
      const ids = random.ints(n, rows);
      const image = new Image();
      const [tableAt, dyAt, idsAt] = [image.put(table), image.put(dy), image.putInts(ids)];
      const y = image.place(n * dim);
      call(image, "embedding", [y, tableAt, idsAt, n, dim]);
      expect([...floats(image, y, n * dim)]).toEqual([...oracle.embedding(table, ids, dim)]);
      call(image, "embeddingBackward", [tableAt, dyAt, idsAt, n, dim, -1]);
      const want = oracle.embeddingBackward(dy, ids, rows, dim).map((v, i) => v + table[i]);
      expect([...floats(image, tableAt, rows * dim)]).toEqual([...want]);
    }
  });
});
