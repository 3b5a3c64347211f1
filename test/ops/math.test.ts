// The parameters of the elementary functions, and prelu, as users see them.
import { beforeEach, describe, expect, test } from "vitest";
import type { Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { bits, open } from "../support/instance.js";
import { ELEMENTARY, prelu, preluBackward } from "../support/oracle/math.js";
import { Random } from "../support/random.js";
import { ulpError } from "../support/ulp.js";

const X = new Random(1).floats(24, -4, 4);
const DY = new Random(2).floats(24, -4, 4);

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });

  const near = (got: ArrayLike<number>, want: ArrayLike<number>): void => {
    expect(got).toHaveLength(want.length);
    for (let i = 0; i < want.length; i++) expect(ulpError(got[i], want[i])).toBeLessThanOrEqual(0.501);
  };

  test.each([
    ["softplus", {}, [1]],
    ["softplus", { beta: 2.5 }, [2.5]],
    ["elu", {}, [1]],
    ["elu", { alpha: 0.3 }, [0.3]],
    ["hardSigmoid", {}, [1 / 6, 0.5]],
    ["hardSigmoid", { alpha: 0.2 }, [0.2, 0.5]],
    ["hardSigmoid", { alpha: 0.2, beta: 0.4 }, [0.2, 0.4]],
    ["hardTanh", {}, [-1, 1]],
    ["hardTanh", { min: 0, max: 3 }, [0, 3]],
    ["leakyRelu", {}, [Math.fround(0.01)]],
    ["leakyRelu", { negativeSlope: 0.25 }, [0.25]],
  ] as const)("%s %j", (name, options, [a, b]) => {
    const { forward, backward, of } = ELEMENTARY[name];
    near(
      softcell[name](sc, X, options),
      X.map((x) => forward(x, a, b!)),
    );
    near(
      softcell[`${name}Backward`](sc, DY, { [of]: X, ...options } as never),
      X.map((x, i) => backward(DY[i], x, a, b!)),
    );
  });

  describe.each([
    ["one weight", [24], undefined, 1, 24],
    ["one weight for a matrix", [4, 6], undefined, 1, 24],
    ["a weight for each column", [4, 6], undefined, 6, 1],
    ["a weight for each of the last axis, as ONNX has it", [2, 3, 4], undefined, 4, 1],
    ["the same where both would fit", [2, 2, 6], undefined, 6, 1],
    ["a weight for each channel, as PyTorch has it", [2, 3, 4], 1, 3, 4],
    ["channels of two axes", [1, 2, 3, 4], -3, 2, 12],
    ["a weight for each row", [4, 6], 0, 4, 6],
  ])("prelu, %s", (_, shape, axis, C, inner) => {
    const weight = new Random(3).floats(C);

    test("of arrays", () => {
      near(softcell.prelu(sc, X, weight, { shape, axis }), Float32Array.from(prelu(X, weight, inner)));
      const want = preluBackward(DY, X, weight, inner);
      const { dx, dweight } = softcell.preluBackward(sc, DY, { x: X, weight, shape, axis });
      near(dx, Float32Array.from(want.dx));
      near(dweight, want.dweight);
    });

    test("of tensors, in place of dy and of x", () => {
      const expected = softcell.preluBackward(sc, DY, { x: X, weight, shape, axis });
      for (const place of ["dy", "x"] as const) {
        const at = { x: softcell.tensor(sc, shape, X), dy: softcell.tensor(sc, shape, DY) };
        const { dx, dweight } = softcell.preluBackward(sc, at.dy, {
          x: at.x,
          weight: softcell.tensor(sc, [C], weight),
          axis,
          out: at[place],
        });
        expect(dx).toBe(at[place]);
        expect(bits(dx)).toEqual(bits(expected.dx));
        expect(dweight).toEqual(expected.dweight);
      }
      const y = softcell.prelu(sc, softcell.tensor(sc, shape, X), softcell.tensor(sc, [C], weight), { axis });
      expect(y.shape).toEqual(shape);
      expect(bits(y)).toEqual(bits(softcell.prelu(sc, X, weight, { shape, axis })));
    });
  });

  test.each([
    [{}, -Infinity, Infinity],
    [{ min: -1 }, -1, Infinity],
    [{ max: 0.5 }, -Infinity, 0.5],
    [{ min: -0, max: 0.1 }, 0, 0.1],
    [{ min: 0.25, max: 0.25 }, 0.25, 0.25],
    [{ min: -1e-45, max: 1e-45 }, -1e-45, 1e-45],
    [{ min: -3.4028234663852886e38, max: 3.4028234663852886e38 }, -3.4028234663852886e38, 3.4028234663852886e38],
  ])("clip %j, with the gradient of torch.clamp at the bounds", (options, min, max) => {
    const edges = [min, max].filter(Number.isFinite).flatMap((bound) => {
      const value = Float32Array.of(bound, bound);
      const bits = new Int32Array(value.buffer);
      bits[0] += 1;
      return [Math.fround(bound), value[0], -value[0]];
    });
    const x = Float32Array.of(...edges, 0, -0, 0.3, -0.3, 2, -2, 1e-45, -1e-45, Infinity, -Infinity);
    const [low, high] = [Math.fround(min), Math.fround(max)];
    const y = softcell.clip(sc, x, options);
    expect([...y].map((v) => v + 0)).toEqual([...x].map((v) => Math.min(Math.max(v, low), high) + 0));
    const dx = softcell.clipBackward(
      sc,
      x.map(() => 3),
      { x, ...options },
    );
    expect([...dx]).toEqual([...x].map((v) => (v >= low && v <= high ? 3 : 0)));
    expect(softcell.clip(sc, [Number.NaN], options)[0]).toBeNaN();
    expect(() => softcell.clip(sc, x, { min: 1, max: 0.5 })).toThrow(
      '"max" expected a number from min, 1, on, got 0.5',
    );
  });

  test("a slope of several axes, as ONNX has it, is taken along the axis that it has", () => {
    const x = softcell.tensor(sc, [2, 3, 4], X);
    const slope = (...own: number[]) => softcell.tensor(sc, own, [0.1, 0.2, 0.3]);
    const want = bits(softcell.prelu(sc, x, slope(3), { axis: 1 }));
    expect(bits(softcell.prelu(sc, x, slope(3, 1), { axis: 1 }))).toEqual(want);
    expect(bits(softcell.prelu(sc, x, slope(1, 3, 1), { axis: 1 }))).toEqual(want);
    const cube = softcell.tensor(sc, [2, 3, 3], X.subarray(0, 18));
    expect(() => softcell.prelu(sc, cube, slope(3, 1))).toThrow(
      new RangeError(`"weight" expected shape [3], one for each channel, got [3,1]`),
    );
    expect(() => softcell.prelu(sc, x, slope(3))).toThrow(
      '"weight" expected 1 element or 4, one for each channel of axis 2, got 3: for channels along axis 1, as PyTorch',
    );
  });

  test("nothing in, nothing out", () => {
    const empty = new Float32Array(0);
    expect(softcell.silu(sc, empty)).toEqual(empty);
    expect(softcell.prelu(sc, empty, Float32Array.of(1, 2), { shape: [3, 0, 2] })).toEqual(empty);
    const { dx, dweight } = softcell.preluBackward(sc, empty, {
      x: empty,
      weight: Float32Array.of(1, 2),
      shape: [0, 2, 5],
      axis: 1,
    });
    expect(dx).toEqual(empty);
    expect(dweight).toEqual(new Float32Array(2));
  });
});
