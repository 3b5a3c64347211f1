// States of optimisers, and clipping of gradients, on every backend.
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

  test("clipGradNorm scales the gradients of all layers to a common norm", () => {
    const layers = [1, 2].map(() => softcell.embedding(sc, { numEmbeddings: 1, embeddingDim: 1 }));
    const grads = () => layers.map((layer) => layer.params.weight.grad[0]);
    layers.forEach((layer, i) => {
      layer.params.weight.grad[0] = 3 + i;
    });
    for (const maxNorm of [10, Number.POSITIVE_INFINITY]) {
      expect(softcell.clipGradNorm(sc, layers, maxNorm)).toBe(5);
      expect(grads()).toEqual([3, 4]);
    }
    expect(softcell.clipGradNorm(sc, layers, 1)).toBe(5);
    expect(grads()[0]).toBeCloseTo(0.6, 6);
    expect(grads()[1]).toBeCloseTo(0.8, 6);
  });

  const layerOf = (grads: number[]) => {
    const layer = softcell.embedding(sc, { numEmbeddings: 1, embeddingDim: grads.length });
    layer.params.weight.grad.set(grads);
    return layer;
  };

  test.each([0, 0.25, 0.5, 0.7, 1, 1.5, 2, 2.9, 3, 7, 64, 100.3, 1e9, Number.POSITIVE_INFINITY])(
    "clipGradNorm by the norm of %d",
    (normType) => {
      for (const scale of [1, 1e-30, 1e30]) {
        const layers = [layerOf([3 * scale, 0, -4 * scale]), layerOf([0, scale])];
        const values = layers.flatMap((layer) => [...layer.params.weight.grad]).map((g) => Math.abs(g / scale));
        const sum = values.reduce((all, g) => all + (g > 0 ? (g / 4) ** normType : 0), 0);
        const infinite = normType === Number.POSITIVE_INFINITY;
        const want = normType === 0 ? 3 : scale * 4 * (infinite ? 1 : sum ** (1 / normType));
        const norm = softcell.clipGradNorm(sc, layers, want / 2, { normType });
        expect(Math.abs(norm / want - 1)).toBeLessThan(1e-6);
        if (scale < 1) continue; // the 1e-6 beside the norm is more than it
        for (const [i, g] of layers.flatMap((layer) => [...layer.params.weight.grad]).entries()) {
          expect(Math.abs(Math.abs(g) - (values[i] * scale) / 2)).toBeLessThanOrEqual(2e-6 * scale);
        }
      }
    },
  );

  test("clipGradNorm to 0 leaves no gradient", () => {
    for (const normType of [0, 0.5, 2, Number.POSITIVE_INFINITY]) {
      const layer = layerOf([3, -4, 1e-30, 1e30]);
      expect(softcell.clipGradNorm(sc, layer, 0, { normType })).toBeGreaterThan(3);
      expect([...layer.params.weight.grad].every((g) => g === 0)).toBe(true);
      expect(softcell.clipGradNorm(sc, layer, 0, { normType })).toBe(0);
    }
  });

  test.each([
    [Number.NaN, Number.NaN],
    [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])("clipGradNorm of %d is an error where that is asked for, and nothing is scaled", (bad, norm) => {
    for (const normType of [1, 2, 2.5, Number.POSITIVE_INFINITY]) {
      const layers = [layerOf([3]), layerOf([1, bad])];
      const call = (errorIfNonfinite: boolean) => () =>
        softcell.clipGradNorm(sc, layers, 1, { normType, errorIfNonfinite });
      expect(call(true)).toThrow(new RangeError(`"layers" expected gradients of a finite norm, got ${norm}`));
      expect([...layers[0].params.weight.grad, layers[1].params.weight.grad[0]]).toEqual([3, 1]);
      expect(call(false)()).toBe(norm);
    }
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
