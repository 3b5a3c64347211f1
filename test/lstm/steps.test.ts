// Which steps an LSTM takes: mask, goBackwards and returnSequences give the bits of a layer whose sequences were put together
// by hand; stateful layers go on where they were, and recompute changes no bit.

import { expect, test } from "vitest";
import type { Lstm, LstmOptions, Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, difference, open } from "../support/instance.js";
import { CHOICES, type Drawn, drawLstm, layerOptions, run } from "../support/lstm/cases.js";
import { shapeOf } from "../support/oracle/lstm.js";
import { type Draw, holds } from "../support/property.js";
import { Random } from "../support/random.js";
import { shaped } from "../support/state.js";

const SMALL = { T: 6, B: 3, I: 5, H: 6, layers: 2 };
const LARGE = { T: 5, B: 2, I: 45, H: 40, layers: 2, least: 25 };

function draws(draw: Draw): Drawn {
  return drawLstm(draw, CHOICES, draw.pick([true, true, false]) ? SMALL : LARGE);
}

function layer(sc: Softcell, drawn: Drawn, options: Partial<LstmOptions> = {}): Lstm {
  const lstm = softcell.lstm(sc, { ...layerOptions(drawn), ...options });
  lstm.loadStateDict(shaped(lstm, drawn.parameters));
  return lstm;
}

function expectSame(got: Record<string, Float32Array>, want: Record<string, Float32Array>): void {
  for (const [name, values] of Object.entries(want)) {
    const at = difference(got[name], values);
    if (at >= 0) expect.fail(`${name}, element ${at}: ${got[name][at]}, by hand ${values[at]}`);
  }
}

/** How the steps of a case are taken. */
interface Taking {
  goBackwards: boolean;
  returnSequences: boolean;
  mask?: Uint8Array;
  lengths?: Int32Array;
}

/** Each sequence has a step at least. */
function drawTaking(draw: Draw, { T, B, lengths }: Drawn["given"]): Taking {
  const mask = Uint8Array.from(draw.random().ints(T * B, 2));
  for (let b = 0; b < B; b++) mask[draw.size(T - 1) * B + b] = 1;
  const steps = draw.pick([{ mask }, { mask }, { lengths }, {}]);
  return { goBackwards: draw.flag(), returnSequences: draw.flag(), ...steps };
}

/** The steps of each sequence in the order in which they are taken. */
function stepsOf({ T, B }: Drawn["given"], { goBackwards, mask, lengths }: Taking): number[][] {
  return Array.from({ length: B }, (_, b) => {
    const all = Array.from({ length: T }, (_, t) => t);
    const valid = all.filter((t) => (mask ? mask[t * B + b] : t < (lengths?.[b] ?? T)));
    return goBackwards ? valid.reverse() : valid;
  });
}

/** to[t][b] = from[of(t, b)][b], for [T][B][width]; undefined: 0. */
function moved(
  from: Float32Array,
  T: number,
  B: number,
  width: number,
  of: (t: number, b: number) => number | undefined,
) {
  const to = new Float32Array(T * B * width);
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      const row = of(t, b);
      if (row !== undefined)
        to.set(from.subarray((row * B + b) * width, (row * B + b + 1) * width), (t * B + b) * width);
    }
  }
  return to;
}

