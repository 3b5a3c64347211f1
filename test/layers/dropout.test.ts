// Dropout, on every backend.
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

  test("dropout: 0, or x / (1 - p), each as often as it should be, and the same in backward", () => {
    const [n, p] = [100_000, 0.3];
    const dropout = softcell.dropout(sc, { p, seed: 5 });
    const y = dropout.forward(new Float32Array(n).fill(2)).data.slice();
    const kept = Math.fround(2 * Math.fround(1 / (1 - p)));
    expect(y.every((v) => v === 0 || v === kept)).toBe(true);
    const drops = Float64Array.from(y, (v) => (v === 0 ? 1 : 0));
    // six deviations of the number of drops, and of the number of pairs of neighbours that drop
    const near = (count: number, chance: number) =>
      expect(Math.abs(count - n * chance)).toBeLessThan(6 * Math.sqrt(2 * n * chance * (1 - chance)));
    near(
      drops.reduce((a, v) => a + v, 0),
      p,
    );
    for (const lag of [1, 2, 4, 1024]) {
      near(
        drops.reduce((a, v, i) => a + v * drops[(i + lag) % n], 0),
        p * p,
      );
    }
    const dx = dropout.backward(new Float32Array(n).fill(1)).data;
    expect(dx.every((v, i) => v === (y[i] === 0 ? 0 : Math.fround(1 / (1 - p))))).toBe(true);
  });

  test("dropout: each forward has another mask, a seed gives them again", () => {
    const masks = (seed?: number) => {
      const dropout = softcell.dropout(open(target), { seed });
      return [1, 2].map(() => bits(dropout.forward(new Float32Array(64).fill(1))).join());
    };
    const [first, second] = masks(3);
    expect(first).not.toBe(second);
    expect(masks(3)).toEqual([first, second]);
    expect(masks(4)).not.toContain(first);
    expect(masks()).toEqual(masks());
  });

  test("dropout: nothing changes in inference, and no mask is drawn", () => {
    const [a, b] = [softcell.dropout(sc, { seed: 1 }), softcell.dropout(sc, { seed: 1 })];
    const special = Float32Array.of(1, -0, 1e-40, Number.NEGATIVE_INFINITY, Number.NaN);
    expect(a.forward(special, { training: false }).data).toEqual(special);
    expect(a.backward(special).data).toEqual(special);
    expect(bits(a.forward(x))).toEqual(bits(b.forward(x)));
    expect(a.forward(softcell.tensor(sc, [2, 3, 4], x)).shape).toEqual([2, 3, 4]);
    expect(softcell.dropout(sc, { p: 0 }).forward(x).data).toEqual(x);
  });

  test("dropout: a dropped element is 0, whatever it was", () => {
    const dropout = softcell.dropout(sc, { p: 0.999999, seed: 1 });
    const y = dropout.forward(new Float32Array(50).fill(Number.NaN));
    expect(y.data).toEqual(new Float32Array(50));
  });
});
