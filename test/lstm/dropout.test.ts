// Dropout between the layers of an LSTM: that of the dropout layer, in training only.
import { beforeEach, expect, test } from "vitest";
import type { Softcell, Tensor } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, open } from "../support/instance.js";
import { Random } from "../support/random.js";

const SIZES = { inputSize: 3, hiddenSize: 5 };
const [T, B] = [4, 2];
const allBits = (results: object): Uint32Array[] => Object.values(results).map((tensor: Tensor) => bits(tensor));

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });
  const random = new Random(2);
  const x = random.normals(T * B * 3);
  const dOutput = random.normals(T * B * 5);

  test("is the dropout layer between two layers, forward and backward", () => {
    const lstm = softcell.lstm(sc, { ...SIZES, numLayers: 2, dropout: 0.4, dropoutSeed: 7 });
    const state = lstm.stateDict();
    const [below, above] = [softcell.lstm(sc, SIZES), softcell.lstm(sc, { inputSize: 5, hiddenSize: 5 })];
    const part = (k: number) =>
      Object.fromEntries(
        Object.entries(state).flatMap(([name, entry]) =>
          name.endsWith(`_l${k}`) ? [[name.replace(/\d$/, "0"), entry]] : [],
        ),
      );
    below.loadStateDict(part(0));
    above.loadStateDict(part(1));
    const dropout = softcell.dropout(sc, { p: 0.4, seed: 7 });
    // twice, since each forward has a mask of its own
    for (let call = 0; call < 2; call++) {
      const { output } = lstm.forward(x, { batch: B });
      const hidden = dropout.forward(below.forward(x, { batch: B }).output);
      expect(hidden.data.includes(0)).toBe(true);
      expect(bits(output)).toEqual(bits(above.forward(hidden).output));
      const { dx } = lstm.backward(dOutput);
      const dHidden = dropout.backward(above.backward(dOutput).dx);
      expect(bits(dx)).toEqual(bits(below.backward(dHidden).dx));
    }
    for (const k of [0, 1]) {
      for (const [name, { grad }] of Object.entries((k ? above : below).params)) {
        expect(bits(lstm.params[name.replace(/0$/, String(k)) as softcell.LstmParameter].grad)).toEqual(bits(grad));
      }
    }
  });

  test("is off in inference, with p = 0 and without a layer above", () => {
    const plain = softcell.lstm(sc, { ...SIZES, numLayers: 2 });
    const same = (options: object, training: boolean) => {
      const lstm = softcell.lstm(sc, { ...SIZES, numLayers: 2, ...options });
      lstm.loadStateDict(plain.stateDict());
      expect(allBits(lstm.forward(x, { batch: B, training }))).toEqual(
        allBits(plain.forward(x, { batch: B, training })),
      );
    };
    same({ dropout: 0.5 }, false);
    same({ dropout: 0 }, true);
    const [one, other] = [softcell.lstm(sc, { ...SIZES, dropout: 0.5 }), softcell.lstm(sc, SIZES)];
    other.loadStateDict(one.stateDict());
    expect(allBits(one.forward(x, { batch: B }))).toEqual(allBits(other.forward(x, { batch: B })));
  });

  test("the same seed gives the same masks, and a call that fails draws none", () => {
    const [a, b] = [1, 2].map(() => softcell.lstm(sc, { ...SIZES, numLayers: 3, dropout: 0.5, dropoutSeed: 3 }));
    b.loadStateDict(a.stateDict());
    for (let call = 0; call < 3; call++) {
      expect(() => b.forward(x, { batch: 3, steps: 9 })).toThrow(RangeError);
      expect(allBits(a.forward(x, { batch: B }))).toEqual(allBits(b.forward(x, { batch: B })));
    }
  });
});
