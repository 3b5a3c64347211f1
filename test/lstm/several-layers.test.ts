// LSTM layers with several layers and directions: shapes, the smallest sizes, and their own results as arguments.
import { beforeEach, expect, test } from "vitest";
import type { Lstm, LstmOptions, Softcell, Tensor } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, callsIn, open } from "../support/instance.js";
import { Random } from "../support/random.js";

const shapes = (results: object): number[][] => Object.values(results).map((tensor: Tensor) => [...tensor.shape]);
const allBits = (results: object): Uint32Array[] => Object.values(results).map((tensor: Tensor) => bits(tensor));

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  let lstm: Lstm;
  beforeEach(() => {
    sc = open(target);
    lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4, numLayers: 2, bidirectional: true });
  });

  const random = new Random(1);
  const x = random.normals(5 * 2 * 3);

  /** A layer with the same weights. */
  function twin(options: { batchFirst?: boolean } = {}): Lstm {
    const other = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4, numLayers: 2, bidirectional: true, ...options });
    other.loadStateDict(lstm.stateDict());
    return other;
  }

  test("the shapes of the results", () => {
    const state = [4, 2, 4];
    const results = lstm.forward(x, { batch: 2 });
    expect(shapes(results)).toEqual([[5, 2, 8], state, state]);
    expect(shapes(lstm.backward(results.output))).toEqual([[5, 2, 3], state, state]);
    expect(shapes(lstm.forward(softcell.tensor(sc, [10, 3], x)))).toEqual([
      [10, 8],
      [4, 1, 4],
      [4, 1, 4],
    ]);
    const turned = twin({ batchFirst: true });
    expect(shapes(turned.forward(softcell.tensor(sc, [2, 5, 3], x)))).toEqual([[2, 5, 8], state, state]);
    expect(shapes(turned.backward(undefined, { dhN: new Float32Array(32) }))).toEqual([[2, 5, 3], state, state]);
  });

  test("no sequence at all", () => {
    const empty = new Float32Array(0);
    for (const batchFirst of [false, true]) {
      const other = twin({ batchFirst });
      for (const options of [{}, { h0: empty, c0: empty, lengths: new Int32Array(0) }]) {
        const results = other.forward(empty, { batch: 0, steps: 5, ...options });
        expect(shapes(results)).toEqual([batchFirst ? [0, 5, 8] : [5, 0, 8], [4, 0, 4], [4, 0, 4]]);
        const gradients = other.backward(empty, { dhN: empty });
        expect(shapes(gradients)).toEqual([batchFirst ? [0, 5, 3] : [5, 0, 3], [4, 0, 4], [4, 0, 4]]);
        for (const { grad } of Object.values(other.params)) expect(grad.every((v) => Object.is(v, 0))).toBe(true);
      }
    }
  });

  test("one step: both directions start with it, and a length of 1 changes nothing", () => {
    const dOutput = random.normals(2 * 8);
    const run = (lengths?: Int32Array) => {
      const results = allBits(lstm.forward(x.subarray(0, 6), { batch: 2, lengths }));
      return [...results, ...allBits(lstm.backward(dOutput))];
    };
    expect(run(Int32Array.of(1, 1))).toEqual(run());
    const one = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4, bidirectional: true });
    for (const name of ["weight_ih", "weight_hh", "bias_ih", "bias_hh"] as const) {
      one.params[`${name}_l0_reverse`].data.set(one.params[`${name}_l0`].data);
    }
    const output = one.forward(x.subarray(0, 3)).output.data.slice();
    expect(bits(output.subarray(4))).toEqual(bits(output.subarray(0, 4)));
    const longer = one.forward(x.subarray(0, 6), { lengths: Int32Array.of(1) }).output.data;
    expect(bits(longer.subarray(0, 8))).toEqual(bits(output));
    expect(longer.subarray(8)).toEqual(new Float32Array(8));
  });

  test("lengths of all steps are none", () => {
    const dOutput = random.normals(5 * 2 * 8);
    const run = (lengths?: Int32Array) => {
      const results = allBits(lstm.forward(x, { batch: 2, lengths }));
      return [...results, ...allBits(lstm.backward(dOutput))];
    };
    expect(run(Int32Array.of(5, 5))).toEqual(run());
  });

  test("hN is the last step of each sequence, and the first one for reverse", () => {
    const lengths = Int32Array.of(2, 5);
    const { output, hN } = lstm.forward(x, { batch: 2, lengths });
    for (const [b, length] of lengths.entries()) {
      const [last, first] = [((length - 1) * 2 + b) * 8, b * 8 + 4];
      expect(hN.data.slice((4 + b) * 4, (5 + b) * 4)).toEqual(output.data.slice(last, last + 4));
      expect(hN.data.slice((6 + b) * 4, (7 + b) * 4)).toEqual(output.data.slice(first, first + 4));
    }
  });

  // another batch gives results of other shapes, for which the memory of the old ones is free
  test.each([1, 2, 4])("its own results as arguments, batch %d after 2", (batch) => {
    const [own, other] = [0, 1].map(() =>
      softcell.lstm(sc, { inputSize: 8, hiddenSize: 4, numLayers: 2, bidirectional: true }),
    );
    other.loadStateDict(own.stateDict());
    const [input, dOutput] = [random.normals(4 * 8), random.normals(4 * 8)];
    const run = (from: Lstm): Uint32Array[] => {
      const { output, hN, cN } = from.forward(input, { batch: 2 });
      const results = allBits(own.forward(output, { batch, ...(batch === 2 && { h0: hN, c0: cN }) }));
      from.forward(input, { batch: 2 });
      const { dx, dh0, dc0 } = from.backward(dOutput);
      own.forward(input, { batch });
      // of another shape, so without it
      const gradients = own.backward(dx.data, batch === 2 ? { dhN: dh0, dcN: dc0 } : {});
      return [...results, ...allBits(gradients)];
    };
    expect(run(own)).toEqual(run(other));
  });

  test.each(["dh0", "dc0"] as const)("%s as the gradient of an output of both directions", (name) => {
    const [own, other] = [0, 1].map(() => softcell.lstm(sc, { inputSize: 3, hiddenSize: 4, bidirectional: true }));
    other.loadStateDict(own.stateDict());
    const [input, dOutput] = [random.normals(2 * 3), random.normals(2 * 8)];
    const gradients = (from: Lstm): Uint32Array[] => {
      from.forward(input, { batch: 2 });
      const before = from.backward(dOutput)[name];
      own.forward(input, { batch: 2 });
      return allBits(own.backward(before.data));
    };
    expect(gradients(own)).toEqual(gradients(other));
  });

  test("the weights are packed for forward after a change, and for sequences of other sizes", () => {
    const layer = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4, numLayers: 2 });
    const optimizer = softcell.sgd(sc, layer, { lr: 0.1 });
    const forward = (steps: number): number =>
      callsIn(sc, () => layer.forward(random.normals(3 * steps))).filter(([name]) => name === "lstmPack").length;
    expect([forward(5), forward(5), forward(4), forward(4), forward(5)]).toEqual([2, 0, 2, 0, 2]);
    for (const change of [
      () => optimizer.step(),
      () => layer.loadStateDict(layer.stateDict()),
      () => layer.params.weight_hh_l1.data.fill(1),
      () => layer.refresh(),
    ]) {
      change();
      expect([forward(5), forward(5)], String(change)).toEqual([2, 0]);
    }
    layer.zeroGrad();
    expect(forward(5)).toBe(0);
  });

  test.each<[string, LstmOptions]>([
    ["forward", { inputSize: 3, hiddenSize: 4 }],
    ["both directions", { inputSize: 3, hiddenSize: 4, numLayers: 2, bidirectional: true, batchFirst: true }],
    ["backwards", { inputSize: 3, hiddenSize: 4, goBackwards: true, returnSequences: false }],
    ["recompute", { inputSize: 3, hiddenSize: 4, recompute: true, projSize: 2 }],
  ])("2^28 steps of no sequence are no more work than one, %s", (_, options) => {
    const run = (steps: number) => {
      const sc = open(target);
      const layer = softcell.lstm(sc, options);
      return callsIn(sc, () => {
        const { output, hN } = layer.forward([], { batch: 0, steps });
        const { dx } = layer.backward([]);
        layer.forward([], { batch: 0, steps, lengths: [], training: false });
        expect([output.length, hN.length, dx.length, dx.shape.includes(steps)]).toEqual([0, 0, 0, true]);
      });
    };
    const calls = run(1);
    expect(calls.length).toBeGreaterThan(0);
    expect(run(2 ** 28)).toEqual(calls);
  });
});
