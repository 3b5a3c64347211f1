// LstmCell: a loop of steps has the bits of a layer, forward and back; gates and tanh(c) against the oracle; memory.

import { expect, test } from "vitest";
import type { LstmCell, LstmCellStep, Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, difference, open } from "../support/instance.js";
import { CHOICES, type Drawn, drawLstm, layerOptions, run } from "../support/lstm/cases.js";
import * as oracle from "../support/oracle/lstm.js";
import { type Draw, holds } from "../support/property.js";
import { Random } from "../support/random.js";
import { shaped } from "../support/state.js";
import { roundings, Worst } from "../support/worst.js";

/** Layers of one forward direction, small, large or general. */
function draws(draw: Draw): Drawn {
  const cells = CHOICES.filter((choice) => !["numLayers", "bidirectional", "reverse"].includes(choice));
  return draw.pick([true, true, false])
    ? drawLstm(draw, draw.flag() ? cells : [], { T: 4, B: 3, I: 5, H: 6, layers: 1 })
    : drawLstm(draw, [], { T: 3, B: 2, I: 45, H: 40, layers: 1, least: 25 });
}

function cellOf(sc: Softcell, { options, parameters, ...drawn }: Drawn): LstmCell {
  const { numLayers: _, direction: __, ...rest } = options;
  const { inputSize, hiddenSize, projSize, bias, peepholes, clip, inputForget, activations } = layerOptions({
    options: rest,
    parameters,
    ...drawn,
  });
  const cell = softcell.lstmCell(sc, {
    inputSize,
    hiddenSize,
    projSize,
    bias,
    peepholes,
    clip,
    inputForget,
    activations,
  });
  cell.loadStateDict(Object.fromEntries(Object.entries(parameters).map(([name, v]) => [name.replace("_l0", ""), v])));
  return cell;
}

/** Steps over the whole input, each a step of the cell. */
function stepsOf(cell: LstmCell, { T, x, h0, c0 }: Drawn["given"]): LstmCellStep[] {
  const steps: LstmCellStep[] = [];
  for (let t = 0; t < T; t++) {
    const before = steps[t - 1] ?? { h: h0, c: c0 };
    steps.push(cell.forward(x.subarray((t * x.length) / T, ((t + 1) * x.length) / T), before));
  }
  return steps;
}

function expectSame(got: Record<string, Float32Array>, want: Record<string, Float32Array>): void {
  for (const [name, values] of Object.entries(want)) {
    const at = difference(got[name], values);
    if (at >= 0) expect.fail(`${name}, element ${at}: ${got[name][at]}, of the layer ${values[at]}`);
  }
}

const join = (parts: Float32Array[]): Float32Array => Float32Array.from(parts.flatMap((part) => [...part]));

