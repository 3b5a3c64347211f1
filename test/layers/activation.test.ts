// Activations as layers: the results and gradients of the functions, bit for bit, whatever the function takes for its own.
import { beforeEach, describe, expect, test } from "vitest";
import type { ActivationName, ActivationOptions, Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, open } from "../support/instance.js";
import { ELEMENTARY } from "../support/oracle/math.js";
import { Random } from "../support/random.js";

const CALLS: [ActivationName, ActivationOptions][] = [
  ["sigmoid", {}],
  ["logSigmoid", {}],
  ["tanh", {}],
  ["softplus", {}],
  ["softplus", { beta: 2 }],
  ["silu", {}],
  ["elu", {}],
  ["elu", { alpha: 0.5 }],
  ["softsign", {}],
  ["hardSigmoid", {}],
  ["hardSigmoid", { alpha: 0.2, beta: 0.4 }],
  ["hardTanh", {}],
  ["hardTanh", { min: 0, max: 2 }],
  ["relu", {}],
  ["leakyRelu", {}],
  ["leakyRelu", { negativeSlope: 0.3 }],
];

const random = new Random(1);
const [X, DY] = [random.normals(12, 2), random.normals(12)];

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });

  describe.each(CALLS)("%s %j", (name, options) => {
    const functions = () => {
      const y = softcell[name](sc, X, options);
      const of = ELEMENTARY[name].of;
      const given = { ...options, [of]: of === "y" ? y : X } as never;
      return { y, dx: softcell[`${name}Backward`](sc, DY, given) };
    };

    test("has the bits of the functions, of arrays and of tensors", () => {
      const want = functions();
      const layer = softcell.activation(sc, name, options);
      for (const [x, dy] of [
        [X, DY],
        [softcell.tensor(sc, [3, 4], X), softcell.tensor(sc, [3, 4], DY)],
      ]) {
        expect(bits(layer.forward(x))).toEqual(bits(want.y));
        expect(bits(layer.backward(dy))).toEqual(bits(want.dx));
      }
      expect(layer.forward(softcell.tensor(sc, [3, 4], X)).shape).toEqual([3, 4]);
      expect(layer.backward(DY).shape).toEqual([3, 4]);
      expect(() => layer.backward(DY)).toThrow("activation: backward expected a forward before it");
    });

    test("keeps what backward needs, whatever becomes of the input and the result", () => {
      const want = functions();
      const layer = softcell.activation(sc, name, options);
      const x = softcell.tensor(sc, [12], X);
      const y = layer.forward(x);
      x.data.fill(7);
      y.data.fill(7);
      expect(bits(layer.backward(DY))).toEqual(bits(want.dx));
    });

    test("of its own result, and the gradient of its own gradient", () => {
      const layer = softcell.activation(sc, name, options);
      const y = softcell[name](sc, X, options);
      expect(bits(layer.forward(layer.forward(X)))).toEqual(bits(softcell[name](sc, y, options)));
      const second = softcell.activation(sc, name, options);
      second.forward(X);
      const dx = second.backward(DY);
      const copy = dx.data.slice();
      second.forward(X);
      const again = second.backward(dx).data.slice();
      second.forward(X);
      expect(bits(second.backward(copy))).toEqual(bits(again));
    });
  });

  test("share() is used twice before a backward", () => {
    const left = softcell.activation(sc, "tanh");
    const right = left.share();
    left.forward([1]);
    right.forward([2]);
    expect(left.backward([1]).data[0]).toBeCloseTo(1 - Math.tanh(1) ** 2, 6);
    expect(right.backward([1]).data[0]).toBeCloseTo(1 - Math.tanh(2) ** 2, 6);
    expect(String(left)).toBe('activation { name: "tanh" }');
  });

  test("options are those of the function", () => {
    const call = (name: string, options: object) => () => softcell.activation(sc, name as ActivationName, options);
    expect(call("gelu", {})).toThrow(RangeError);
    expect(call("gelu", {})).toThrow('"name" expected one of sigmoid, logSigmoid');
    expect(call("toString", {})).toThrow(RangeError);
    expect(call("relu", { alpha: 1 })).toThrow(RangeError);
    expect(call("elu", { beta: 1 })).toThrow('"options" expected alpha, got "beta"');
    expect(call("softplus", { beta: 0 })).toThrow('"beta" expected');
  });
});
