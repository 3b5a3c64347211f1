// Truncated back-propagation through time: forward in chunks with the state carried on, backward through each chunk.

import { expect, test } from "vitest";
import type { Softcell, Tensor } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, open } from "../support/instance.js";
import { layerRoundings } from "../support/lstm/bounds.js";
import { CHOICES, drawLstm, layerOptions } from "../support/lstm/cases.js";
import * as oracle from "../support/oracle/lstm.js";
import { holds } from "../support/property.js";
import { Random } from "../support/random.js";
import { shaped } from "../support/state.js";
import { largest, Worst } from "../support/worst.js";

const U = 2 ** -24;
const CHUNK = 3;

describeEach(["strict", "relaxed", "js"], (target) => {
  holds("the gradients of chunks are those of the oracle, added up", (draw) => {
    const choices = CHOICES.filter((choice) => choice !== "bidirectional" && choice !== "reverse");
    const drawn = drawLstm(draw, choices, { T: 8, B: 3, I: 5, H: 6, layers: 2 });
    const { options, parameters } = drawn;
    const { T, B, x, dOutput, h0, c0 } = drawn.given;
    const sc = open(target);
    const lstm = softcell.lstm(sc, { ...layerOptions(drawn), stateful: true });
    lstm.loadStateDict(shaped(lstm, parameters));
    const want = Object.fromEntries(
      Object.entries(parameters).map(([name, { length }]) => [name, new Float64Array(length)]),
    );
    let state: { h0: ArrayLike<number>; c0: ArrayLike<number> } = { h0, c0 };
    for (let t = 0; t < T; t += CHUNK) {
      const steps = Math.min(CHUNK, T - t);
      const part = (values: Float32Array) =>
        values.subarray((t * values.length) / T, ((t + steps) * values.length) / T);
      lstm.forward(part(x), { batch: B, ...(t === 0 && { h0, c0 }) });
      lstm.backward(part(dOutput));
      const p: oracle.Lstm = { ...options, parameters, T: steps, B, x: part(x), ...state };
      const none = [h0, c0].map(({ length }) => new Float64Array(length));
      const { parameters: gradients } = oracle.lstmBackward(p, part(dOutput), none[0], none[1]);
      for (const [name, own] of Object.entries(gradients))
        own.forEach((v, i) => {
          want[name][i] += v;
        });
      const { hN, cN } = oracle.lstm(p);
      state = { h0: hN, c0: cN };
    }
    const worst = new Worst();
    const { layers } = oracle.shapeOf(options);
    const n = layers.reduce((sum, [{ I }]) => sum + layerRoundings(options, T, B, I).back, 0);
    const scale = Math.max(...Object.values(want).map(largest));
    for (const [name, { grad }] of Object.entries(lstm.params)) {
      worst.within(name, grad, want[name], () => n * U * scale);
    }
    worst.expectAtMost(1);
  });

  test("states that are passed on are those that a stateful layer carries", () => {
    const options = { inputSize: 3, hiddenSize: 4 };
    const random = new Random(5);
    const x = random.normals(6 * 2 * options.inputSize);
    const dOutput = random.normals(3 * 2 * options.hiddenSize);
    const train = (sc: Softcell, stateful: boolean): Uint32Array[] => {
      const lstm = softcell.lstm(sc, { ...options, stateful });
      const optimizer = softcell.sgd(sc, lstm, { lr: 0.1 });
      let state: { h0?: Tensor; c0?: Tensor } = {};
      for (const part of [x.subarray(0, x.length / 2), x.subarray(x.length / 2)]) {
        const { hN, cN } = lstm.forward(part, { batch: 2, ...state });
        lstm.backward(dOutput);
        optimizer.step();
        optimizer.zeroGrad();
        if (!stateful) state = { h0: hN, c0: cN };
      }
      return Object.values(lstm.params).map(({ data }) => bits(data));
    };
    expect(train(open(target), true)).toEqual(train(open(target), false));
  });
});
