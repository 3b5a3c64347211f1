// The activations of LSTM cells, as lstmForward runs them, against naive float64 on every 10,007th float32 and all edges,
// and the bounds that stand beside them. `npm run test:exhaustive -- --filter cell` tries all float32 numbers. FIGURES=1
// prints the worst cases.
import { expect, test } from "vitest";
import { ACTIVATIONS, type ActivationName } from "../../src/contract.js";
import { describeEach } from "../support/backends.js";
import { CELLS, readBounds } from "../support/bounds.js";
import { edges } from "../support/cases.js";
import { Image } from "../support/image.js";
import { CELL, cellArguments, cellSize } from "../support/lstm/activation.js";
import { Random } from "../support/random.js";
import { ulpError } from "../support/ulp.js";
import { floats, kernelsOf, type Numbers, Worst } from "../support/worst.js";

const BOUNDS = readBounds(CELLS);
const NAMES = Object.keys(CELL) as (keyof typeof CELL)[];
const U = 2 ** -24;
const { NaN: NAN, POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NINF } = Number;
const DENORMAL = 2 ** -149;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** Where the gates clamp what sigmoid is given. */
const LOWEST = Math.fround(-87.33);

/** Each activation and its slope. */
const TRUTH: Record<ActivationName, [(x: number, a: number, b: number) => number, typeof sigmoid]> = {
  sigmoid: [(x) => sigmoid(x < LOWEST ? LOWEST : x), (x) => sigmoid(x) * sigmoid(-x)],
  tanh: [Math.tanh, (x) => 1 / Math.cosh(x) ** 2],
  relu: [(x) => (x < 0 ? 0 : x), (x) => (x > 0 ? 1 : 0)],
  affine: [(x, a, b) => a * x + b, () => 1],
  leakyRelu: [(x, a) => (x < 0 ? a * x : x), (x) => (x > 0 ? 1 : Math.fround(0.01))],
  thresholdedRelu: [(x, a) => (x < a ? 0 : x), (x) => (x >= 1 ? 1 : 0)],
  scaledTanh: [(x, a, b) => a * Math.tanh(b * x), (x) => 1 / Math.cosh(x) ** 2],
  hardSigmoid: [
    (x, a, b) => (x !== x ? x : Math.min(Math.max(a * x + b, 0), 1)),
    (x) => (x > -2.5 && x < 2.5 ? Math.fround(0.2) : 0),
  ],
  elu: [(x, a) => (x < 0 ? a * Math.expm1(x) : x), (x) => (x > 0 ? 1 : Math.exp(x))],
  softsign: [(x) => x / (1 + Math.abs(x)), (x) => 1 / (1 + Math.abs(x)) ** 2],
  softplus: [(x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), sigmoid],
};

const N = 16_000;
const SWEPT = new Float32Array(Uint32Array.from({ length: Math.floor(2 ** 32 / 10_007) }, (_, i) => i * 10_007).buffer);
const BLOCKS = [edges(new Random(2), 20_000), new Random(3).normals(20_000, 5)];
for (let i = 0; i < SWEPT.length; i += N) BLOCKS.push(SWEPT.subarray(i, i + N));

test("every activation that the sweep takes has a bound", () => {
  expect([...BOUNDS.keys()].sort()).toEqual([...NAMES].sort());
});

