// State dicts: live views of what is written, and messages about keys.
import { expect, test } from "vitest";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, open } from "../support/instance.js";
import { thrownBy } from "../support/refused.js";

describeEach(["strict", "relaxed", "js"], (target) => {
  test("live views of one layer, exchanged, are exchanged", () => {
    const sc = open(target);
    const layers = [
      softcell.lstm(sc, { inputSize: 2, hiddenSize: 2, numLayers: 2, bidirectional: true }),
      softcell.linear(sc, { inFeatures: 1, outFeatures: 3 }),
      softcell.layerNorm(sc, { normalizedShape: 3 }),
      softcell.lstmCell(sc, { inputSize: 2, hiddenSize: 2 }),
    ];
    for (const layer of layers) {
      for (const [i, { data }] of Object.values<softcell.Parameter>(layer.params).entries()) data.fill(i + 1);
      const before = layer.stateDict();
      // each parameter gets the values of the next one of its length
      const sources = Object.entries(before).map(([name, { data }]) => {
        const same = Object.keys(before).filter((other) => before[other].data.length === data.length);
        return [name, same[(same.indexOf(name) + 1) % same.length]];
      });
      const params = layer.params as Record<string, softcell.Parameter>;
      layer.loadStateDict(Object.fromEntries(sources.map(([name, from]) => [name, params[from].data])));
      for (const [name, from] of sources) {
        expect(bits(layer.stateDict()[name].data), `${name} of ${from}`).toEqual(bits(before[from].data));
      }
      expect(sources.some(([name, from]) => name !== from)).toBe(true);
    }
  });

  test("views that overlap and lie in one another are read before anything is written", () => {
    const sc = open(target);
    const layer = softcell.lstm(sc, { inputSize: 3, hiddenSize: 2 });
    const { bias_ih_l0: ih, bias_hh_l0: hh, weight_ih_l0: weight } = layer.params;
    weight.data.set(weight.data.map((_, i) => i));
    const state = {
      ...layer.stateDict(),
      bias_ih_l0: weight.data.subarray(0, 8),
      bias_hh_l0: weight.data.subarray(4, 12),
    };
    layer.loadStateDict({ ...state, weight_ih_l0: weight.data.slice().reverse() });
    expect([...ih.data]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([...hh.data]).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
  });
});

/** The message for a state dict of an LSTM of two layers, with 8 keys, or of a linear layer. */
const messageOf = (keys: string[], kind: "lstm" | "linear" = "linear"): string => {
  const sc = open("js");
  const layer =
    kind === "lstm"
      ? softcell.lstm(sc, { inputSize: 1, hiddenSize: 1, numLayers: 2 })
      : softcell.linear(sc, { inFeatures: 1, outFeatures: 1 });
  const before = layer.stateDict();
  const error = thrownBy(() => layer.loadStateDict(Object.fromEntries(keys.map((key) => [key, Float32Array.of(1)]))));
  expect(error.constructor).toBe(RangeError);
  expect(layer.stateDict()).toEqual(before);
  return error.message;
};
const LSTM = Object.keys(softcell.lstm(open("js"), { inputSize: 1, hiddenSize: 1, numLayers: 2 }).params);

test.each<[what: string, keys: string[], message: string]>([
  ["missing", ["weight"], `"state" expected 2 keys, got 1: missing "bias"`],
  [
    "unexpected",
    ["weight", "bias", "num_batches_tracked"],
    `"state" expected 2 keys, got 3: unexpected "num_batches_tracked"`,
  ],
  [
    "a whole model",
    ["fc.weight", "fc.bias", "norm.weight"],
    `"state" expected 2 keys, got 3: missing "weight", "bias"; unexpected "fc.weight", "fc.bias", "norm.weight"; ` +
      `keys start with "fc.": pass { prefix: "fc." } to loadSafetensors()`,
  ],
  [
    "a model with several that fit",
    ["a.weight", "a.bias", "b.0.weight", "b.0.bias"],
    `; keys start with "a.", "b.0.": pass { prefix: "a." } to loadSafetensors()`,
  ],
  ["a model without a bias", ["fc.weight"], `; keys start with "fc.": pass { prefix: "fc." } to loadSafetensors()`],
  ["names that only end alike", ["myweight", "mybias"], `missing "weight", "bias"; unexpected "myweight", "mybias"`],
])("keys of %s", (_, keys, message) => {
  expect(messageOf(keys)).toContain(message);
  if (!message.includes("prefix")) expect(messageOf(keys)).not.toContain("prefix");
});

test("sixteen names are no message", () => {
  const message = messageOf(
    LSTM.map((name) => `model.lstm.${name}`),
    "lstm",
  );
  expect(message).toContain(
    'missing "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0" and 4 more; unexpected',
  );
  expect(message).toContain('keys start with "model.lstm.": pass { prefix: "model.lstm." } to loadSafetensors()');
  expect(messageOf([..."abcdefgh"].map((letter) => letter.repeat(1e6))).length).toBeLessThan(1000);
});

test("200,000 keys of other layers do not take long to be refused", () => {
  const message = messageOf(
    Array.from({ length: 200_000 }, (_, i) => `blocks.${i}.${LSTM[i % LSTM.length]}`),
    "lstm",
  );
  expect(message).toContain('keys start with "blocks.0."');
});

test("an optimiser has the prefix of its file", () => {
  const sc = open("js");
  const optimizer = softcell.adam(sc, softcell.linear(sc, { inFeatures: 1, outFeatures: 1 }));
  const file = softcell.saveSafetensors(
    Object.fromEntries(Object.entries(optimizer.stateDict()).map(([key, entry]) => [`optimizer.${key}`, entry])),
  );
  expect(() => optimizer.loadStateDict(softcell.loadSafetensors(file))).toThrow(
    `keys start with "optimizer.": pass { prefix: "optimizer." } to loadSafetensors()`,
  );
  optimizer.loadStateDict(softcell.loadSafetensors(file, { prefix: "optimizer." }));
});

test("a state that disposes of what it is for is not written", () => {
  const sc = open("js");
  const layer = softcell.linear(sc, { inFeatures: 1, outFeatures: 1 });
  const optimizer = softcell.sgd(sc, layer, { lr: 0.1 });
  const [state, weights] = [optimizer.stateDict(), layer.stateDict()];
  const step = state.step;
  Object.defineProperty(state, "step", {
    enumerable: true,
    get: () => {
      optimizer.dispose();
      return step;
    },
  });
  expect(() => optimizer.loadStateDict(state)).toThrow("this optimizer is disposed");
  Object.defineProperty(weights, "weight", {
    enumerable: true,
    get: () => {
      layer.dispose();
      return Float32Array.of(1);
    },
  });
  expect(() => layer.loadStateDict(weights)).toThrow("disposed");
});
