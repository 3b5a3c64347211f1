// Moments that decay, and clipping, at the ends of float32.
import { expect, test } from "vitest";
import * as softcell from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { open } from "../support/instance.js";

const MIN_NORMAL = 2 ** -126;

describeEach(["strict", "relaxed", "js"], (target) => {
  test.each([
    ["sgd", { lr: 0.1, momentum: 0.7 }],
    ["adam", { betas: [0.7, 0.9] }],
    ["adam", { betas: [0.7, 0.9], amsgrad: true }],
    ["adamW", { betas: [0.7, 0.9] }],
    ["rmsprop", { alpha: 0.9 }],
    ["rmsprop", { alpha: 0.9, centered: true, momentum: 0.7 }],
  ] as const)("the moments of %s %j never become denormal numbers", (name, options) => {
    const sc = open(target);
    const layer = softcell.linear(sc, { inFeatures: 5, outFeatures: 1, seed: 1 });
    const optimizer = softcell[name](sc, layer, options as { lr: number });
    for (const [i] of layer.params.weight.grad.entries()) layer.params.weight.grad[i] = 10 ** -i;
    optimizer.step();
    layer.zeroGrad();
    for (let step = 2; step <= 1600; step++) {
      optimizer.step();
      for (const [key, { data }] of Object.entries(optimizer.stateDict())) {
        const wrong = Array.from(data).find((v) => v !== 0 && Math.abs(v) < MIN_NORMAL);
        expect(wrong, `${key} in step ${step}`).toBeUndefined();
      }
    }
    const left = Object.entries(optimizer.stateDict()).filter(([key]) => !key.endsWith("step"));
    const kept = name === "adam" && "amsgrad" in options ? "max_exp_avg_sq" : "none";
    for (const [key, { data }] of left)
      if (!key.endsWith(kept))
        expect(
          [...data].every((v) => v === 0),
          key,
        ).toBe(true);
  });

  test("an eps that hides nothing flushes no second moment", () => {
    const sc = open(target);
    const layer = softcell.linear(sc, { inFeatures: 1, outFeatures: 1, bias: false, seed: 1 });
    const optimizer = softcell.adam(sc, layer, { lr: 0.1, eps: 0 });
    const { weight } = layer.params;
    weight.data[0] = 1;
    // squares that are denormal numbers
    for (let i = 0; i < 40; i++) {
      weight.grad[0] = 1e-20;
      optimizer.step();
    }
    expect(weight.data[0]).toBeCloseTo(1 - 40 * 0.1, 2);
  });

  test.each([
    [2e38, 1e-6],
    [2e38, 1e-8],
    [3e38, 1e-30],
    [1e-20, 1e-30],
    [1, 1e-38],
  ])("clipGradNorm of gradients of %d to %d", (size, most) => {
    const sc = open(target);
    const layer = softcell.linear(sc, { inFeatures: 16, outFeatures: 1, bias: false });
    layer.params.weight.grad.fill(size);
    const norm = softcell.clipGradNorm(sc, layer, most);
    expect(norm / (4 * Math.fround(size))).toBeCloseTo(1, 12);
    for (const g of layer.params.weight.grad) {
      const wanted = Math.fround(size) * (most / (norm + 1e-6));
      expect(Math.abs(g - wanted)).toBeLessThanOrEqual(Math.max(wanted * 2 ** -23, 2 ** -150));
    }
  });
});
