// Linear layers, on every backend: what must change no bit, and when the weight is packed again.

import { beforeEach, expect, test } from "vitest";
import type { Linear, Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, callsIn, open } from "../support/instance.js";
import { linear as truth } from "../support/oracle/kernels.js";
import { Random } from "../support/random.js";
import { shaped } from "../support/state.js";

/** Rows, inputs and outputs. */
const SIZES = [
  [2, 1, 1],
  [5, 3, 4],
  [9, 17, 33],
  [66, 8, 13],
  [300, 5, 9],
];

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });

  test.each([true, false])("a row alone is the row in a batch, bias %s", (bias) => {
    const random = new Random(1);
    for (const [rows, I, O] of SIZES) {
      const layer = softcell.linear(sc, { inFeatures: I, outFeatures: O, bias });
      const [x, dy] = [random.normals(rows * I), random.normals(rows * O)];
      const y = bits(layer.forward(x));
      const dx = bits(layer.backward(dy));
      for (let r = 0; r < rows; r++) {
        const row = bits(layer.forward(x.subarray(r * I, (r + 1) * I)));
        expect(row).toEqual(y.subarray(r * O, (r + 1) * O));
        const drow = bits(layer.backward(dy.subarray(r * O, (r + 1) * O)));
        expect(drow).toEqual(dx.subarray(r * I, (r + 1) * I));
      }
    }
  });

  test("a batch cut for gradient accumulation, the last rows first, is the whole batch", () => {
    const random = new Random(2);
    for (const [rows, I, O] of SIZES) {
      const layer = softcell.linear(sc, { inFeatures: I, outFeatures: O });
      const [x, dy] = [random.normals(rows * I), random.normals(rows * O)];
      const before = Object.values(layer.params).map(({ length }) => random.normals(length));
      const run = (cuts: number[]): Uint32Array[] => {
        Object.values(layer.params).forEach(({ grad }, i) => {
          grad.set(before[i]);
        });
        let end = rows;
        for (const from of [...cuts, 0]) {
          layer.forward(x.subarray(from * I, end * I));
          layer.backward(dy.subarray(from * O, end * O));
          end = from;
        }
        return Object.values(layer.params).map(({ grad }) => bits(grad));
      };
      const whole = run([]);
      const each = Array.from({ length: rows - 1 }, (_, r) => rows - 1 - r);
      for (const cuts of [[1], [rows - 1], [rows >> 1, rows >> 2], each]) {
        expect(run(cuts), `${rows} rows, ${I} to ${O}, cut at ${cuts}`).toEqual(whole);
      }
    }
  });

  test("the last gradient of its input is taken as dOutput, whole and in part", () => {
    const random = new Random(3);
    const [rows, n] = [6, 40];
    const [x, dy] = [random.normals(rows * n), random.normals(rows * n)];
    const run = (own: boolean, part: number): Uint32Array[] => {
      const layer = softcell.linear(open(target), { inFeatures: n, outFeatures: n });
      layer.forward(x);
      const dx = layer.backward(dy).data;
      layer.zeroGrad();
      layer.forward(x.subarray(0, part));
      const upstream = dx.subarray(0, part);
      const second = bits(layer.backward(own ? upstream : upstream.slice()));
      return [second, ...Object.values(layer.params).map(({ grad }) => bits(grad))];
    };
    for (const part of [rows * n, 2 * n]) expect(run(true, part)).toEqual(run(false, part));
  });

  /** How often each kernel that packs was called while f ran. */
  function packings(f: () => void): [pack: number, packTransposed: number] {
    const called = callsIn(sc, f).map(([name]) => name);
    const times = (kernel: string) => called.filter((name) => name === kernel).length;
    return [times("pack"), times("packTransposed")];
  }

  const X = new Random(4).normals(6);
  const DY = new Random(5).normals(4);
  const pass = (layer: Linear): void => {
    layer.forward(X);
    layer.backward(DY);
  };

  test("the weight is packed at the first forward and backward, and after a change", () => {
    const layer = softcell.linear(sc, { inFeatures: 3, outFeatures: 2 });
    const optimizer = softcell.sgd(sc, [layer, softcell.linear(sc, { inFeatures: 1, outFeatures: 1 })], { lr: 0.1 });
    const three = (): void => [0, 1, 2].forEach(() => void pass(layer));
    expect(packings(() => layer.forward(X))).toEqual([0, 1]);
    expect(packings(three)).toEqual([1, 0]);
    expect(packings(three)).toEqual([0, 0]);
    for (const change of [
      () => optimizer.step(),
      () => layer.loadStateDict(layer.stateDict()),
      () => softcell.fillUniform(sc, layer.params.weight),
      () => layer.params.weight.data.fill(1),
      () => layer.refresh(),
    ]) {
      change();
      expect(packings(three), String(change)).toEqual([1, 1]);
    }
    layer.zeroGrad();
    layer.params.weight.grad.fill(1);
    optimizer.zeroGrad();
    expect(packings(three)).toEqual([0, 0]);
  });

  test("after a change forward and backward have the new weight", () => {
    const layer = softcell.linear(sc, { inFeatures: 3, outFeatures: 2 });
    const { weight, bias } = layer.params;
    const optimizer = softcell.adam(sc, layer, { lr: 0.1 });
    const kept = weight.data;
    pass(layer);
    const check = (what: string): void => {
      const [y, dx] = [layer.forward(X).data.slice(), layer.backward(DY).data.slice()];
      // read afterwards, as that counts as a change
      const { weight, bias } = layer.stateDict();
      truth(X, weight.data, bias.data, 2, 3, 2).forEach((v, i) => {
        expect(y[i], what).toBeCloseTo(v, 5);
      });
      dx.forEach((v, i) => {
        const [row, k] = [Math.floor(i / 3), i % 3];
        expect(v, what).toBeCloseTo(DY[2 * row] * weight.data[k] + DY[2 * row + 1] * weight.data[3 + k], 5);
      });
    };
    optimizer.step();
    check("step");
    layer.loadStateDict(shaped(layer, { weight: new Random(6).normals(6), bias: new Random(7).normals(2) }));
    check("loadStateDict");
    softcell.fillNormal(sc, weight);
    softcell.fillConstant(sc, bias, 3);
    check("fill");
    weight.data[1] = 7;
    check("data");
    pass(layer);
    kept[2] = -8;
    layer.refresh();
    check("refresh");
  });
});
