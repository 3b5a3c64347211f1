// Dropout, layer normalization, the padding row of embeddings, clipping by value and states of optimisers, on every backend.
import { beforeEach, expect, test } from "vitest";
import type { Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, open } from "../support/instance.js";
import { Random } from "../support/random.js";

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });
  const x = new Random(1).normals(24);

  test("dropout: 0, or x / (1 - p), each as often as it should be, and the same in backward", () => {
    const [n, p] = [100_000, 0.3];
    const dropout = softcell.dropout(sc, { p, seed: 5 });
    const y = dropout.forward(new Float32Array(n).fill(2)).data.slice();
    const kept = Math.fround(2 * Math.fround(1 / (1 - p)));
    expect(y.every((v) => v === 0 || v === kept)).toBe(true);
    const drops = Float64Array.from(y, (v) => (v === 0 ? 1 : 0));
    // six deviations of the number of drops, and of the number of pairs of neighbours that drop
    const near = (count: number, chance: number) =>
      expect(Math.abs(count - n * chance)).toBeLessThan(6 * Math.sqrt(2 * n * chance * (1 - chance)));
    near(
      drops.reduce((a, v) => a + v, 0),
      p,
    );
    for (const lag of [1, 2, 4, 1024]) {
      near(
        drops.reduce((a, v, i) => a + v * drops[(i + lag) % n], 0),
        p * p,
      );
    }
    const dx = dropout.backward(new Float32Array(n).fill(1)).data;
    expect(dx.every((v, i) => v === (y[i] === 0 ? 0 : Math.fround(1 / (1 - p))))).toBe(true);
  });

  test("dropout: each forward has another mask, a seed gives them again", () => {
    const masks = (seed?: number) => {
      const dropout = softcell.dropout(open(target), { seed });
      return [1, 2].map(() => bits(dropout.forward(new Float32Array(64).fill(1))).join());
    };
    const [first, second] = masks(3);
    expect(first).not.toBe(second);
    expect(masks(3)).toEqual([first, second]);
    expect(masks(4)).not.toContain(first);
    expect(masks()).toEqual(masks());
  });

  test("dropout: nothing changes in inference, and no mask is drawn", () => {
    const [a, b] = [softcell.dropout(sc, { seed: 1 }), softcell.dropout(sc, { seed: 1 })];
    const special = Float32Array.of(1, -0, 1e-40, Number.NEGATIVE_INFINITY, Number.NaN);
    expect(a.forward(special, { training: false }).data).toEqual(special);
    expect(a.backward(special).data).toEqual(special);
    expect(bits(a.forward(x))).toEqual(bits(b.forward(x)));
    expect(a.forward(softcell.tensor(sc, [2, 3, 4], x)).shape).toEqual([2, 3, 4]);
    expect(softcell.dropout(sc, { p: 0 }).forward(x).data).toEqual(x);
  });

  test("dropout: a dropped element is 0, whatever it was", () => {
    const dropout = softcell.dropout(sc, { p: 0.999999, seed: 1 });
    const y = dropout.forward(new Float32Array(50).fill(Number.NaN));
    expect(y.data).toEqual(new Float32Array(50));
  });

  test("layerNorm: shapes, first values, constant rows", () => {
    const norm = softcell.layerNorm(sc, { normalizedShape: 4 });
    expect(Object.entries(norm.stateDict()).map(([name, { shape }]) => [name, shape])).toEqual([
      ["weight", [4]],
      ["bias", [4]],
    ]);
    expect(norm.forward(softcell.tensor(sc, [2, 3, 4], x)).shape).toEqual([2, 3, 4]);
    expect(bits(norm.forward(x))).toEqual(bits(softcell.standardNormalize(sc, x, { cols: 4, eps: 1e-5 })));
    norm.params.bias.data.set([1, 2, 3, 4]);
    expect([...norm.forward(new Float32Array(4).fill(7)).data]).toEqual([1, 2, 3, 4]);
    expect(Object.keys(softcell.layerNorm(sc, { normalizedShape: 4, bias: false }).params)).toEqual(["weight"]);
    const plain = softcell.layerNorm(sc, { normalizedShape: 4, elementwiseAffine: false });
    expect(plain.params).toEqual({});
    expect(bits(plain.forward(x))).toEqual(bits(softcell.standardNormalize(sc, x, { cols: 4, eps: 1e-5 })));
    expect(bits(plain.backward(x))).toEqual(bits(softcell.standardNormalizeBackward(sc, x, { x, cols: 4, eps: 1e-5 })));
  });

  test("layerNorm over several axes has the bits of one as long as these", () => {
    const [several, one] = [[3, 4], 12].map((normalizedShape) => softcell.layerNorm(sc, { normalizedShape }));
    expect(several.normalizedShape).toEqual([3, 4]);
    expect(one.normalizedShape).toEqual([12]);
    expect(several.params.weight.shape).toEqual([3, 4]);
    const weight = new Random(3).normals(12);
    several.params.weight.data.set(weight);
    one.params.weight.data.set(weight);
    const y = several.forward(softcell.tensor(sc, [2, 3, 4], x));
    expect(y.shape).toEqual([2, 3, 4]);
    expect(bits(y)).toEqual(bits(one.forward(x)));
    const dx = several.backward(x);
    expect(dx.shape).toEqual([2, 3, 4]);
    expect(bits(dx)).toEqual(bits(one.backward(x)));
    for (const name of ["weight", "bias"] as const) {
      expect(bits(several.params[name].grad)).toEqual(bits(one.params[name].grad));
    }
    expect(several.forward(x).shape).toEqual([2, 3, 4]);
    expect(several.share().forward(x).shape).toEqual([2, 3, 4]);
    expect(() => several.forward(softcell.tensor(sc, [2, 4, 3], x))).toThrow(
      new RangeError('"x" expected shape [..., 3, 4], got [2,4,3]'),
    );
    expect(() => several.forward(x.subarray(0, 4))).toThrow('"x" expected a multiple of 12 elements, got 4');
  });

  test("layerNorm: gradients of the input and the parameters, which add up", () => {
    const norm = softcell.layerNorm(sc, { normalizedShape: 4 });
    norm.params.weight.data.set([0.5, -1, 2, 0.1]);
    const dy = new Random(2).normals(24);
    const loss = (y: Float32Array): number => y.reduce((sum, v, i) => sum + v * dy[i], 0);
    norm.forward(x);
    const dx = norm.backward(dy).data.slice();
    expect(softcell.gradCheck((v) => loss(norm.forward(v).data), x, dx)).toMatchObject({ ok: true });
    for (const { data, grad } of Object.values(norm.params)) {
      const before = data.slice();
      const at = (values: Float32Array): number => {
        data.set(values);
        return loss(norm.forward(x).data);
      };
      expect(softcell.gradCheck(at, before, grad.slice())).toMatchObject({ ok: true });
      data.set(before);
    }
    const once = norm.params.weight.grad.slice();
    norm.forward(x);
    norm.backward(dy);
    norm.params.weight.grad.forEach((v, i) => {
      expect(v).toBeCloseTo(2 * once[i], 5);
    });
  });

  test("layerNorm takes its own result, forward and backward", () => {
    const norm = softcell.layerNorm(sc, { normalizedShape: 4 });
    const twice = bits(norm.forward(norm.forward(x).data.slice()));
    expect(bits(norm.forward(norm.forward(x)))).toEqual(twice);
    const dx = bits(norm.backward(x));
    norm.forward(norm.forward(x));
    expect(bits(norm.backward(softcell.tensor(sc, [6, 4], x)))).toEqual(dx);
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

  test("clipGradValue clamps all gradients", () => {
    const layers = [3, 2].map((n) => softcell.embedding(sc, { numEmbeddings: n, embeddingDim: 1 }));
    layers[0].params.weight.grad.set([-3, 0.25, Number.NaN]);
    layers[1].params.weight.grad.set([Number.POSITIVE_INFINITY, -0.5]);
    softcell.clipGradValue(sc, layers, Number.POSITIVE_INFINITY);
    expect(layers[1].params.weight.grad[0]).toBe(Number.POSITIVE_INFINITY);
    softcell.clipGradValue(sc, layers, 0.5);
    expect([...layers[0].params.weight.grad]).toEqual([-0.5, 0.25, Number.NaN]);
    expect([...layers[1].params.weight.grad]).toEqual([0.5, -0.5]);
  });

  test.each([
    ["sgd", { lr: 0.1, momentum: 0.9, dampening: 0.2 }, ["momentum_buffer"]],
    ["adam", { lr: 0.1, amsgrad: true }, ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"]],
    ["adamW", { lr: 0.1 }, ["exp_avg", "exp_avg_sq"]],
    ["rmsprop", { lr: 0.1, centered: true, momentum: 0.5 }, ["square_avg", "grad_avg", "momentum_buffer"]],
  ] as const)("%s goes on from its state, from a file, too", (name, options, buffers) => {
    const layers = [
      softcell.linear(sc, { inFeatures: 3, outFeatures: 2 }),
      softcell.embedding(sc, { numEmbeddings: 3, embeddingDim: 1 }),
    ];
    const optimizer = softcell[name](sc, layers, options);
    const train = (steps: number, by: { step(): void }): void => {
      const random = new Random(steps);
      for (let i = 0; i < steps; i++) {
        for (const layer of layers) {
          for (const { grad, length } of Object.values(layer.params)) grad.set(random.normals(length));
        }
        by.step();
      }
    };
    const values = () => layers.map((layer) => Object.values(layer.params).map(({ data }) => bits(data).join()));
    train(3, optimizer);
    const state = optimizer.stateDict();
    expect(Object.keys(state)).toEqual([
      "step",
      ...["0.weight", "0.bias", "1.weight"].flatMap((parameter) => buffers.map((buffer) => `${parameter}.${buffer}`)),
    ]);
    expect([state.step, state[`0.weight.${buffers[0]}`].shape]).toEqual([
      { data: Float32Array.of(3), shape: [] },
      [2, 3],
    ]);
    const saved = layers.map((layer) => layer.stateDict());
    train(4, optimizer);
    const expected = values();
    layers.forEach((layer, i) => layer.loadStateDict(saved[i]));
    const other = softcell[name](sc, layers, options);
    other.loadStateDict(softcell.loadSafetensors(softcell.saveSafetensors(state)));
    expect(other.stateDict()).toEqual(state);
    train(4, other);
    expect(values()).toEqual(expected);
  });
});

test("centered rmsprop takes a variance that rounding has made negative for 0", () => {
  const sc = open("strict");
  const layer = softcell.embedding(sc, { numEmbeddings: 100, embeddingDim: 1 });
  const rmsprop = softcell.rmsprop(sc, layer, { centered: true, alpha: 0.9, eps: 1 });
  const gradients = new Random(3).floats(100, 1, 2);
  let negative = 0;
  for (let i = 0; i < 200; i++) {
    layer.params.weight.grad.set(gradients);
    rmsprop.step();
    const { "0.weight.square_avg": squares, "0.weight.grad_avg": means } = rmsprop.stateDict();
    negative += squares.data.filter((v, k) => Math.fround(v - Math.fround(means.data[k] ** 2)) < 0).length;
  }
  expect(negative).toBeGreaterThan(0);
  expect(layer.params.weight.data.every(Number.isFinite)).toBe(true);
});
