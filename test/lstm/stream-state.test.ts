// The state of a stream: saved, restored and forked with every bit.
import { expect, test } from "vitest";
import type { LstmOptions } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, open } from "../support/instance.js";
import { Random } from "../support/random.js";

const KINDS: [name: string, options: LstmOptions][] = [
  ["two layers", { inputSize: 3, hiddenSize: 5, numLayers: 2 }],
  ["one layer", { inputSize: 40, hiddenSize: 30 }],
  ["options", { inputSize: 3, hiddenSize: 5, numLayers: 2, projSize: 2, peepholes: true }],
];

describeEach(["strict", "relaxed", "js"], (target) => {
  const sc = open(target);

  test.each(KINDS)("save, restore and fork, %s", (_, options) => {
    const lstm = softcell.lstm(sc, options);
    const random = new Random(4);
    const [batch, n] = [3, 3 * options.inputSize];
    const frames = Array.from({ length: 6 }, () => random.normals(n));
    const run = (stream: { step(frame: Float32Array): Float32Array }, from: number): Uint32Array[] =>
      frames.slice(from).map((frame) => bits(stream.step(frame)));

    const stream = lstm.stream({ batch });
    for (const frame of frames.slice(0, 3)) stream.step(frame);
    const state = stream.save();
    const fork = stream.fork();
    const want = run(stream, 3);
    expect(run(fork, 3)).toEqual(want);
    stream.restore(state);
    expect(run(stream, 3)).toEqual(want);
    const later = lstm.stream({ batch });
    later.restore(state);
    expect(run(later, 3)).toEqual(want);
    later.restore(state);
    expect(later.save()).toEqual(state);
  });

  test.each(KINDS)("sessions are reset, saved and restored one by one, %s", (_, options) => {
    const lstm = softcell.lstm(sc, options);
    const random = new Random(9);
    const { inputSize: I } = options;
    const frames = Array.from({ length: 4 }, () => random.normals(3 * I));
    const [all, one] = [lstm.stream({ batch: 3 }), lstm.stream()];
    const R = lstm.outputSize;
    const alone = (frame: Float32Array, b: number) => bits(one.step(frame.subarray(b * I, (b + 1) * I)));
    const ofBatch = (output: Float32Array, b: number) => bits(output.subarray(b * R, (b + 1) * R));

    for (const frame of frames.slice(0, 2)) all.step(frame);
    const [first, third] = [all.save({ session: 0 }), all.save({ session: 2 })];
    all.reset({ session: 1 });
    one.restore(third);
    expect(all.save({ session: 0 })).toEqual(first);
    const output = all.step(frames[2]).slice();
    expect(ofBatch(output, 2)).toEqual(alone(frames[2], 2));
    one.reset();
    expect(ofBatch(output, 1)).toEqual(alone(frames[2], 1));
    // the third goes on in the place of the first, and a state of one's own in that of the second
    const state = { h0: random.normals(lstm.numLayers * R), c0: random.normals(lstm.numLayers * lstm.hiddenSize) };
    all.restore(third, { session: 0 });
    all.reset({ ...state, session: 1 });
    const next = all.step(frames[3]).slice();
    one.restore(third);
    expect(ofBatch(next, 0)).toEqual(alone(frames[3], 0));
    one.reset(state);
    expect(ofBatch(next, 1)).toEqual(alone(frames[3], 1));
  });

  test("the next step has the weights as they are, peepholes too, and the state stays", () => {
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 5, peepholes: true });
    const optimizer = softcell.sgd(sc, lstm, { lr: 0.5 });
    const [stream, frame] = [lstm.stream(), Float32Array.of(1, -2, 0.5)];
    stream.step(frame);
    const { h, c } = stream.save();
    const steps = (): [kept: Uint32Array, now: Uint32Array] => {
      stream.restore({ h, c });
      return [bits(stream.step(frame)), bits(lstm.forward(frame, { h0: h, c0: c, training: false }).output)];
    };
    const seen = [bits(stream.step(frame))];
    const kept = lstm.params.weight_ih_l0.data;
    for (const change of [
      () => lstm.params.weight_ch_l0.data.fill(2),
      () => {
        lstm.forward(frame);
        lstm.backward(Float32Array.of(1, 2, 3, 4, 5));
        optimizer.step();
      },
      () => lstm.loadStateDict(softcell.lstm(sc, { inputSize: 3, hiddenSize: 5, peepholes: true }).stateDict()),
      () => softcell.fillConstant(sc, lstm.params.bias_ih_l0, 0.25),
      () => {
        kept.fill(0.125);
        lstm.refresh();
      },
    ]) {
      change();
      const [got, want] = steps();
      expect(got, String(change)).toEqual(want);
      for (const before of seen) expect(got, String(change)).not.toEqual(before);
      seen.push(got);
    }
    // a view that was kept, and nobody has said so
    kept.fill(1);
    expect(steps()[0]).toEqual(seen[seen.length - 1]);
  });

  test("what does not fit is refused, and the state stays", () => {
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 5 });
    const stream = lstm.stream();
    stream.step(Float32Array.of(1, 2, 3));
    const state = stream.save();
    const { h, c } = state;
    for (const [wrong, kind] of [
      [null, TypeError],
      [{ h }, TypeError],
      [{ h: null, c }, TypeError],
      [{ h, c: new Float32Array(4) }, RangeError],
      [{ h, c, x: 1 }, RangeError],
    ] as const) {
      expect(() => stream.restore(wrong as never)).toThrow(kind);
    }
    expect(stream.save()).toEqual(state);
    stream.dispose();
    for (const call of [() => stream.save(), () => stream.restore(state), () => stream.fork()])
      expect(call).toThrow(Error);
  });
});
