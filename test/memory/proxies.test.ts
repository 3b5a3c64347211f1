// Layers, tensors and instances in the state of a user interface: Vue leaves them as they are, other proxies are refused by name.
import { isProxy, isReactive, reactive, readonly, ref, shallowReactive } from "@vue/reactivity";
import { beforeEach, describe, expect, test } from "vitest";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { open } from "../support/instance.js";

/** One of everything that has memory. */
function everything(sc: softcell.Softcell) {
  const lstm = softcell.lstm(sc, { inputSize: 2, hiddenSize: 3 });
  const cell = softcell.lstmCell(sc, { inputSize: 2, hiddenSize: 3 });
  return {
    sc,
    lstm,
    cell,
    linear: softcell.linear(sc, { inFeatures: 3, outFeatures: 2 }),
    dropout: softcell.dropout(sc),
    embedding: softcell.embedding(sc, { numEmbeddings: 4, embeddingDim: 2 }),
    layerNorm: softcell.layerNorm(sc, { normalizedShape: 3 }),
    tensor: softcell.tensor(sc, [2, 3]),
    stream: lstm.stream(),
    step: cell.forward([1, 2], {}),
    optimizer: softcell.adam(sc, lstm),
  };
}

const WAYS: Record<string, (state: object) => unknown> = {
  reactive,
  "reactive, in an array": (state) => reactive([state]),
  "reactive, in a map": (state) => reactive(new Map([["state", state]])),
  readonly,
  shallowReactive,
  ref: (state) => ref(state).value,
};

const deepest = (state: unknown): Record<string, object> =>
  state instanceof Map ? deepest(state.get("state")) : Array.isArray(state) ? deepest(state[0]) : (state as never);

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: softcell.Softcell;
  beforeEach(() => {
    sc = open(target);
  });

  describe("Vue", () => {
    test.each(Object.keys(WAYS))("%s: everything comes out as it went in", (name) => {
      const given = everything(sc);
      const state = deepest(WAYS[name](given));
      expect(isProxy(state)).toBe(true);
      for (const [key, value] of Object.entries(given)) expect(state[key], key).toBe(value);
    });

    test.each(Object.keys(everything(open("js"))))("reactive(%s) and ref() of it are the object", (key) => {
      const value = everything(sc)[key as "sc"];
      expect(isReactive(reactive({ value }).value)).toBe(false);
      expect(ref(value).value).toBe(value);
    });

    test("a training step in a reactive state", () => {
      const state = reactive({ ...everything(sc), losses: [] as number[] });
      const optimizer = softcell.sgd(state.sc as softcell.Softcell, [state.lstm, state.linear] as softcell.Layer[], {
        lr: 0.1,
      });
      for (let step = 0; step < 3; step++) {
        optimizer.zeroGrad();
        const logits = state.linear.forward(state.lstm.forward([1, 2, 3, 4]).output as softcell.Tensor);
        const { loss, dlogits } = softcell.crossEntropy(sc, logits, [0, 1], { axis: -1 });
        state.lstm.backward(state.linear.backward(dlogits));
        optimizer.step();
        state.losses.push(loss);
      }
      expect(state.losses[2]).toBeLessThan(state.losses[0]);
    });
  });

  describe("another proxy", () => {
    const deep = <T extends object>(value: T): T =>
      new Proxy(value, {
        get(object, key, receiver) {
          const got = Reflect.get(object, key, receiver);
          return typeof got === "object" && got !== null ? deep(got) : got;
        },
      });
    const calls: Record<string, (sc: softcell.Softcell, wrap: <T extends object>(value: T) => T) => unknown> = {
      "a layer of an optimiser": (sc, wrap) => softcell.sgd(sc, wrap(everything(sc).linear), { lr: 1 }),
      "a layer in an array": (sc, wrap) => softcell.clipGradNorm(sc, [wrap(everything(sc).lstm)], 1),
      "the layer of a group": (sc, wrap) => {
        const { linear } = everything(sc);
        return softcell.adam(sc, linear, { groups: [{ layers: wrap(linear) }] });
      },
      "a tensor": (sc, wrap) => softcell.softmax(sc, wrap(everything(sc).tensor)),
      "a tensor for the result": (sc, wrap) => softcell.softmax(sc, new Float32Array(6), { out: wrap(everything(sc).tensor) }),
      "a tensor for a layer": (sc, wrap) => everything(sc).linear.forward(wrap(everything(sc).tensor)),
    };

    test.each(Object.keys(calls))("%s is refused, with what to do", (name) => {
      for (const wrap of [deep, <T extends object>(value: T): T => new Proxy(value, {})]) {
        expect(() => calls[name](sc, wrap)).toThrow(/expected (layers|a tensor), got a proxy of one.*markRaw\(\)/);
        expect(() => calls[name](sc, wrap)).toThrow(TypeError);
      }
      calls[name](sc, (value) => value);
    });
  });
});