describeEach(["strict", "relaxed", "js"], (target) => {
  holds("a loop has the bits of a layer, forward and back", (draw) => {
    const drawn = draws(draw);
    const { T, B, dhN, dcN } = drawn.given;
    const sc = open(target);
    const lstm = softcell.lstm(sc, layerOptions(drawn));
    lstm.loadStateDict(shaped(lstm, drawn.parameters));
    const none = new Float32Array(drawn.given.dOutput.length);
    const want = run(lstm, { ...drawn.given, lengths: undefined, dOutput: none });

    const cell = cellOf(sc, drawn);
    const steps = stepsOf(cell, drawn.given);
    const last = steps[T - 1];
    const got: Record<string, Float32Array> = {
      output: join(steps.map(({ h }) => h.data)),
      hN: last.h.data.slice(),
      cN: last.c.data.slice(),
    };
    const dxs: Float32Array[] = [];
    let gradients = cell.backward(last, { dh: dhN, dc: dcN });
    for (let t = T - 1; ; t--) {
      dxs.unshift(gradients.dx.data.slice());
      if (t === 0) break;
      gradients = cell.backward(steps[t - 1], gradients);
    }
    Object.assign(got, { dx: join(dxs), dh0: gradients.dh.data.slice(), dc0: gradients.dc.data.slice() });
    for (const [name, { grad }] of Object.entries(cell.params)) got[`${name}_l0`] = grad.slice();
    expectSame(got, want);
    expect(last.h.shape).toEqual([B, cell.outputSize]);
  });

  holds("gates and tanh(c) are those of the oracle", (draw) => {
    const drawn = draws(draw);
    const { options, parameters, given } = drawn;
    const { B } = given;
    const H = options.hiddenSize;
    const cell = cellOf(open(target), drawn);
    const { steps } = oracle.lstm({ ...options, ...given, lengths: undefined, parameters });
    const [first] = stepsOf(cell, { ...given, T: 1, x: given.x.subarray(0, B * options.inputSize) });
    // a pre-activation sums such terms, whose x are below 5 and whose weights are below 1 / sqrt(H)
    const terms = (5 * (options.inputSize + H)) / Math.sqrt(H) + 2;
    // the slopes are at most 1; an activation adds 3 roundings
    const gate = (roundings(options.inputSize) + roundings(H) + 1 + 3) * 2 ** -24 * terms;
    const worst = new Worst();
    for (let b = 0; b < B; b++) {
      const { i, f, g, o, t } = steps[0][b];
      const own = (all: Float32Array, n: number) => all.subarray(b * n, (b + 1) * n);
      worst.within("gates", own(first.gates.data, 4 * H), Float64Array.from([...i, ...f, ...g, ...o]), () => gate);
      // c' = f c + i g, where c is below 5 and g below the sum of the terms
      worst.within("tanhC", own(first.tanhC.data, H), t, () => (5 + 2 * terms) * gate);
    }
    worst.expectAtMost(1);
  });

  const sizes = { inputSize: 3, hiddenSize: 2 };
  const x = new Random(3).normals(6);

  test("one sequence, and none", () => {
    const sc = open(target);
    const cell = softcell.lstmCell(sc, sizes);
    const single = cell.forward(softcell.tensor(sc, [3], x.subarray(0, 3)));
    expect([single.h, single.c, single.gates, single.tanhC].map(({ shape }) => shape)).toEqual([[2], [2], [8], [2]]);
    expect(cell.backward(single).dx.shape).toEqual([3]);
    expect(bits(cell.forward(x).h).subarray(0, 2)).toEqual(bits(single.h));
    const empty = cell.forward(new Float32Array(0));
    expect(empty.gates.shape).toEqual([0, 8]);
    expect(cell.backward(empty).dx.shape).toEqual([0, 3]);
  });

  test("a step keeps its memory until dispose(), and what backward needs until it has run", () => {
    const sc = open(target);
    const cell = softcell.lstmCell(sc, sizes);
    cell.backward(cell.forward(x));
    const before = sc.memoryUsage.used;
    const inference = cell.forward(x, {}, { training: false });
    const without = sc.memoryUsage.used - before;
    inference.dispose();
    expect(sc.memoryUsage.used).toBe(before);
    const step = cell.forward(x);
    expect(sc.memoryUsage.used - before).toBeGreaterThan(without);
    cell.backward(step);
    expect(sc.memoryUsage.used - before).toBe(without);
    expect(step.h.disposed).toBe(false);
    step.dispose();
    expect(sc.memoryUsage.used).toBe(before);
    // one of its tensors may go before
    const lean = cell.forward(x);
    lean.gates.dispose();
    lean.dispose();
    expect(sc.memoryUsage.used).toBe(before);
    expect(() => lean.dispose()).toThrow("this step is disposed");
    // steps outlive their cell
    const last = cell.forward(x);
    cell.dispose();
    last.dispose();
    expect(last.h.disposed).toBe(true);
  });

  test("what is wrong is refused, and the step can still be used", () => {
    const sc = open(target);
    const [cell, other] = [softcell.lstmCell(sc, sizes), softcell.lstmCell(sc, sizes)];
    const step = cell.forward(x);
    const { used } = sc.memoryUsage;
    const wrong: [() => unknown, typeof Error, string][] = [
      [() => cell.forward(x.subarray(1)), RangeError, `"x" expected a multiple of 3 elements, got 5`],
      [() => cell.forward(softcell.tensor(sc, [1, 2, 3])), RangeError, `"x" expected shape [batch, 3], got [1,2,3]`],
      [() => cell.forward(x, { h: new Float32Array(2) }), RangeError, `"state.h" expected length 4, got 2`],
      [
        () => cell.forward(x, { c: softcell.tensor(sc, [4, 1]) }),
        RangeError,
        `"state.c" expected shape [2,2], got [4,1]`,
      ],
      [() => cell.backward(step, { dh: new Float32Array(3) }), RangeError, `"upstream.dh" expected length 4, got 3`],
      [() => other.backward(step), TypeError, `"step" expected one of this cell, got one of another`],
      [() => cell.backward({} as never), TypeError, `"step" expected what forward has returned, got Object`],
      [() => cell.backward(cell.forward(x, {}, { training: false })), Error, "expected a step with training before it"],
    ];
    for (const [call, kind, text] of wrong) {
      expect(call).toThrow(kind);
      expect(call).toThrow(text);
    }
    expect(used).toBeLessThanOrEqual(sc.memoryUsage.used);
    cell.backward(step);
    expect(() => cell.backward(step)).toThrow("lstmCell: backward expected a step with training before it, and once");
    step.dispose();
    expect(() => step.dispose()).toThrow("disposed");
  });
});