describeEach(["strict", "relaxed", "js"], (target) => {
  const call = kernelsOf(target);

  function run(name: ActivationName, values: Numbers, parameters?: readonly number[]) {
    const y = new Float32Array(values.length);
    const slopes = new Float32Array(values.length);
    for (let first = 0; first < y.length; first += N) {
      const x = Float32Array.from(values).subarray(first, first + N);
      const n = Math.ceil(x.length / 16) * 16;
      const image = new Image();
      const [from, to, rest] = [n, n, cellSize(n)].map((length) => image.place(length));
      new Float32Array(image.buffer, from, n).fill(0).set(x);
      const { args, slopes: at } = cellArguments(image.buffer, rest, to, from, n, name, parameters);
      call(image, "lstmForward", args);
      y.set(floats(image, to, x.length), first);
      const packed = floats(image, at, (5 * n) / 4);
      for (let i = 0; i < x.length; i++) slopes[first + i] = packed[Math.floor(i / 16) * 20 + (i % 16)];
    }
    return { y, slopes };
  }

  /** The worst error in what `unit` makes 1. */
  function worstOf(
    name: ActivationName,
    unit: (got: number, want: number, x: number) => number,
    parameters?: number[],
  ) {
    const worst = new Worst();
    const [a, b] = (parameters ?? ACTIVATIONS[name].slice(1)).map(Math.fround);
    for (const x of BLOCKS) {
      const { y } = run(name, x, parameters);
      const want = Float64Array.from(x, (v) => TRUTH[name][0](v, a, b));
      const error = (i: number) => unit(y[i], want[i], x[i]);
      worst.each(y, want, error, (i) => `${name}(${x[i]}, ${a}, ${b})`);
    }
    return worst;
  }

  test.each(NAMES)("%s", (name) => {
    const { bound } = BOUNDS.get(name)!;
    worstOf(CELL[name], ulpError).expectAtMost(bound[target === "relaxed" ? "relaxed" : "strict"]);
  });

  // what relaxed returns depends on the engine
  const recorded = () => {
    for (const [name, { bound, worst }] of BOUNDS) {
      const { ulp, at, got } = worst.strict!;
      expect(Number(ulp), name).toBeLessThanOrEqual(bound.strict);
      expect(Number(worst.relaxed!.ulp), name).toBeLessThanOrEqual(bound.relaxed);
      const [value] = run(CELL[name as keyof typeof CELL], new Float32Array(Uint32Array.of(Number(at)).buffer)).y;
      expect(String(Number(value.toPrecision(9))), name).toBe(got);
    }
  };
  if (target !== "relaxed") test("the recorded worst cases are what the cells return, within their bounds", recorded);

  const other: [ActivationName, number[], number][] = [
    ["relu", [0, 0], 0],
    ["thresholdedRelu", [1, 0], 0],
    ["thresholdedRelu", [-0.7, 0], 0],
    ["leakyRelu", [0.01, 0], 0.5],
    ["leakyRelu", [-3, 0], 0.5],
    ["elu", [0.3, 0], 2.5],
    ["scaledTanh", [1, 1], 1.06],
    ["scaledTanh", [1.7159, 0.6667], 4.2],
  ];
  test.each(other)("%s %j", (name, parameters, bound) => {
    worstOf(name, ulpError, parameters).expectAtMost(bound);
  });

  const sums: [ActivationName, number[]][] = [
    ["affine", [1, 0]],
    ["affine", [0.3, -0.7]],
    ["hardSigmoid", [0.2, 0.5]],
    ["hardSigmoid", [0.15, 0.45]],
  ];
  test.each(sums)("%s %j rounds a product and a sum", (name, parameters) => {
    const [a, b] = parameters.map(Math.fround);
    const unit = (got: number, want: number, x: number): number => {
      if (!Number.isFinite(x)) return ulpError(got, want);
      return Math.abs(got - want) / (U * (Math.abs(a * x) + Math.abs(a * x + b)) + DENORMAL);
    };
    worstOf(name, unit, parameters).expectAtMost(1);
  });

  test.each(Object.keys(ACTIVATIONS) as ActivationName[])("the slope of %s", (name) => {
    const worst = new Worst();
    for (const block of BLOCKS) {
      const x = block.filter(Number.isFinite);
      const { slopes } = run(name, x);
      const want = Float64Array.from(x, (v) => TRUTH[name][1](v));
      worst.within(name, slopes, want, () => 3.5 * U);
    }
    worst.expectAtMost(1);
  });

  // toEqual tells -0 from 0
  test.each([
    ["sigmoid", [0, -0, INF, NINF, NAN], [0.5, 0.5, 1, Math.fround(Math.exp(LOWEST)), NAN]],
    ["tanh", [0, -0, DENORMAL, -DENORMAL, INF, NINF, NAN], [0, -0, DENORMAL, -DENORMAL, 1, -1, NAN]],
    ["elu", [0, -0, DENORMAL, -DENORMAL, INF, NINF, NAN], [0, -0, DENORMAL, -DENORMAL, INF, -1, NAN]],
    ["softplus", [INF, NINF, NAN, 800, -800, -104], [INF, 0, NAN, 800, 0, 0]],
    ["softsign", [0, -0, INF, NINF, NAN], [0, -0, NAN, NAN, NAN]],
  ] as [ActivationName, number[], number[]][])("%s at the edges", (name, x, want) => {
    expect([...run(name, x).y]).toEqual(want);
  });

  test("the plain cell has the same sigmoid and tanh", () => {
    const values = edges(new Random(4), 1024);
    const [n, H] = [64, 16];
    for (let first = 0; first < values.length; first += n) {
      const x = values.subarray(first, first + n);
      const image = new Image();
      const [bias, gates, w] = [image.put(x), image.place(n), image.put(new Float32Array(n * H).fill(-0))];
      const [y, hs, cs, tanhC, scratch] = [H, 2 * H, 2 * H, H, 32].map((length) => image.put(new Float32Array(length)));
      call(image, "lstmForward", [y, hs, cs, gates, tanhC, 0, w, bias, 0, 0, 1, 1, 0, H, H, H, 1, 1, scratch]);
      const [sigmoids, tanhs] = [run("sigmoid", x).y, run("tanh", x).y];
      expect(floats(image, gates, n)).toEqual(sigmoids.map((v, i) => ((i % 16) >> 2 === 2 ? tanhs[i] : v)));
    }
  });
});
