// The memory of a training step is that of the formula in docs/lstm.md.
import { expect, test } from "vitest";
import type { LstmForwardOptions, LstmOptions } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { open, piecesOf } from "../support/instance.js";

const B = 16;

/** Which steps are taken, if not all. */
const STEPS: Record<string, (T: number) => LstmForwardOptions> = {
  lengths: (T) => ({ lengths: new Int32Array(B).fill(T) }),
  mask: (T) => ({ mask: new Uint8Array(T * B).fill(1) }),
};

/** Bytes of a step of training, what is kept and scratch, for inputs that are tensors. */
function measured(options: LstmOptions, T: number, steps?: string) {
  const sc = open("strict");
  const lstm = softcell.lstm(sc, options);
  const x = softcell.tensor(sc, [T, B, lstm.inputSize]);
  const directions = lstm.bidirectional ? 2 : 1;
  const width = directions * lstm.outputSize;
  const dOutput = softcell.tensor(sc, options.returnSequences === false ? [B, width] : [T, B, width]);
  const before = sc.memoryUsage.used;
  lstm.forward(x, steps === undefined ? {} : STEPS[steps](T));
  lstm.backward(dOutput);
  return { kept: sc.memoryUsage.used - before, scratch: piecesOf(sc).scratch.size };
}

/** What one layer and direction keeps of a step of a sequence, in numbers of 4 bytes. */
const perStep = ({ hiddenSize: H, projSize: R = 0 }: LstmOptions): number => (R ? 11 * H + R : 7 * H);

function formula(options: LstmOptions, T: number, steps?: string) {
  const { inputSize: I, hiddenSize: H, projSize, numLayers: L = 1, bidirectional = false, recompute = false } = options;
  const [R, D] = [projSize ?? H, bidirectional ? 2 : 1];
  const inputs = Array.from({ length: L }, (_, k) => (k === 0 ? I : D * R));
  const S = recompute ? Math.ceil(Math.sqrt(T)) : T;
  const units = inputs.reduce((sum, own) => sum + D * perStep({ ...options, inputSize: own }) * S, 0);
  const again = recompute ? L * D * ((T / S - 1) * (H + R) + S * R) : 0;
  const reverse = bidirectional ? inputs.reduce((sum, own) => sum + (own + R) * T, 0) : 0;
  const { goBackwards = false, returnSequences = true } = options;
  const moved = goBackwards || !returnSequences || steps === "mask";
  const orders = (bidirectional || moved || steps ? 3 : 0) + (!returnSequences ? D : moved ? 2 * D + D * R : 0);
  return {
    kept: 4 * B * (T * (2 * I + L * D * R + orders) + units + again + reverse),
    scratch:
      4 * B * T * ((L > 1 ? Math.max(I, D * R) + D * R : I) + (moved ? D * R : 0)) +
      (bidirectional ? 4 * B * T * (Math.max(...inputs) + R) : 0),
  };
}

test.each<[string, LstmOptions, string?]>([
  ["one layer", { inputSize: 80, hiddenSize: 64 }],
  ["a projection", { inputSize: 16, hiddenSize: 32, projSize: 16 }],
  ["two layers", { inputSize: 80, hiddenSize: 64, numLayers: 2 }],
  ["both directions", { inputSize: 80, hiddenSize: 64, bidirectional: true }],
  ["two layers of both", { inputSize: 80, hiddenSize: 64, numLayers: 2, bidirectional: true }],
  ["recompute", { inputSize: 80, hiddenSize: 64, recompute: true }],
  [
    "recompute, two layers of both",
    { inputSize: 80, hiddenSize: 64, numLayers: 2, bidirectional: true, recompute: true },
  ],
  ["lengths", { inputSize: 80, hiddenSize: 64 }, "lengths"],
  ["lengths of both directions", { inputSize: 80, hiddenSize: 64, bidirectional: true }, "lengths"],
  ["a mask", { inputSize: 80, hiddenSize: 64, numLayers: 2, bidirectional: true }, "mask"],
  ["backwards", { inputSize: 80, hiddenSize: 64, goBackwards: true }],
  ["the last step", { inputSize: 80, hiddenSize: 64, bidirectional: true, returnSequences: false }],
])("%s", (_, options, steps) => {
  // what does not depend on T falls out of the difference
  const [short, long] = [256, 1024];
  const got = [short, long].map((T) => measured(options, T, steps));
  const want = [short, long].map((T) => formula(options, T, steps));
  expect(got[1].kept - got[0].kept).toBe(want[1].kept - want[0].kept);
  expect(got[1].scratch - got[0].scratch).toBe(want[1].scratch - want[0].scratch);
});

test("recompute keeps a third and less", () => {
  const options = { inputSize: 16, hiddenSize: 128 };
  const [all, part] = [false, true].map((recompute) => measured({ ...options, recompute }, 400).kept);
  expect(part / all).toBeLessThan(1 / 3);
});