describeEach(["strict", "js"], (target) => {
  holds("mask, goBackwards and returnSequences", (draw) => {
    const drawn = draws(draw);
    const { given, options } = drawn;
    const { T, B } = given;
    const taking = drawTaking(draw, given);
    const { goBackwards, returnSequences, mask, lengths } = taking;
    const { inputSize: I } = options;
    const { width, P } = shapeOf(options);
    const steps = stepsOf(given, taking);
    const place = (t: number): number => (goBackwards ? T - 1 - t : t);
    // a reverse direction has taken its last step at the first one
    const turned = (column: number): boolean => options.direction === "reverse" || column >= P;
    const last = (b: number, column: number): number => (turned(column) ? 0 : steps[b].length - 1);

    const dOutput = returnSequences ? given.dOutput : given.dOutput.subarray(0, B * width);
    const sequences = {
      ...given,
      lengths: Int32Array.from(steps, ({ length }) => length),
      x: moved(given.x, T, B, I, (t, b) => steps[b][t]),
      dOutput: returnSequences
        ? moved(dOutput, T, B, width, (t, b) => (t < steps[b].length ? place(steps[b][t]) : undefined))
        : Float32Array.from({ length: T * B * width }, (_, i) => {
            const [row, column] = [Math.floor(i / width), i % width];
            return Math.floor(row / B) === last(row % B, column) ? dOutput[(row % B) * width + column] : 0;
          }),
    };
    const sc = open(target);
    const byHand = run(layer(sc, drawn), sequences);
    const at = (t: number, b: number): number | undefined => {
      const j = steps[b].indexOf(t);
      return j < 0 ? undefined : j;
    };
    const want = {
      ...byHand,
      dx: moved(byHand.dx, T, B, I, at),
      output: returnSequences
        ? moved(byHand.output, T, B, width, (t, b) => at(place(t), b))
        : Float32Array.from({ length: B * width }, (_, i) => {
            const [b, column] = [Math.floor(i / width), i % width];
            return byHand.output[(last(b, column) * B + b) * width + column];
          }),
    };
    const x = given.x.map((v, i) => {
      const row = Math.floor(i / I);
      return at(Math.floor(row / B), row % B) === undefined ? Number.NaN : v;
    });
    const lstm = layer(sc, drawn, { goBackwards, returnSequences });
    expectSame(run(lstm, { ...given, x, dOutput, mask, lengths }), want);
  });

  holds("recompute changes no bit", (draw) => {
    const drawn = draws(draw);
    const sc = open(target);
    const taking = drawTaking(draw, drawn.given);
    const { goBackwards, mask, lengths } = taking;
    const given = { ...drawn.given, mask, lengths };
    const [plain, again] = [false, true].map((recompute) => layer(sc, drawn, { goBackwards, recompute }));
    expectSame(run(again, given), run(plain, given));
  });

  const random = new Random(7);
  const SIZES = { inputSize: 3, hiddenSize: 4 };

  test("a sequence without any step keeps its state", () => {
    for (const options of [{}, { bidirectional: true }, { projSize: 2 }, { inputSize: 40, hiddenSize: 30 }]) {
      for (const returnSequences of [true, false]) {
        const sc = open(target);
        const lstm = softcell.lstm(sc, { ...SIZES, ...options, returnSequences });
        const [I, H, R, D] = [lstm.inputSize, lstm.hiddenSize, lstm.outputSize, lstm.bidirectional ? 2 : 1];
        const [h0, c0] = [random.normals(D * 2 * R), random.normals(D * 2 * H)];
        const mask = Uint8Array.of(1, 0, 1, 0, 0, 0);
        const { output, hN, cN } = lstm.forward(random.normals(6 * I), { batch: 2, h0, c0, mask });
        const rows = Array.from({ length: output.length / (D * R) }, (_, r) => r).filter((r) => r % 2 === 1);
        for (const r of rows) expect(output.data.subarray(r * D * R, (r + 1) * D * R)).toEqual(new Float32Array(D * R));
        const { dx, dh0, dc0 } = lstm.backward(random.normals(output.length), { dhN: h0, dcN: c0 });
        for (let d = 0; d < D; d++) {
          const second = (v: Float32Array, n: number) => v.slice((2 * d + 1) * n, (2 * d + 2) * n);
          for (const state of [hN, dh0]) expect(second(state.data, R)).toEqual(second(h0, R));
          for (const state of [cN, dc0]) expect(second(state.data, H)).toEqual(second(c0, H));
        }
        const steps = Array.from({ length: 6 }, (_, r) => dx.data.slice(r * I, (r + 1) * I));
        for (const r of [1, 3, 4, 5]) expect(steps[r]).toEqual(new Float32Array(I));
      }
    }
  });

  test("a mask lies as x does", () => {
    const sc = open(target);
    const lstm = softcell.lstm(sc, SIZES);
    const turned = softcell.lstm(sc, { ...SIZES, batchFirst: true });
    turned.loadStateDict(lstm.stateDict());
    const x = random.normals(3 * 2 * 3);
    const swap = (v: Float32Array, a: number, b: number, n: number) =>
      v.map((_, i) => v[(Math.floor(i / n) % a) * b * n + Math.floor(i / (a * n)) * n + (i % n)]);
    const { output, hN } = lstm.forward(x, { batch: 2, mask: Uint8Array.of(1, 0, 0, 1, 1, 1) });
    const mask = Uint8Array.of(1, 0, 1, 0, 1, 1);
    const other = turned.forward(swap(x, 3, 2, 3), { batch: 2, mask });
    expect(bits(other.output)).toEqual(bits(swap(output.data, 3, 2, 4)));
    expect(bits(other.hN)).toEqual(bits(hN));
  });

  test("the shapes of results without sequences", () => {
    const sc = open(target);
    const lstm = softcell.lstm(sc, { ...SIZES, bidirectional: true, returnSequences: false });
    expect(lstm.forward(softcell.tensor(sc, [5, 3])).output.shape).toEqual([8]);
    expect(lstm.backward(softcell.tensor(sc, [8])).dx.shape).toEqual([5, 3]);
    expect(lstm.forward(softcell.tensor(sc, [5, 2, 3])).output.shape).toEqual([2, 8]);
    expect(lstm.backward(softcell.tensor(sc, [2, 8])).dx.shape).toEqual([5, 2, 3]);
    expect(lstm.forward(new Float32Array(0), { batch: 0, steps: 2 }).output.shape).toEqual([0, 8]);
  });

  test("a stateful layer goes on from its last state, until resetStates()", () => {
    const sc = open(target);
    const plain = softcell.lstm(sc, { ...SIZES, numLayers: 2 });
    const lstm = softcell.lstm(sc, { ...SIZES, numLayers: 2, stateful: true });
    lstm.loadStateDict(plain.stateDict());
    const x = random.normals(6 * 2 * 3);
    const all = bits(plain.forward(x, { batch: 2 }).output);
    const part = (from: number, to: number) => bits(lstm.forward(x.subarray(from * 6, to * 6), { batch: 2 }).output);
    const first = () => expect(part(0, 2)).toEqual(all.subarray(0, 2 * 8));
    first();
    // an evaluation goes on, too
    expect(bits(lstm.forward(x.subarray(2 * 6, 5 * 6), { batch: 2, training: false }).output)).toEqual(
      all.subarray(2 * 8, 5 * 8),
    );
    expect(() => lstm.forward(x.subarray(0, 3))).toThrow(`"batch" expected 2, that of the states before resetStates()`);
    expect(part(5, 6)).toEqual(all.subarray(5 * 8));
    lstm.resetStates();
    first();
    // given states count, and are what the next goes on from
    lstm.forward(x.subarray(0, 6), { batch: 2, h0: new Float32Array(16), c0: new Float32Array(16) });
    expect(part(1, 2)).toEqual(all.subarray(8, 2 * 8));
    lstm.resetStates();
    const { hN, cN } = lstm.forward(x.subarray(0, 3));
    expect(hN.shape).toEqual([2, 1, 4]);
    const before = bits(hN);
    cN.dispose();
    expect(() => lstm.forward(x.subarray(0, 3))).toThrow("a stateful forward expected hN and cN of the one before");
    lstm.resetStates();
    expect(bits(lstm.forward(x.subarray(0, 3)).hN)).toEqual(before);
  });
});
