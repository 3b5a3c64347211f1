// Layers and streams, on every backend.
import { beforeEach, expect, test } from "vitest";
import type { Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, grow, open } from "../support/instance.js";
import { Random } from "../support/random.js";

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });

  const random = new Random(6);
  const x = random.normals(5 * 2 * 3);
  const ids = Int32Array.of(4, 0, 4);

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

  test("embedding: rows of the table, gradients of repeated ids add up", () => {
    const embedding = softcell.embedding(sc, { numEmbeddings: 5, embeddingDim: 2 });
    const table = embedding.params.weight.data.slice();
    const y = embedding.forward(ids);
    expect(y.shape).toEqual([3, 2]);
    expect(y.data).toEqual(Float32Array.of(table[8], table[9], table[0], table[1], table[8], table[9]));
    expect(embedding.forward(ids, { shape: [3, 1] }).shape).toEqual([3, 1, 2]);
    embedding.backward(Float32Array.of(1, 2, 3, 4, 5, 6));
    expect(embedding.params.weight.grad).toEqual(Float32Array.of(3, 4, 0, 0, 0, 0, 0, 0, 6, 8));
  });

  test("lstm: the shapes of its results", () => {
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4 });
    const { output, hN, cN } = lstm.forward(x, { batch: 2 });
    expect([output.shape, hN.shape, cN.shape]).toEqual([
      [5, 2, 4],
      [1, 2, 4],
      [1, 2, 4],
    ]);
    const turned = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4, batchFirst: true });
    expect(turned.forward(softcell.tensor(sc, [2, 5, 3], x)).output.shape).toEqual([2, 5, 4]);
    expect(turned.backward(undefined, { dhN: hN }).dx.shape).toEqual([2, 5, 3]);
    const { dx, dh0, dc0 } = lstm.backward(output);
    expect([dx.shape, dh0.shape, dc0.shape]).toEqual([
      [5, 2, 3],
      [1, 2, 4],
      [1, 2, 4],
    ]);
    expect(lstm.forward(softcell.tensor(sc, [10, 3], x)).output.shape).toEqual([10, 4]);
  });

  test("lstm: batchFirst is the transpose", () => {
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4 });
    const turned = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4, batchFirst: true });
    turned.loadStateDict(lstm.stateDict());
    const lengths = Int32Array.of(3, 5);
    const dy = new Random(8).normals(40);
    const y = lstm.forward(x, { batch: 2, lengths }).output.data.slice();
    const dx = lstm.backward(dy).dx.data.slice();
    const z = turned.forward(transposed(x, 5, 2, 3), { batch: 2, lengths }).output;
    expect(bits(transposed(z.data, 2, 5, 4))).toEqual(bits(y));
    expect(bits(transposed(turned.backward(transposed(dy, 5, 2, 4)).dx.data, 2, 5, 3))).toEqual(bits(dx));
    for (const [name, { grad }] of Object.entries(lstm.params)) {
      expect(bits(turned.params[name as softcell.LstmParameter].grad), name).toEqual(bits(grad));
    }
  });

  test("lstm: lengths cut the sequences, and what lies behind is not read", () => {
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4 });
    const padded = x.slice();
    for (const t of [3, 4]) padded.fill(Number.NaN, t * 6, t * 6 + 3);
    const { output, hN } = lstm.forward(padded, { batch: 2, lengths: Int32Array.of(3, 5) });
    expect(output.data.slice(24, 28)).toEqual(new Float32Array(4));
    const [y, h] = [output.data.slice(), hN.data.slice()];
    const { dx } = lstm.backward(y);
    expect(dx.data.slice(18, 21)).toEqual(new Float32Array(3));
    expect(dx.data.every(Number.isFinite)).toBe(true);
    const first = x.filter((_, i) => i < 18 && i % 6 < 3);
    const alone = lstm.forward(first, { batch: 1 });
    expect(bits(alone.hN)).toEqual(bits(h.subarray(0, 4)));
  });

  test.each([1, 2])("stream.step has the bits of forward, batch %d", (batch) => {
    const [I, H, T] = [3, 5, 6];
    const lstm = softcell.lstm(sc, { inputSize: I, hiddenSize: H });
    const frames = new Random(9).normals(T * batch * I);
    const [h0, c0] = [new Random(10).normals(batch * H), new Random(11).normals(batch * H)];
    const cold = lstm.forward(frames, { batch }).output.data.slice();
    const warm = lstm.forward(frames, { batch, h0, c0 }).output.data.slice();
    const stream = lstm.stream({ batch });
    const run = (): Float32Array => {
      const y = new Float32Array(T * batch * H);
      for (let t = 0; t < T; t++) {
        y.set(stream.step(frames.subarray(t * batch * I, (t + 1) * batch * I)), t * batch * H);
      }
      return y;
    };
    expect(bits(run())).toEqual(bits(cold));
    stream.reset();
    expect(bits(run())).toEqual(bits(cold));
    stream.reset({ h0, c0 });
    expect(bits(run())).toEqual(bits(warm));
    stream.reset({ h0: softcell.tensor(sc, [batch, H], h0), c0: softcell.tensor(sc, [batch, H], c0) });
    grow(sc);
    expect(bits(run())).toEqual(bits(warm));
  });

  test("stream: the next step has new weights, two streams are apart", () => {
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4 });
    const frame = x.subarray(0, 3);
    const [a, b] = [lstm.stream(), lstm.stream()];
    const first = a.step(frame).slice();
    expect(bits(b.step(frame))).toEqual(bits(first));
    expect(bits(a.step(frame))).not.toEqual(bits(first));
    lstm.loadStateDict(softcell.lstm(sc, { inputSize: 3, hiddenSize: 4 }).stateDict());
    a.reset();
    expect(bits(a.step(frame))).toEqual(bits(lstm.forward(frame).output));
  });

  test("forward cut into pieces has the bits of one call", () => {
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 5 });
    const whole = lstm.forward(x, { batch: 1 }).output.data.slice();
    const { output, hN, cN } = lstm.forward(x.subarray(0, 12), { batch: 1 });
    const start = output.data.slice();
    const rest = lstm.forward(x.subarray(12), { batch: 1, h0: hN, c0: cN }).output.data;
    expect(bits(Float32Array.from([...start, ...rest]))).toEqual(bits(whole));
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
});

/** [a][b][n] => [b][a][n] */
function transposed(x: Float32Array, a: number, b: number, n: number): Float32Array {
  const y = new Float32Array(x.length);
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) y.set(x.subarray((i * b + j) * n, (i * b + j + 1) * n), (j * a + i) * n);
  }
  return y;
}
