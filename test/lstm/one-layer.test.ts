// LSTMs of one layer and direction, and their streams.
import { beforeEach, expect, test } from "vitest";
import type { Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, grow, open } from "../support/instance.js";
import { Random } from "../support/random.js";

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });

  const x = new Random(6).normals(5 * 2 * 3);

  test("lstm: the shapes of its results", () => {
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4 });
    const { output, hN, cN } = lstm.forward(x, { batch: 2 });
    expect([output.shape, hN.shape, cN.shape]).toEqual([
      [5, 2, 4],
      [1, 2, 4],
      [1, 2, 4],
    ]);
    const turned = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4, batchFirst: true });
    expect(turned.forward(softcell.tensor(sc, [2, 5, 3], x)).output.shape).toEqual([2, 5, 4]);
    expect(turned.backward(undefined, { dhN: hN }).dx.shape).toEqual([2, 5, 3]);
    const { dx, dh0, dc0 } = lstm.backward(output);
    expect([dx.shape, dh0.shape, dc0.shape]).toEqual([
      [5, 2, 3],
      [1, 2, 4],
      [1, 2, 4],
    ]);
    expect(lstm.forward(softcell.tensor(sc, [10, 3], x)).output.shape).toEqual([10, 4]);
  });

  test("lstm: batchFirst is the transpose", () => {
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4 });
    const turned = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4, batchFirst: true });
    turned.loadStateDict(lstm.stateDict());
    const lengths = Int32Array.of(3, 5);
    const dy = new Random(8).normals(40);
    const y = lstm.forward(x, { batch: 2, lengths }).output.data.slice();
    const dx = lstm.backward(dy).dx.data.slice();
    const z = turned.forward(transposed(x, 5, 2, 3), { batch: 2, lengths }).output;
    expect(bits(transposed(z.data, 2, 5, 4))).toEqual(bits(y));
    expect(bits(transposed(turned.backward(transposed(dy, 5, 2, 4)).dx.data, 2, 5, 3))).toEqual(bits(dx));
    for (const [name, { grad }] of Object.entries(lstm.params)) {
      expect(bits(turned.params[name as softcell.LstmParameter].grad), name).toEqual(bits(grad));
    }
  });

  test("lstm: lengths cut the sequences, and what lies behind is not read", () => {
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4 });
    const padded = x.slice();
    for (const t of [3, 4]) padded.fill(Number.NaN, t * 6, t * 6 + 3);
    const { output, hN } = lstm.forward(padded, { batch: 2, lengths: Int32Array.of(3, 5) });
    expect(output.data.slice(24, 28)).toEqual(new Float32Array(4));
    const [y, h] = [output.data.slice(), hN.data.slice()];
    const { dx } = lstm.backward(y);
    expect(dx.data.slice(18, 21)).toEqual(new Float32Array(3));
    expect(dx.data.every(Number.isFinite)).toBe(true);
    const first = x.filter((_, i) => i < 18 && i % 6 < 3);
    const alone = lstm.forward(first, { batch: 1 });
    expect(bits(alone.hN)).toEqual(bits(h.subarray(0, 4)));
  });

  test.each([1, 2])("stream.step has the bits of forward, batch %d", (batch) => {
    const [I, H, T] = [3, 5, 6];
    const lstm = softcell.lstm(sc, { inputSize: I, hiddenSize: H });
    const frames = new Random(9).normals(T * batch * I);
    const [h0, c0] = [new Random(10).normals(batch * H), new Random(11).normals(batch * H)];
    const cold = lstm.forward(frames, { batch }).output.data.slice();
    const warm = lstm.forward(frames, { batch, h0, c0 }).output.data.slice();
    const stream = lstm.stream({ batch });
    const run = (): Float32Array => {
      const y = new Float32Array(T * batch * H);
      for (let t = 0; t < T; t++) {
        y.set(stream.step(frames.subarray(t * batch * I, (t + 1) * batch * I)), t * batch * H);
      }
      return y;
    };
    expect(bits(run())).toEqual(bits(cold));
    stream.reset();
    expect(bits(run())).toEqual(bits(cold));
    stream.reset({ h0, c0 });
    expect(bits(run())).toEqual(bits(warm));
    stream.reset({ h0: softcell.tensor(sc, [batch, H], h0), c0: softcell.tensor(sc, [batch, H], c0) });
    grow(sc);
    expect(bits(run())).toEqual(bits(warm));
  });

  test("stream: the next step has new weights, two streams are apart", () => {
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4 });
    const frame = x.subarray(0, 3);
    const [a, b] = [lstm.stream(), lstm.stream()];
    const first = a.step(frame).slice();
    expect(bits(b.step(frame))).toEqual(bits(first));
    expect(bits(a.step(frame))).not.toEqual(bits(first));
    lstm.loadStateDict(softcell.lstm(sc, { inputSize: 3, hiddenSize: 4 }).stateDict());
    a.reset();
    expect(bits(a.step(frame))).toEqual(bits(lstm.forward(frame).output));
  });

  test("forward cut into pieces has the bits of one call", () => {
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 5 });
    const whole = lstm.forward(x, { batch: 1 }).output.data.slice();
    const { output, hN, cN } = lstm.forward(x.subarray(0, 12), { batch: 1 });
    const start = output.data.slice();
    const rest = lstm.forward(x.subarray(12), { batch: 1, h0: hN, c0: cN }).output.data;
    expect(bits(Float32Array.from([...start, ...rest]))).toEqual(bits(whole));
  });
});

/** [a][b][n] => [b][a][n] */
function transposed(x: Float32Array, a: number, b: number, n: number): Float32Array {
  const y = new Float32Array(x.length);
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) y.set(x.subarray((i * b + j) * n, (i * b + j + 1) * n), (j * a + i) * n);
  }
  return y;
}
