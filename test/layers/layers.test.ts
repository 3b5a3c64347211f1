// What all layers have: parameters, states, seeds, results that are reused.
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

  const x = new Random(6).normals(5 * 2 * 3);

  test("the state dict: PyTorch's names and shapes, and copies", () => {
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4 });
    const state = lstm.stateDict();
    const shapes = Object.entries(state).map(([name, { shape }]) => [name, shape]);
    expect(Object.fromEntries(shapes)).toEqual({
      weight_ih_l0: [16, 3],
      weight_hh_l0: [16, 4],
      bias_ih_l0: [16],
      bias_hh_l0: [16],
    });
    expect(Object.keys(softcell.lstm(sc, { inputSize: 3, hiddenSize: 4, bias: false }).params)).toEqual([
      "weight_ih_l0",
      "weight_hh_l0",
    ]);
    const deep = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4, numLayers: 2, bidirectional: true }).stateDict();
    const deepShapes = Object.entries(deep).map(([name, { shape }]) => `${name} ${shape}`);
    expect(deepShapes).toEqual(
      [3, 8].flatMap((width, k) =>
        ["", "_reverse"].flatMap((end) => [
          `weight_ih_l${k}${end} 16,${width}`,
          `weight_hh_l${k}${end} 16,4`,
          `bias_ih_l${k}${end} 16`,
          `bias_hh_l${k}${end} 16`,
        ]),
      ),
    );
    const { weight, bias } = softcell.linear(sc, { inFeatures: 3, outFeatures: 2 }).stateDict();
    expect([weight.shape, bias.shape]).toEqual([[2, 3], [2]]);
    expect(softcell.embedding(sc, { numEmbeddings: 5, embeddingDim: 2 }).stateDict().weight.shape).toEqual([5, 2]);
    state.bias_ih_l0.data.fill(9);
    expect(lstm.params.bias_ih_l0.data).not.toContain(9);
  });

  test("load: entries or bare arrays, with the results of the other layer", () => {
    const [a, b] = [
      softcell.lstm(sc, { inputSize: 3, hiddenSize: 4 }),
      softcell.lstm(sc, { inputSize: 3, hiddenSize: 4 }),
    ];
    const expected = bits(a.forward(x, { batch: 2 }).output);
    expect(bits(b.forward(x, { batch: 2 }).output)).not.toEqual(expected);
    b.loadStateDict(a.stateDict());
    expect(bits(b.forward(x, { batch: 2 }).output)).toEqual(expected);
    const c = softcell.lstm(open(target, { seed: 1 }), { inputSize: 3, hiddenSize: 4 });
    const bare = Object.entries(a.stateDict()).map(([name, { data }]) => [name, data] as const);
    c.loadStateDict(Object.fromEntries(bare));
    expect(bits(c.forward(x, { batch: 2 }).output)).toEqual(expected);
  });

  test("the seed gives the initial weights", () => {
    const weights = (seed: number) =>
      bits(softcell.lstm(open(target, { seed }), { inputSize: 3, hiddenSize: 4 }).params.weight_hh_l0.data);
    expect(weights(7)).toEqual(weights(7));
    expect(weights(7)).not.toEqual(weights(8));
  });

  test("a tensor, a view and an array are the same input", () => {
    const linear = softcell.linear(sc, { inFeatures: 3, outFeatures: 4 });
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4 });
    const t = softcell.tensor(sc, [5, 2, 3], x);
    const y = linear.forward(x);
    expect(y.shape).toEqual([10, 4]);
    const expected = bits(y);
    const gradient = bits(linear.backward(y));
    expect(linear.forward(t).shape).toEqual([5, 2, 4]);
    expect(bits(linear.forward(t))).toEqual(expected);
    expect(bits(linear.forward(t.data))).toEqual(expected);
    expect(bits(linear.backward(linear.forward(t)))).toEqual(gradient);
    const hidden = bits(lstm.forward(x, { batch: 2 }).output);
    expect(bits(lstm.forward(t).output)).toEqual(hidden);
    expect(bits(lstm.forward(t.data, { batch: 2, training: false }).output)).toEqual(hidden);
  });

  test("gradients add up until zeroGrad", () => {
    const linear = softcell.linear(sc, { inFeatures: 3, outFeatures: 2 });
    const dy = new Random(7).normals(20);
    const once = (): Float32Array => {
      linear.forward(x);
      linear.backward(dy);
      return linear.params.weight.grad.slice();
    };
    const first = once();
    expect(first.some((v) => v !== 0)).toBe(true);
    const second = once();
    second.forEach((v, i) => {
      expect(v).toBeCloseTo(2 * first[i], 4);
    });
    linear.zeroGrad();
    expect(linear.params.weight.grad.every((v) => v === 0)).toBe(true);
    expect(bits(once())).toEqual(bits(first));
  });

  test("a result is the same tensor until its shape changes", () => {
    const linear = softcell.linear(sc, { inFeatures: 3, outFeatures: 2 });
    const y = linear.forward(x);
    expect(linear.forward(x)).toBe(y);
    const other = linear.forward(x.subarray(0, 6));
    expect(other.shape).toEqual([2, 2]);
    expect(y.disposed).toBe(true);
  });

  test.each([false, true])("a layer takes its own result, with another batch: %s", (other) => {
    const [linear, lstm] = [
      softcell.linear(sc, { inFeatures: 3, outFeatures: 3 }),
      softcell.lstm(sc, { inputSize: 3, hiddenSize: 3 }),
    ];
    const y = linear.forward(x).data.slice();
    const expected = bits(linear.forward(y));
    expect(bits(linear.forward(linear.forward(x)))).toEqual(expected);
    const half = linear.forward(y.slice(0, 15)).data.slice();
    expect(bits(linear.forward(linear.forward(x).data.subarray(0, 15)))).toEqual(bits(half));
    const options = other ? { batch: 1 } : { batch: 2 };
    const h = lstm.forward(x, { batch: 2 }).output.data.slice();
    const again = bits(lstm.forward(h, options).output);
    expect(bits(lstm.forward(lstm.forward(x, { batch: 2 }).output, options).output)).toEqual(again);
  });
});
