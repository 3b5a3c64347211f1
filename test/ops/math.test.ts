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
    const { forward, backward } = ELEMENTARY[name];
    near(
      softcell[name](sc, X, options),
      X.map((x) => forward(x, a, b!)),
    );
    near(
      softcell[`${name}Backward`](sc, DY, X, options),
      X.map((x, i) => backward(DY[i], x, a, b!)),
    );
  });

  const ENDS = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    -0,
    1,
    -1,
    100,
    -100,
    800,
    -800,
    3e38,
    -3e38,
    1e-40,
  ];
  const AT = (v: number) => (v <= 0 && v >= 0 ? `${1 / v < 0 ? "-" : ""}0` : String(v));
  const { exp } = Math;
  const logistic = (x: number) => 1 / (1 + exp(-x));

  /** The gradients as their docstrings have them, in float64. */
  const GRADIENTS = {
    expm1: (dy: number, x: number) => dy * exp(x),
    elu: (dy: number, x: number) => (x > 0 ? dy : dy * exp(x)),
    log: (dy: number, x: number) => dy / x,
    log1p: (dy: number, x: number) => dy / (1 + x),
    logSigmoid: (dy: number, x: number) => dy * logistic(-x),
    softplus: (dy: number, x: number) => dy * logistic(x),
    silu: (dy: number, x: number) => dy * logistic(x) * (1 + x * logistic(-x)),
    softsign: (dy: number, x: number) => (Number.isFinite(x) ? dy / (1 + Math.abs(x)) ** 2 : Number.NaN),
    exp: (dy: number, y: number) => dy * y,
    sigmoid: (dy: number, y: number) => dy * (y * (1 - y)),
    tanh: (dy: number, y: number) => dy * (1 - y * y),
    relu: (dy: number, y: number) => (y <= 0 ? 0 : dy),
    leakyRelu: (dy: number, x: number) => (x > 0 ? dy : dy * Math.fround(0.01)),
    hardTanh: (dy: number, x: number) => (x <= -1 || x >= 1 ? 0 : dy),
    hardSigmoid: (dy: number, x: number) => (x / 6 + 0.5 > 0 && x / 6 + 0.5 < 1 ? dy / 6 : 0),
  };

  test.each(Object.keys(GRADIENTS) as (keyof typeof GRADIENTS)[])(
    "%sBackward of NaN, infinities and what is huge",
    (name) => {
      for (const dy of ENDS) {
        const got = softcell[`${name}Backward`](
          sc,
          ENDS.map(() => dy),
          ENDS,
        );
        for (const [i, v] of ENDS.entries()) {
          // the arrays are float32
          const wanted = GRADIENTS[name](Math.fround(dy), Math.fround(v));
          expect(
            ulpError(got[i], wanted + 0) <= 0.51 || got[i] === wanted,
            `dy ${AT(dy)}, v ${AT(v)}: ${got[i]}, not ${wanted}`,
          ).toBe(true);
        }
      }
    },
  );

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
      const { dx, dweight } = softcell.preluBackward(sc, DY, X, weight, { shape });
      near(dx, Float32Array.from(want.dx));
      near(dweight, want.dweight);
    });

    test("of tensors, in place of dy and of x", () => {
      const expected = softcell.preluBackward(sc, DY, X, weight, { shape });
      for (const place of ["dy", "x"] as const) {
        const at = { x: softcell.tensor(sc, shape, X), dy: softcell.tensor(sc, shape, DY) };
        const { dx, dweight } = softcell.preluBackward(sc, at.dy, at.x, softcell.tensor(sc, [C], weight), {
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
    const { dx, dweight } = softcell.preluBackward(sc, empty, empty, Float32Array.of(1, 2), { shape: [0, 2, 5] });
    expect(dx).toEqual(empty);
    expect(dweight).toEqual(new Float32Array(2));
  });
});
