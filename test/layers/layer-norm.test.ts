// Layer normalization, on every backend.
import { beforeEach, expect, test } from "vitest";
import type { Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, open } from "../support/instance.js";
import { Random } from "../support/random.js";

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });
  const x = new Random(1).normals(24);

  test("layerNorm: shapes, first values, constant rows", () => {
    const norm = softcell.layerNorm(sc, { normalizedShape: 4 });
    expect(Object.entries(norm.stateDict()).map(([name, { shape }]) => [name, shape])).toEqual([
      ["weight", [4]],
      ["bias", [4]],
    ]);
    expect(norm.forward(softcell.tensor(sc, [2, 3, 4], x)).shape).toEqual([2, 3, 4]);
    expect(bits(norm.forward(x))).toEqual(bits(softcell.standardNormalize(sc, x, { cols: 4, eps: 1e-5 })));
    norm.params.bias.data.set([1, 2, 3, 4]);
    expect([...norm.forward(new Float32Array(4).fill(7)).data]).toEqual([1, 2, 3, 4]);
    expect(Object.keys(softcell.layerNorm(sc, { normalizedShape: 4, bias: false }).params)).toEqual(["weight"]);
    const plain = softcell.layerNorm(sc, { normalizedShape: 4, elementwiseAffine: false });
    expect(plain.params).toEqual({});
    expect(bits(plain.forward(x))).toEqual(bits(softcell.standardNormalize(sc, x, { cols: 4, eps: 1e-5 })));
    expect(bits(plain.backward(x))).toEqual(bits(softcell.standardNormalizeBackward(sc, x, { x, cols: 4, eps: 1e-5 })));
  });

  test("layerNorm over several axes has the bits of one as long as these", () => {
    const [several, one] = [[3, 4], 12].map((normalizedShape) => softcell.layerNorm(sc, { normalizedShape }));
    expect(several.normalizedShape).toEqual([3, 4]);
    expect(one.normalizedShape).toEqual([12]);
    expect(several.params.weight.shape).toEqual([3, 4]);
    const weight = new Random(3).normals(12);
    several.params.weight.data.set(weight);
    one.params.weight.data.set(weight);
    const y = several.forward(softcell.tensor(sc, [2, 3, 4], x));
    expect(y.shape).toEqual([2, 3, 4]);
    expect(bits(y)).toEqual(bits(one.forward(x)));
    const dx = several.backward(x);
    expect(dx.shape).toEqual([2, 3, 4]);
    expect(bits(dx)).toEqual(bits(one.backward(x)));
    for (const name of ["weight", "bias"] as const) {
      expect(bits(several.params[name].grad)).toEqual(bits(one.params[name].grad));
    }
    expect(several.forward(x).shape).toEqual([2, 3, 4]);
    expect(several.share().forward(x).shape).toEqual([2, 3, 4]);
    expect(() => several.forward(softcell.tensor(sc, [2, 4, 3], x))).toThrow(
      new RangeError('"x" expected shape [..., 3, 4], got [2,4,3]'),
    );
    expect(() => several.forward(x.subarray(0, 4))).toThrow('"x" expected a multiple of 12 elements, got 4');
  });

  test("layerNorm: gradients of the input and the parameters, which add up", () => {
    const norm = softcell.layerNorm(sc, { normalizedShape: 4 });
    norm.params.weight.data.set([0.5, -1, 2, 0.1]);
    const dy = new Random(2).normals(24);
    const loss = (y: Float32Array): number => y.reduce((sum, v, i) => sum + v * dy[i], 0);
    norm.forward(x);
    const dx = norm.backward(dy).data.slice();
    expect(softcell.gradCheck((v) => loss(norm.forward(v).data), x, dx)).toMatchObject({ ok: true });
    for (const { data, grad } of Object.values(norm.params)) {
      const before = data.slice();
      const at = (values: Float32Array): number => {
        data.set(values);
        return loss(norm.forward(x).data);
      };
      expect(softcell.gradCheck(at, before, grad.slice())).toMatchObject({ ok: true });
      data.set(before);
    }
    const once = norm.params.weight.grad.slice();
    norm.forward(x);
    norm.backward(dy);
    norm.params.weight.grad.forEach((v, i) => {
      expect(v).toBeCloseTo(2 * once[i], 5);
    });
  });

  test("layerNorm takes its own result, forward and backward", () => {
    const norm = softcell.layerNorm(sc, { normalizedShape: 4 });
    const twice = bits(norm.forward(norm.forward(x).data.slice()));
    expect(bits(norm.forward(norm.forward(x)))).toEqual(twice);
    const dx = bits(norm.backward(x));
    norm.forward(norm.forward(x));
    expect(bits(norm.backward(softcell.tensor(sc, [6, 4], x)))).toEqual(dx);
  });
});
