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
    ["one weight", [24], 1, 24],
    ["one weight for a matrix", [4, 6], 1, 24],
    ["a weight for each column", [4, 6], 6, 1],
    ["a weight for each channel", [2, 3, 4], 3, 4],
    ["channels of two axes", [1, 2, 3, 4], 2, 12],
  ])("prelu, %s", (_, shape, C, inner) => {
    const weight = new Random(3).floats(C);

    test("of arrays", () => {
      near(softcell.prelu(sc, X, weight, { shape }), Float32Array.from(prelu(X, weight, inner)));
      const want = preluBackward(DY, X, weight, inner);
      const { dx, dweight } = softcell.preluBackward(sc, DY, { x: X, weight, shape });
      near(dx, Float32Array.from(want.dx));
      near(dweight, want.dweight);
    });

    test("of tensors, in place of dy and of x", () => {
      const expected = softcell.preluBackward(sc, DY, { x: X, weight, shape });
      for (const place of ["dy", "x"] as const) {
        const at = { x: softcell.tensor(sc, shape, X), dy: softcell.tensor(sc, shape, DY) };
        const { dx, dweight } = softcell.preluBackward(sc, at.dy, {
          x: at.x,
          weight: softcell.tensor(sc, [C], weight),
          out: at[place],
        });
        expect(dx).toBe(at[place]);
        expect(bits(dx)).toEqual(bits(expected.dx));
        expect(dweight).toEqual(expected.dweight);
      }
      const y = softcell.prelu(sc, softcell.tensor(sc, shape, X), softcell.tensor(sc, [C], weight));
      expect(y.shape).toEqual(shape);
      expect(bits(y)).toEqual(bits(softcell.prelu(sc, X, weight, { shape })));
    });
  });

  test("nothing in, nothing out", () => {
    const empty = new Float32Array(0);
    expect(softcell.silu(sc, empty)).toEqual(empty);
    expect(softcell.prelu(sc, empty, Float32Array.of(1, 2), { shape: [3, 2, 0] })).toEqual(empty);
    const { dx, dweight } = softcell.preluBackward(sc, empty, {
      x: empty,
      weight: Float32Array.of(1, 2),
      shape: [0, 2, 5],
    });
    expect(dx).toEqual(empty);
    expect(dweight).toEqual(new Float32Array(2));
  });
});
