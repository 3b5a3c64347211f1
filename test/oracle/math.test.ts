// The gradients of the oracle's elementary functions against central differences.
import { expect, test } from "vitest";
import { ELEMENTARY, type Elementary, type ElementaryName, prelu, preluBackward } from "../support/oracle/math.js";
import { Random } from "../support/random.js";

const STEP = 1e-5;

test.each(Object.keys(ELEMENTARY) as ElementaryName[])("%s", (name) => {
  const { forward, backward, of, parameters }: Elementary = ELEMENTARY[name];
  const positive = name === "log" || name === "log1p";
  for (const [a, b] of parameters) {
    for (const x of new Random(1).floats(100, positive ? 0.1 : -4, 4)) {
      const want = (forward(x + STEP, a, b) - forward(x - STEP, a, b)) / (2 * STEP);
      const got = backward(1, of === "y" ? forward(x, a, b) : x, a, b);
      // STEP^2 of the third derivative; a knot within STEP is not among the numbers
      expect(Math.abs(got - want), `at ${x}: ${got}, by differences ${want}`).toBeLessThan(
        1e-7 * Math.max(1, Math.abs(a ?? 1) ** 3, want),
      );
    }
  }
});

test("prelu", () => {
  const random = new Random(2);
  const [N, C, inner] = [2, 3, 4];
  const [x, dy, weight] = [random.normals(N * C * inner), random.normals(N * C * inner), random.normals(C)].map((v) =>
    Float64Array.from(v),
  );
  const loss = (v: Float64Array, w: Float64Array) => prelu(v, w, inner).reduce((sum, y, i) => sum + y * dy[i], 0);
  const { dx, dweight } = preluBackward(dy, x, weight, inner);
  for (const [values, gradient] of [
    [x, dx],
    [weight, dweight],
  ]) {
    for (let i = 0; i < values.length; i++) {
      const at = (step: number) => {
        const kept = values[i];
        values[i] += step;
        const result = loss(x, weight);
        values[i] = kept;
        return result;
      };
      expect(gradient[i]).toBeCloseTo((at(STEP) - at(-STEP)) / (2 * STEP), 8);
    }
  }
});
