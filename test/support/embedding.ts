// What the programs of examples/embedding print, said by the library.

import * as softcell from "../../src/index.js";
import { shaped } from "./state.js";

/** n numbers that are exact in float32, as those programs have them. */
export const numbers = (n: number, seed: number) =>
  Float32Array.from({ length: n }, (_, i) => (((i + seed) * 37) % 101) / 64 - 0.78125);

const bits = (x: Float32Array) =>
  [...new Uint32Array(x.slice().buffer)].map((v) => v.toString(16).padStart(8, "0")).join(" ");

/** The first outputs of a stream of an LSTM with these weights. */
export async function streamed(I: number, H: number, B: number): Promise<Float32Array[]> {
  const sc = await softcell.init({ backend: "strict" });
  const lstm = softcell.lstm(sc, { inputSize: I, hiddenSize: H });
  lstm.loadStateDict(
    shaped(lstm, {
      weight_ih_l0: numbers(4 * H * I, 1),
      weight_hh_l0: numbers(4 * H * H, 2),
      bias_ih_l0: numbers(4 * H, 3),
      bias_hh_l0: numbers(4 * H, 4),
    }),
  );
  const stream = lstm.stream({ batch: B });
  return [0, 1, 2].map((t) => stream.step(numbers(B * I, 5 + t)).slice());
}

/** The lines. */
export async function expected(): Promise<string[]> {
  const sc = await softcell.init({ backend: "strict" });
  const steps = (await streamed(48, 32, 1)).map((y, t) => `step ${t} ${bits(y)}`);
  return [`softmax ${bits(softcell.softmax(sc, numbers(10, 0), { cols: 5 }))}`, ...steps];
}
