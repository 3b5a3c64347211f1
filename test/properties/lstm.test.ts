// Drawn LSTM layers with all their options, on every backend: against the oracle, against layers put together by hand, and
// what must change no bit.

import { expect } from "vitest";
import type { Floats, Lstm, Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { difference, open } from "../support/instance.js";
import { layerRoundings } from "../support/lstm/bounds.js";
import { CHOICES, type Choice, type Drawn, drawLstm, type Given, layerOptions, run } from "../support/lstm/cases.js";
import { byHand } from "../support/lstm/stack.js";
import * as oracle from "../support/oracle/lstm.js";
import { type Draw, holds } from "../support/property.js";
import { shaped } from "../support/state.js";
import { largest, type Numbers, Worst } from "../support/worst.js";

const PYTORCH = ["numLayers", "bidirectional", "reverse"] as const;

const U = 2 ** -24;

/** Small layers most of the time. */
function draws(draw: Draw, ...others: Choice[]): Drawn {
  const choices = [...(draw.flag() ? CHOICES : PYTORCH), ...others];
  return draw.pick([true, true, true, false])
    ? drawLstm(draw, choices, { T: 6, B: 3, I: 6, H: 7, layers: 3 })
    : drawLstm(draw, choices, { T: 4, B: 2, I: 45, H: 40, layers: 2, least: 25 });
}

function layer(sc: Softcell, drawn: Drawn, options: { batchFirst?: boolean } = {}): Lstm {
  const lstm = softcell.lstm(sc, { ...layerOptions(drawn), ...options });
  lstm.loadStateDict(shaped(lstm, drawn.parameters));
  return lstm;
}

function expectSame(got: Record<string, Floats>, want: Record<string, Floats>): void {
  for (const [name, values] of Object.entries(want)) {
    const at = difference(got[name], values);
    if (at >= 0) expect.fail(`${name}, element ${at} of ${values.length}: the bits differ`);
  }
}

interface Compared {
  name: string;
  got: Numbers;
  want: Numbers;
  /** Absolute values that are added up. */
  terms?: Numbers;
}

/** Each layer of `stack` against the oracle that is given the same. */
function expectAccurate(drawn: Drawn, stack: ReturnType<typeof byHand>): void {
  const { options, parameters, given } = drawn;
  const { inputs, upstreams } = stack;
  const results: Record<string, Float32Array> = stack.results;
  const { H, P, layers } = oracle.shapeOf(options);
  const p: oracle.Lstm = { ...options, ...given, parameters, inputs, upstreams };
  const want = oracle.lstm(p);
  const back = oracle.lstmBackward(p, given.dOutput, given.dhN, given.dcN);
  const worst = new Worst();
  const each = (arrays: Compared[], n: number): void => {
    const scale = Math.max(...arrays.map(({ want, terms }) => largest(terms ?? want)));
    for (const { name, got, want } of arrays) worst.within(name, got, want, () => n * U * scale);
  };
  for (const [k, units] of layers.entries()) {
    const { forward, back: bound } = layerRoundings(options, given.T, given.B, units[0].I);
    const part = (name: string, values: Float64Array, width: number): Compared => {
      const n = units.length * given.B * width;
      const [got, want] = [results[name], values].map((all) => all.subarray(k * n, (k + 1) * n));
      return { name: `${name} of layer ${k}`, got, want };
    };
    const output = { name: `output of layer ${k}`, got: stack.outputs[k], want: want.outputs[k] };
    each([output, part("hN", want.hN, P), part("cN", want.cN, H)], forward);
    const names = Object.keys(parameters).filter((name) => name.includes(`_l${k}`));
    // each direction is rounded, and then their sum
    const terms = units.length > 1 ? back.terms[k].map((v) => 2 * v) : back.terms[k];
    const dx = { name: `dx of layer ${k}`, got: stack.dxs[k], want: back.dxs[k], terms };
    const gradients = names.map((name) => ({ name, got: results[name], want: back.parameters[name] }));
    each([dx, part("dh0", back.dh0, P), part("dc0", back.dc0, H), ...gradients], bound);
  }
  worst.expectAtMost(1);
}

/** The steps of sequence b of x [T][B][width], those that it has. */
function pick(x: Float32Array, { T, B }: Given, b: number, steps = T): Float32Array {
  const width = x.length / (T * B);
  return x.filter((_, i) => Math.floor(i / width) % B === b && i < steps * B * width);
}

/** The part of sequence b of states [units][B][width]. */
const pickState = (x: Float32Array, B: number, units: number, b: number): Float32Array =>
  x.filter((_, i) => Math.floor(i / (x.length / (units * B))) % B === b);

/** [a][b][n] => [b][a][n] */
function transposed(x: Float32Array, a: number, b: number): Float32Array {
  const n = x.length / (a * b);
  return x.map((_, i) => x[(Math.floor(i / n) % a) * b * n + Math.floor(i / (a * n)) * n + (i % n)]);
}

describeEach(["strict", "relaxed", "js"], (target) => {
  holds("layers and directions put together by hand are the same bits, and each is near the oracle", (draw) => {
    const sc = open(target);
    const drawn = draws(draw, "dropout");
    const stack = byHand(sc, drawn);
    expectSame(run(layer(sc, drawn), drawn.given), stack.results);
    expectAccurate(drawn, stack);
  });
});

describeEach(["strict", "relaxed", "js"], (target) => {
  holds("a cell with options that change nothing gives the bits of PyTorch's", (draw) => {
    const sc = open(target);
    const { options, ...drawn } = drawLstm(draw, PYTORCH, { T: 6, B: 3, I: 20, H: 20, layers: 2 });
    const [got, want] = [{ ...options, clip: 1e30 }, options].map((own) => {
      return run(layer(sc, { ...drawn, options: own }), drawn.given);
    });
    expectSame(got, want);
  });
});

holds("strict gives the bits of js", (draw) => {
  const drawn = draws(draw, "dropout");
  const [got, want] = (["strict", "js"] as const).map((target) => run(layer(open(target), drawn), drawn.given));
  expectSame(got, want);
});

describeEach(["strict", "js"], (target) => {
  holds("a sequence of a batch is the sequence alone, cut at its length, whatever lies behind", (draw) => {
    const drawn = draws(draw);
    const { T, B, x, dOutput, lengths, mask: _, ...states } = drawn.given;
    const { units } = oracle.shapeOf(drawn.options);
    const lstm = layer(open(target), drawn);
    const behind = (values: Float32Array): Float32Array => {
      const width = values.length / (T * B);
      const isBehind = (row: number) => lengths && Math.floor(row / B) >= lengths[row % B];
      return values.map((v, i) => (isBehind(Math.floor(i / width)) ? Number.NaN : v));
    };
    const whole = run(lstm, { ...drawn.given, x: behind(x), dOutput: behind(dOutput) });
    for (let b = 0; b < B; b++) {
      const steps = lengths ? lengths[b] : T;
      const own = Object.entries(states).map(([name, v]) => [name, pickState(v, B, units, b)]);
      const alone = run(lstm, {
        ...(Object.fromEntries(own) as typeof states),
        T: steps,
        B: 1,
        x: pick(x, drawn.given, b, steps),
        dOutput: pick(dOutput, drawn.given, b, steps),
      });
      for (const name of ["output", "dx"]) {
        const padded = new Float32Array((alone[name].length / steps) * T);
        padded.set(alone[name]);
        expectSame({ [name]: pick(whole[name], drawn.given, b) }, { [name]: padded });
      }
      for (const name of ["hN", "cN", "dh0", "dc0"]) {
        expectSame({ [name]: pickState(whole[name], B, units, b) }, { [name]: alone[name] });
      }
    }
  });

  holds("a sequence in two pieces, forward and back", (draw) => {
    const drawn = draws(draw);
    const { T, B, x, h0, c0, dOutput, dhN, dcN } = drawn.given;
    // the other direction starts at the end
    if (T === 1 || drawn.options.direction !== "forward") return;
    const sc = open(target);
    const [a, b] = [layer(sc, drawn), layer(sc, drawn)];
    const whole = run(a, { ...drawn.given, lengths: undefined });
    const cut = draw.size(T - 1, 1);
    const pieces = (values: Float32Array) => [
      values.subarray(0, (cut * values.length) / T),
      values.subarray((cut * values.length) / T),
    ];
    const [xs, dys] = [pieces(x), pieces(dOutput)];
    const first = a.forward(xs[0], { batch: B, h0, c0 });
    const last = b.forward(xs[1], { batch: B, h0: first.hN, c0: first.cN });
    const output = joined(first.output, last.output);
    expectSame({ output, hN: last.hN, cN: last.cN }, { output: whole.output, hN: whole.hN, cN: whole.cN });
    const end = b.backward(dys[1], { dhN, dcN });
    a.zeroGrad();
    const grads = Object.values(b.params).map(({ grad }) => grad);
    Object.values(a.params).forEach(({ grad }, i) => {
      grad.set(grads[i]);
    });
    const start = a.backward(dys[0], { dhN: end.dh0, dcN: end.dc0 });
    const { output: _, hN, cN, ...back } = whole;
    const gradients = Object.fromEntries(Object.entries(a.params).map(([name, { grad }]) => [name, grad]));
    expectSame({ ...start, ...gradients, dx: joined(start.dx, end.dx) }, back);
  });

  holds("a stream", (draw) => {
    const drawn = draws(draw);
    if (drawn.options.direction !== "forward") return;
    const { T, B, x, h0, c0 } = drawn.given;
    const lstm = layer(open(target), drawn);
    const { output } = lstm.forward(x, { batch: B, h0, c0 });
    const stream = lstm.stream({ batch: B });
    stream.reset({ h0, c0 });
    const y = new Float32Array(output.length);
    for (let t = 0; t < T; t++) {
      y.set(stream.step(x.subarray((t * x.length) / T, ((t + 1) * x.length) / T)), (t * y.length) / T);
    }
    expectSame({ y }, { y: output });
  });

  holds("batchFirst is the transpose", (draw) => {
    const drawn = draws(draw);
    const { T, B, x, dOutput } = drawn.given;
    const sc = open(target);
    const want = run(layer(sc, drawn), drawn.given);
    const turned = { ...drawn.given, x: transposed(x, T, B), dOutput: transposed(dOutput, T, B) };
    const got = run(layer(sc, drawn, { batchFirst: true }), turned);
    for (const name of ["output", "dx"]) got[name] = transposed(got[name], B, T);
    expectSame(got, want);
  });

  holds("forward without training", (draw) => {
    const drawn = draws(draw);
    const { T, B, x, h0, c0, lengths } = drawn.given;
    const lstm = layer(open(target), drawn);
    const { output, hN, cN } = run(lstm, drawn.given);
    const got = lstm.forward(x, { batch: B, steps: T, h0, c0, lengths, training: false });
    expectSame({ ...got }, { output, hN, cN });
  });
});

function joined(a: Floats, b: Floats): Float32Array {
  const [from, to] = [a, b].map((v) => (v instanceof Float32Array ? v : v.data));
  return Float32Array.from([...from, ...to]);
}
