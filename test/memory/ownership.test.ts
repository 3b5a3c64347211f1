// What is computed from a tensor of a layer belongs to the layer: it lives until the next forward, and an ordinary loop
// allocates nothing. What is computed from the user's tensors is the user's.
import { describe, expect, test } from "vitest";
import type { Softcell, Tensor, TensorLike } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { open } from "../support/instance.js";

const [ROWS, COLS] = [4, 6];
const targets = [0, 5, 2, 3];

/** Operations on a tensor [ROWS, COLS], each with a new tensor as its result. */
const OPERATIONS: [name: string, run: (sc: Softcell, x: Tensor) => Tensor][] = [
  ["softmax", (sc, x) => softcell.softmax(sc, x)],
  [
    "softmax along an axis, with a mask",
    (sc, x) => softcell.softmax(sc, x, { axis: 0, mask: Uint8Array.of(1, 1, 1, 1, 1, 0) }),
  ],
  ["softmaxBackward", (sc, x) => softcell.softmaxBackward(sc, x, { y: x })],
  ["logSumExp", (sc, x) => softcell.logSumExp(sc, x)],
  ["logSumExpBackward", (sc, x) => softcell.logSumExpBackward(sc, new Float32Array(ROWS), { x })],
  ["relu", (sc, x) => softcell.relu(sc, x)],
  ["tanhBackward", (sc, x) => softcell.tanhBackward(sc, x, { y: x })],
  ["prelu", (sc, x) => softcell.prelu(sc, x, [0.5])],
  ["preluBackward", (sc, x) => softcell.preluBackward(sc, x, { x, weight: [0.5] }).dx],
  ["sparsemax", (sc, x) => softcell.sparsemax(sc, x)],
  ["standardNormalize", (sc, x) => softcell.standardNormalize(sc, x)],
  ["gumbelSoftmax", (sc, x) => softcell.gumbelSoftmax(sc, x, { seed: 1, hard: true }).y],
  ["crossEntropy", (sc, x) => softcell.crossEntropy(sc, x, targets).dlogits],
  ["mse", (sc, x) => softcell.mse(sc, x, new Float32Array(ROWS * COLS)).dx],
  ["bceWithLogits", (sc, x) => softcell.bceWithLogits(sc, x, new Float32Array(ROWS * COLS)).dlogits],
  ["mse of an array and a tensor", (sc, x) => softcell.mse(sc, x, x).dx],
];

describeEach(["strict", "js"], (target) => {
  const make = () => {
    const sc = open(target);
    const layer = softcell.linear(sc, { inFeatures: 3, outFeatures: COLS });
    const x = Float32Array.from({ length: 3 * ROWS }, (_, i) => Math.sin(i + 1));
    return { sc, layer, x };
  };

  describe.each(OPERATIONS)("%s", (_, run) => {
    test("of a layer's tensor: at one place, nothing allocated, the values of an array", () => {
      const { sc, layer, x } = make();
      const first = run(sc, layer.forward(x));
      const { used } = sc.memoryUsage;
      const [values, at] = [first.data.slice(), first.pointer];
      for (let i = 0; i < 5; i++) {
        const again = run(sc, layer.forward(x));
        expect(again.pointer).toBe(at);
        expect(again.data).toEqual(values);
      }
      expect(sc.memoryUsage.used).toBe(used);
      layer.dispose();
      expect(first.disposed).toBe(true);
    });

    test("of the user's tensor: the user's", () => {
      const { sc, layer, x } = make();
      const own = softcell.tensor(sc, [ROWS, COLS], layer.forward(x));
      const { used } = sc.memoryUsage;
      const result = run(sc, own);
      layer.dispose();
      expect(result.disposed).toBe(false);
      expect(run(sc, own).pointer).not.toBe(result.pointer);
      expect(sc.memoryUsage.used).not.toBe(used);
    });
  });

  test("results of one forward do not overwrite each other", () => {
    const { sc, layer, x } = make();
    for (let i = 0; i < 3; i++) {
      const y = layer.forward(x);
      const [a, b] = [softcell.exp(sc, y), softcell.relu(sc, y)];
      const c = softcell.softmax(sc, a);
      expect(new Set([y, a, b, c].map(({ pointer }) => pointer)).size).toBe(4);
      expect(a.data).toEqual(softcell.exp(sc, y.data.slice()));
      expect(c.data).toEqual(softcell.softmax(sc, a.data.slice(), { cols: COLS }));
    }
  });

  test("what was computed before the last forward may still be read by the next operation", () => {
    const { sc } = make();
    const layer = softcell.linear(sc, { inFeatures: 2, outFeatures: 2 });
    layer.loadStateDict({ weight: { data: [1, 0, 0, 1], shape: [2, 2] }, bias: [1, 2] });
    let h: TensorLike = [0, 0];
    // a recurrent loop, whose state is computed from the layer's tensor and its own last value
    for (let i = 0; i < 4; i++) h = softcell.tanhBackward(sc, layer.forward(h), { y: h });
    const { used } = sc.memoryUsage;
    const values = (h as Tensor).data.slice();
    let plain: Float32Array = Float32Array.of(0, 0);
    for (let i = 0; i < 4; i++) plain = softcell.tanhBackward(sc, layer.forward(plain).data.slice(), { y: plain });
    expect(values).toEqual(plain);
    for (let i = 0; i < 100; i++) h = softcell.tanhBackward(sc, layer.forward(h), { y: h });
    expect(sc.memoryUsage.used).toBe(used);
  });

  test("a training loop as one writes it", () => {
    const { sc, x } = make();
    const net = softcell.lstm(sc, { inputSize: 3, hiddenSize: 5 });
    const norm = softcell.layerNorm(sc, { normalizedShape: 5 });
    const head = softcell.linear(sc, { inFeatures: 5, outFeatures: COLS });
    const optimizer = softcell.adam(sc, [net, norm, head]);
    let used = 0;
    for (let i = 0; i < 20; i++) {
      optimizer.zeroGrad();
      const h = softcell.relu(sc, norm.forward(net.forward(x, { batch: ROWS }).hN));
      const { dlogits } = softcell.crossEntropy(sc, head.forward(h), targets);
      net.backward(undefined, { dhN: norm.backward(softcell.reluBackward(sc, head.backward(dlogits), { y: h })) });
      softcell.clipGradNorm(sc, [net, norm, head], 1);
      optimizer.step();
      if (i === 1) used = sc.memoryUsage.used;
    }
    expect(sc.memoryUsage.used).toBe(used);
  });
});
