// Optimisers, schedules and layer normalization against PyTorch in float64: test/pytorch/train.py wrote what it does.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as softcell from "../../src/index.js";
import {
  cosineSchedule,
  layerNorm,
  linear,
  oneCycleSchedule,
  type Schedule,
  stepSchedule,
  warmupSchedule,
} from "../../src/index.js";
import { describeEach } from "../support/backends.js";
import { open } from "../support/instance.js";
import { ulp32 } from "../support/ulp.js";
import { largest, Worst } from "../support/worst.js";

interface Optimized {
  name: "sgd" | "adam" | "adamW" | "rmsprop";
  options: { lr: number; groups?: object[] };
  path: number[][];
}
interface Expected {
  start: number[];
  gradients: number[][];
  optimizers: Optimized[];
  schedules: Record<string, number[]>;
  layerNorm: Record<"x" | "dy" | "weight" | "bias" | "y" | "dx" | "dweight" | "dbias", number[]>;
}

const want: Expected = JSON.parse(readFileSync(new URL("../pytorch/train.json", import.meta.url), "utf8"));
const U = 2 ** -24;

describeEach(["strict", "relaxed", "js"], (target) => {
  test.each(want.optimizers.map((c) => [`${c.name} ${JSON.stringify(c.options)}`, c] as const))("%s", (_, expected) => {
    const { name, options, path } = expected;
    const sc = open(target);
    // the last value is a bias
    const layer = linear(sc, { inFeatures: want.start.length - 1, outFeatures: 1 });
    const { weight, bias } = layer.params;
    const load = (to: "data" | "grad", values: number[]) => {
      weight[to].set(values.slice(0, -1));
      bias[to].set(values.slice(-1));
    };
    load("data", want.start);
    const optimizer = softcell[name](sc, layer, options);
    const worst = new Worst();
    const moved = want.start.map(Math.abs);
    path.forEach((values, step) => {
      load("grad", want.gradients[step]);
      optimizer.step();
      const before = step === 0 ? want.start : path[step - 1];
      for (let i = 0; i < values.length; i++) moved[i] += Math.abs(values[i] - before[i]);
      // an update takes part in at most 18 roundings (test/accuracy/train.test.ts), and goes on in the state for up to 6 steps
      worst.within(`step ${step}`, Float32Array.of(...weight.data, ...bias.data), values, (i) => 6 * 18 * U * moved[i]);
    });
    worst.expectAtMost(1);
  });

  test("layerNorm, forward and backward", () => {
    const sc = open(target);
    const { x, dy, weight, bias, y, dx, dweight, dbias } = want.layerNorm;
    const layer = layerNorm(sc, { normalizedShape: 7 });
    layer.loadStateDict({ weight: Float32Array.from(weight), bias: Float32Array.from(bias) });
    const worst = new Worst();
    // rounded once, so half an ULP; a little more for what float64 loses on both sides
    const half = (value: number) => 0.5 * ulp32(value) + 2 ** -50 * largest(x);
    const within = (name: string, got: Float32Array, values: number[]) =>
      worst.within(name, got, values, (i) => half(values[i]));
    within("y", layer.forward(Float32Array.from(x)).data, y);
    within("dx", layer.backward(Float32Array.from(dy)).data, dx);
    // a sum of n rows is rounded at each of them
    const summed = (name: string, got: Float32Array, values: number[], term: (i: number) => number) => {
      const terms = new Float64Array(7);
      x.forEach((_, i) => {
        terms[i % 7] += Math.abs(term(i));
      });
      worst.within(name, got, values, (i) => (x.length / 7) * U * terms[i] + 2 ** -50 * largest(x));
    };
    const score = (i: number): number => (y[i] - bias[i % 7]) / weight[i % 7];
    summed("dweight", layer.params.weight.grad, dweight, (i) => dy[i] * score(i));
    summed("dbias", layer.params.bias.grad, dbias, (i) => dy[i]);
    worst.expectAtMost(1);
  });
});

describe("schedules", () => {
  const schedules: Record<string, Schedule> = {
    step: stepSchedule(1, { stepSize: 3, gamma: 0.5 }),
    cosine: cosineSchedule(1, { steps: 10, minimum: 0.01 }),
    warmup: warmupSchedule(cosineSchedule(1, { steps: 10 }), { steps: 4, startFactor: 0.25 }),
    oneCycle: oneCycleSchedule(1, { steps: 12 }),
    "oneCycle of 7": oneCycleSchedule(2, { steps: 7, pctStart: 0.5, divFactor: 10, finalDivFactor: 100 }),
  };

  test.each(Object.entries(want.schedules))("%s", (name, rates) => {
    // PyTorch's cosine goes from rate to rate, and loses some 2^-52 of the largest one in each step
    rates.forEach((rate, step) => {
      expect(Math.abs(schedules[name](step) - rate), `step ${step}`).toBeLessThan(rates.length * 2 ** -50);
    });
  });
});
