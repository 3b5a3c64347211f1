// The switch between training and inference: of the instance, of a layer, of a call.
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, open } from "../support/instance.js";

const X = Float32Array.from({ length: 24 }, (_, i) => Math.sin(i));
type Call = { training?: boolean };

/** Everything whose forward has the option `training`: the bits of a result, and whether backward has what it needs. */
const LAYERS: Record<
  string,
  (sc: Softcell) => { layer: softcell.Layer; run(call?: Call): Uint32Array; back(): unknown }
> = {
  dropout(sc) {
    const layer = softcell.dropout(sc, { p: 0.5, seed: 3 });
    return { layer, run: (call) => bits(layer.forward(X, call)), back: () => undefined };
  },
  lstm(sc) {
    const layer = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4, numLayers: 2, dropout: 0.5, dropoutSeed: 3 });
    return {
      layer,
      run: (call) => bits(layer.forward(X, call).output),
      back: () => layer.backward(new Float32Array(32)),
    };
  },
  lstmCell(sc) {
    const layer = softcell.lstmCell(sc, { inputSize: 24, hiddenSize: 4 });
    let step: softcell.LstmCellStep;
    return {
      layer,
      run(call) {
        step = layer.forward(X, {}, call);
        return bits(step.h);
      },
      back: () => layer.backward(step, { dh: new Float32Array(4) }),
    };
  },
};

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });

  describe.each(Object.keys(LAYERS))("%s", (name) => {
    /** Whether a forward is one of training. */
    const trains = (set: (sc: Softcell, layer: softcell.Layer) => void, call?: Call): boolean => {
      const { layer, run, back } = LAYERS[name](sc);
      const inference = run({ training: false });
      const known = name === "lstmCell" ? undefined : run({ training: true });
      if (known) expect(known).not.toEqual(inference);
      sc.training = true;
      set(sc, layer);
      const result = run(call);
      const dropped = Buffer.compare(Buffer.from(result.buffer), Buffer.from(inference.buffer)) !== 0;
      let kept = true;
      try {
        back();
      } catch (error) {
        expect(String(error)).toMatch(/with training before it/);
        kept = false;
      }
      if (name === "lstm") expect(dropped).toBe(kept);
      return name === "dropout" ? dropped : kept;
    };

    test("trains by default", () => expect(trains(() => {})).toBe(true));
    test("the instance decides", () => {
      expect(
        trains((sc) => {
          sc.training = false;
        }),
      ).toBe(false);
    });
    test.each([true, false])("then the layer, %s", (value) => {
      expect(
        trains((sc, layer) => {
          sc.training = !value;
          layer.training = value;
        }),
      ).toBe(value);
    });
    test.each([true, false])("then the call, %s", (training) => {
      const set = (sc: Softcell, layer: softcell.Layer) => {
        sc.training = layer.training = !training;
      };
      expect(trains(set, { training })).toBe(training);
    });
    test("a layer on the same parameters has the switch of the one it is made from", () => {
      const { layer } = LAYERS[name](sc);
      layer.training = false;
      expect(layer.share().training).toBe(false);
      layer.training = true;
      expect(layer.share().training).toBe(true);
    });
  });

  test("inference does not go on in the generator", () => {
    const [one, two] = [0, 1].map(() => softcell.dropout(sc, { seed: 9 }));
    two.training = false;
    two.forward(X);
    two.training = true;
    expect(bits(two.forward(X))).toEqual(bits(one.forward(X)));
  });

  test.each([undefined, null, 0, 1, "false", {}])("%s is refused, and nothing changes", (wrong) => {
    const layer = softcell.linear(sc, { inFeatures: 1, outFeatures: 1 });
    for (const each of [sc, layer]) {
      each.training = false;
      expect(() => {
        each.training = wrong as boolean;
      }).toThrow(/"training" expected true or false/);
      expect(each.training).toBe(false);
    }
    layer.dispose();
    expect(() => {
      layer.training = true;
    }).toThrow(/disposed/);
    sc.dispose();
    expect(() => {
      sc.training = true;
    }).toThrow(/disposed/);
  });
});

test("an LSTM of one layer with dropout says once that nothing is dropped", async () => {
  vi.resetModules();
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const fresh = await import("../../src/index.js");
  const sc = await fresh.init();
  const [sizes, two] = [{ inputSize: 1, hiddenSize: 1 }, { numLayers: 2 }];
  fresh.lstm(sc, { ...sizes, ...two, dropout: 0.5 });
  fresh.lstm(sc, { ...sizes, dropout: 0 });
  expect(warn).not.toHaveBeenCalled();
  expect(() => fresh.lstm(sc, { ...sizes, dropout: 1 })).toThrow(RangeError);
  expect(warn).not.toHaveBeenCalled();
  fresh.lstm(sc, { ...sizes, dropout: 0.25 });
  fresh.lstm(sc, { ...sizes, dropout: 0.5 });
  expect(warn.mock.calls.map(([text]) => text)).toEqual([
    expect.stringContaining("lstm with dropout 0.25 and numLayers 1 drops nothing"),
  ]);
  warn.mockRestore();
});
