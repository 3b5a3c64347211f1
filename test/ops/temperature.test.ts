// The range of temperatures that is let in: the size of 1 / temperature is one that float32 has.
import { describe, expect, test } from "vitest";
import {
  gumbelSoftmax,
  logSoftmax,
  logSoftmaxBackward,
  logSumExp,
  logSumExpBackward,
  type Softcell,
  softmax,
  softmaxBackward,
  sparsemax,
  sphericalSoftmax,
  taylorSoftmax,
} from "../../src/index.js";
import { bits, open } from "../support/instance.js";

/** The smallest and the largest in size whose inverse is neither infinite nor 0 in float32. */
const ENDS = [2 ** -128 * (1 + 2 ** -24), 2 ** 150 * (1 - 2 ** -53)].flatMap((t) => [t, -t]);
const X = Float32Array.of(1, -2, 3e38, 0, 1e-40, -1e30);
const CALLS: Record<string, (sc: Softcell, temperature: number) => Float32Array> = {
  softmax: (sc, temperature) => softmax(sc, X, { temperature }),
  softmaxBackward: (sc, temperature) => softmaxBackward(sc, X, softmax(sc, X), { temperature }),
  logSoftmax: (sc, temperature) => logSoftmax(sc, X, { temperature }),
  logSoftmaxBackward: (sc, temperature) => logSoftmaxBackward(sc, X, logSoftmax(sc, X), { temperature }),
  logSumExp: (sc, temperature) => logSumExp(sc, X, { temperature }),
  logSumExpBackward: (sc, temperature) => logSumExpBackward(sc, Float32Array.of(3), X, { temperature }),
  taylorSoftmax: (sc, temperature) => taylorSoftmax(sc, X, { temperature }),
  sphericalSoftmax: (sc, temperature) => sphericalSoftmax(sc, X, { temperature }),
  sparsemax: (sc, temperature) => sparsemax(sc, X, { temperature }),
  gumbelSoftmax: (sc, temperature) => gumbelSoftmax(sc, X, { temperature: Math.abs(temperature), seed: 1 }).soft,
};

describe.each(Object.keys(CALLS))("%s", (name) => {
  test.each(ENDS)("temperature %d: the bits of strict on js", (temperature) => {
    const [strict, js] = (["strict", "js"] as const).map((target) => CALLS[name](open(target), temperature));
    expect(bits(js)).toEqual(bits(strict));
  });
});

test("what is just inside keeps the order of softmax, a smaller one only the largest", () => {
  const sc = open("strict");
  expect([...softmax(sc, Float32Array.of(1, 2, 3), { temperature: ENDS[0] })]).toEqual([0, 0, 1]);
  const [a, b] = softmax(sc, Float32Array.of(-3e38, 3e38), { temperature: 2 ** 127 });
  expect([a, b].map((v) => v.toFixed(3))).toEqual(["0.029", "0.971"]);
});
