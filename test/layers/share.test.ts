// Layers that share their parameters, and what is seen of a layer.
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { Layer, Softcell, Tensor } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, open } from "../support/instance.js";

const [X, OTHER] = [
  [0.5, -1, 2, 0.25],
  [1, 1.5, -0.5, 3],
];
/** What a layer is fed with, and what its result's gradient is. */
interface Run {
  make(sc: Softcell): Layer;
  forward(layer: Layer, x: number[]): Tensor;
  backward(layer: Layer, dy: Float32Array): void;
}

const LAYERS: Record<string, Run> = {
  linear: {
    make: (sc) => softcell.linear(sc, { inFeatures: 2, outFeatures: 3 }),
    forward: (layer, x) => (layer as softcell.Linear).forward(x),
    backward: (layer, dy) => (layer as softcell.Linear).backward(dy),
  },
  layerNorm: {
    make: (sc) => softcell.layerNorm(sc, { normalizedShape: 2 }),
    forward: (layer, x) => (layer as softcell.LayerNorm).forward(x),
    backward: (layer, dy) => (layer as softcell.LayerNorm).backward(dy),
  },
  embedding: {
    make: (sc) => softcell.embedding(sc, { numEmbeddings: 5, embeddingDim: 2 }),
    forward: (layer, x) => (layer as softcell.Embedding).forward(x.map((v) => Math.floor(Math.abs(v)))),
    backward: (layer, dy) => (layer as softcell.Embedding).backward(dy),
  },
  lstm: {
    make: (sc) => softcell.lstm(sc, { inputSize: 2, hiddenSize: 3, peepholes: true }),
    forward: (layer, x) => (layer as softcell.Lstm).forward(x).output,
    backward: (layer, dy) => (layer as softcell.Lstm).backward(dy),
  },
};

describeEach(["strict", "js"], (target) => {
  describe.each(Object.entries(LAYERS))("%s", (_, { make, forward, backward }) => {
    test("used twice before a backward: the gradients of two runs", () => {
      const sc = open(target, { seed: 3 });
      const layer = make(sc);
      const upstream = (y: Tensor, sign: number) => y.data.map((_, i) => sign * (i + 1));
      const one = (x: number[], sign: number) => backward(layer, upstream(forward(layer, x), sign));
      one(X, 1);
      one(OTHER, -1);
      const gradients = () => Object.values(layer.params).map(({ grad }) => bits(grad));
      const expected = gradients();
      layer.zeroGrad();
      const second = layer.share();
      const [a, b] = [forward(layer, X), forward(second, OTHER)];
      expect(a.pointer).not.toBe(b.pointer);
      backward(layer, upstream(a, 1));
      backward(second, upstream(b, -1));
      expect(gradients()).toEqual(expected);
    });

    test("an optimiser takes the parameters once, and both layers have their new values", () => {
      const sc = open(target, { seed: 3 });
      const layer = make(sc);
      const second = layer.share();
      expect(() => softcell.sgd(sc, [layer, second], { lr: 1 })).toThrow(`"layers" expected each layer once`);
      const before = bits(forward(second, X));
      for (const { grad } of Object.values(layer.params)) grad.fill(0.5);
      softcell.sgd(sc, layer, { lr: 1 }).step();
      expect(bits(forward(second, X))).toEqual(bits(forward(layer, X)));
      expect(bits(forward(second, X))).not.toEqual(before);
    });

    test("ends with the layer it shares with, or alone", () => {
      const sc = open(target);
      const layer = make(sc);
      const { used } = sc.memoryUsage;
      const second = layer.share();
      forward(second, X);
      second.dispose();
      expect(sc.memoryUsage.used).toBe(used);
      expect(() => forward(second, X)).toThrow("is disposed");
      forward(layer, X);
      const third = layer.share();
      layer.dispose();
      expect(() => forward(third, X)).toThrow("is disposed");
      third.dispose();
    });
  });

  test("console.log shows kind, options and shapes, and no memory", () => {
    const sc = open(target);
    const layer = softcell.linear(sc, { inFeatures: 2, outFeatures: 1 });
    const text = "linear { inFeatures: 2, outFeatures: 1, weight: [1, 2], bias: [1] }";
    expect([inspect(layer), String(layer)]).toEqual([text, text]);
    expect(inspect({ layer })).toContain(`layer: ${text}`);
    expect(String(softcell.dropout(sc))).toBe("dropout {}");
    expect(String(softcell.lstm(sc, { inputSize: 1, hiddenSize: 2, bias: false, direction: "reverse" }))).toBe(
      'lstm { inputSize: 1, hiddenSize: 2, bias: false, direction: "reverse", ' +
        "weight_ih_l0_reverse: [8, 1], weight_hh_l0_reverse: [8, 2] }",
    );
    layer.dispose();
    expect(String(layer)).toBe(`${text} (disposed)`);
    expect(inspect(sc)).toMatch(/^Softcell \{ backend: "\w+", backendReason: "[^"]+" \}$/);
  });
});
