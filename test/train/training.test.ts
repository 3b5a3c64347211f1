// A small model learns, the same on strict and js.
import { describe, expect, test } from "vitest";
import * as softcell from "../../src/index.js";
import { describeEach, type Target } from "../support/backends.js";
import { open } from "../support/instance.js";

describeEach(["strict", "relaxed", "js"], (target) => {
  test("training lowers the loss", () => {
    const { losses } = trained(target);
    expect(losses[39]).toBeLessThan(losses[0] / 4);
  });
});

/** Losses and weights of a small model that learns the next of a cycle of tokens. */
function trained(target: Target, name: "sgd" | "adam" | "adamW" = "adam") {
  const sc = open(target, { seed: 3 });
  const [vocabulary, hiddenSize, T, B] = [5, 8, 6, 2];
  const embedding = softcell.embedding(sc, { numEmbeddings: vocabulary, embeddingDim: 4 });
  const lstm = softcell.lstm(sc, { inputSize: 4, hiddenSize });
  const linear = softcell.linear(sc, { inFeatures: hiddenSize, outFeatures: vocabulary });
  const layers = [embedding, lstm, linear];
  const optimizer = {
    sgd: () => softcell.sgd(sc, layers, { lr: 0.3, momentum: 0.9 }),
    adam: () => softcell.adam(sc, layers, { lr: 0.05 }),
    adamW: () => softcell.adamW(sc, layers, { lr: 0.05 }),
  }[name]();
  const ids = Int32Array.from({ length: T * B }, (_, i) => (Math.floor(i / B) * 2 + (i % B)) % vocabulary);
  const targets = ids.map((id) => (id + 2) % vocabulary);
  const losses: number[] = [];
  for (let step = 0; step < 40; step++) {
    optimizer.zeroGrad();
    const { output } = lstm.forward(embedding.forward(ids, { shape: [T, B] }));
    const logits = linear.forward(output);
    const { loss, dlogits } = softcell.crossEntropy(sc, logits, targets, { out: logits });
    embedding.backward(lstm.backward(linear.backward(dlogits)).dx);
    softcell.clipGradNorm(sc, layers, 5);
    optimizer.step();
    losses.push(loss);
  }
  return { losses, weights: layers.map((layer) => layer.stateDict()) };
}

describe("strict and js have the same bits", () => {
  test.each(["sgd", "adam", "adamW"] as const)("after training with %s", (name) => {
    expect(trained("js", name)).toEqual(trained("strict", name));
  });
});
