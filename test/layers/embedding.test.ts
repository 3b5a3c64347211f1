// Embeddings and their padding row, on every backend.
import { beforeEach, expect, test } from "vitest";
import type { Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { open } from "../support/instance.js";

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });

  test("embedding: rows of the table, gradients of repeated ids add up", () => {
    const embedding = softcell.embedding(sc, { numEmbeddings: 5, embeddingDim: 2 });
    const ids = Int32Array.of(4, 0, 4);
    const table = embedding.params.weight.data.slice();
    const y = embedding.forward(ids);
    expect(y.shape).toEqual([3, 2]);
    expect(y.data).toEqual(Float32Array.of(table[8], table[9], table[0], table[1], table[8], table[9]));
    expect(embedding.forward(ids, { shape: [3, 1] }).shape).toEqual([3, 1, 2]);
    embedding.backward(Float32Array.of(1, 2, 3, 4, 5, 6));
    expect(embedding.params.weight.grad).toEqual(Float32Array.of(3, 4, 0, 0, 0, 0, 0, 0, 6, 8));
  });

  test.each([2, -3])("embedding: the row at paddingIdx %d is 0 at first and gets no gradient", (paddingIdx) => {
    const embedding = softcell.embedding(sc, { numEmbeddings: 5, embeddingDim: 2, paddingIdx });
    const { weight } = embedding.params;
    const table = softcell.embedding(open(target), { numEmbeddings: 5, embeddingDim: 2 }).params.weight.data.slice();
    expect(weight.data).toEqual(table.fill(0, 4, 6));
    weight.data.set([8, 9], 4);
    expect([...embedding.forward(Int32Array.of(2, 0)).data.subarray(0, 2)]).toEqual([8, 9]);
    weight.grad.fill(1);
    embedding.backward(Float32Array.of(Number.NaN, 3, 4, 5));
    expect([...weight.grad]).toEqual([5, 6, 1, 1, 1, 1, 1, 1, 1, 1]);
  });
});
