// The elementary functions against the oracle on every 4,099th float32 and all edges, and the bounds that stand beside
// them. `npm run test:exhaustive` tries all float32 numbers. FIGURES=1 prints the worst cases.
import { describe, expect, test } from "vitest";
import type { KernelName } from "../../src/contract.js";
import { describeEach } from "../support/backends.js";
import { readBounds } from "../support/bounds.js";
import { edges } from "../support/cases.js";
import { Image } from "../support/image.js";
import { ELEMENTARY, type Elementary, type ElementaryName, prelu, preluBackward } from "../support/oracle/math.js";
import { Random } from "../support/random.js";
import { ulpError } from "../support/ulp.js";
import { floats, kernelsOf, type Numbers, Worst } from "../support/worst.js";

const NAMES = Object.keys(ELEMENTARY) as ElementaryName[];
const BOUNDS = readBounds();
const { NaN: NAN, POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NINF } = Number;
const DENORMAL = 2 ** -149;

const SWEPT = new Float32Array(Uint32Array.from({ length: Math.floor(2 ** 32 / 4099) }, (_, i) => i * 4099).buffer);
const BLOCKS = [edges(new Random(2), 100_000)];
for (let i = 0; i < SWEPT.length; i += 120_000) BLOCKS.push(SWEPT.subarray(i, i + 120_000));

/** What a function may err by with other parameters: a rounding, and what float64 lost before it. */
const ANY = 0.501;

test("every function and its gradient have a bound", () => {
  const names = NAMES.flatMap((name) => [name, `${name}Backward`]);
  expect([...BOUNDS.keys()].sort()).toEqual(names.sort());
});

describeEach(["strict", "relaxed", "js"], (target) => {
  const call = kernelsOf(target);
  const boundOf = (name: string): number => BOUNDS.get(name)!.bound[target === "relaxed" ? "relaxed" : "strict"];

  /** The kernel in place of its last input. */
  function run(kernel: KernelName, inputs: Numbers[], parameters: readonly number[]): Float32Array {
    const image = new Image();
    const at = inputs.map((values) => image.put(values));
    const n = inputs[0].length;
    call(image, kernel, [at[at.length - 1], ...at, n, ...parameters]);
    return floats(image, at[at.length - 1], n);
  }

  // what relaxed returns depends on the engine
  const recorded = () => {
    for (const [name, { bound, worst }] of BOUNDS) {
      const { ulp, at, got } = worst.strict!;
      expect(Number(ulp), name).toBeLessThanOrEqual(bound.strict);
      expect(Number(worst.relaxed!.ulp), name).toBeLessThanOrEqual(bound.relaxed);
      if (at === "-") continue; // exact
      const x = new Float32Array(Uint32Array.of(Number(at)).buffer);
      const inputs = name.endsWith("Backward") ? [Float32Array.of(1), x] : [x];
      const { parameters }: Elementary = ELEMENTARY[name.replace("Backward", "") as ElementaryName];
      const [value] = run(name as KernelName, inputs, parameters[0]);
      expect(String(Number(value.toPrecision(9))), name).toBe(got);
    }
  };
  if (target !== "relaxed") test("the recorded worst cases are what the kernels return, within their bounds", recorded);

  describe.each(NAMES)("%s", (name) => {
    const { forward, backward, parameters }: Elementary = ELEMENTARY[name];
    const [[a, b]] = parameters;

    test("forward", () => {
      const worst = new Worst();
      for (const x of BLOCKS) {
        const got = run(name, [x], parameters[0]);
        const want = Float64Array.from(x, (v) => forward(v, a, b));
        worst.each(
          got,
          want,
          (i) => ulpError(got[i], want[i]),
          (i) => `${name}(${x[i]})`,
        );
      }
      worst.expectAtMost(boundOf(name));
    });

    test("backward", () => {
      const worst = new Worst();
      for (const v of BLOCKS) {
        const got = run(`${name}Backward`, [new Float32Array(v.length).fill(1), v], parameters[0]);
        const want = Float64Array.from(v, (value) => backward(1, value, a, b));
        worst.each(
          got,
          want,
          (i) => ulpError(got[i], want[i]),
          (i) => `${name}Backward(1, ${v[i]})`,
        );
      }
      worst.expectAtMost(boundOf(`${name}Backward`));
    });

    test("other parameters, and any dy", () => {
      const worst = new Worst();
      const random = new Random(3);
      for (const x of [edges(random, 20_000), random.normals(20_000, 5)]) {
        const dy = random.normals(x.length);
        for (const p of parameters) {
          if (p !== parameters[0]) {
            const got = run(name, [x], p);
            const want = Float64Array.from(x, (v) => forward(v, p[0], p[1]));
            worst.each(
              got,
              want,
              (i) => ulpError(got[i], want[i]),
              (i) => `${name}(${x[i]}, ${p})`,
            );
          }
          const got = run(`${name}Backward`, [dy, x], p);
          const want = Float64Array.from(x, (v, i) => backward(dy[i], v, p[0], p[1]));
          worst.each(
            got,
            want,
            (i) => ulpError(got[i], want[i]),
            (i) => `${name}Backward(${dy[i]}, ${x[i]}, ${p})`,
          );
        }
      }
      worst.expectAtMost(ANY);
    });
  });

  // toEqual tells -0 from 0
  test.each([
    ["exp", [0, -0, DENORMAL, -DENORMAL, INF, NINF, NAN, 89, -104], [1, 1, 1, 1, INF, 0, NAN, INF, 0]],
    [
      "expm1",
      [0, -0, DENORMAL, -DENORMAL, INF, NINF, NAN, 89, -20],
      [0, -0, DENORMAL, -DENORMAL, INF, -1, NAN, INF, -1],
    ],
    ["log", [1, 0, -0, INF, NINF, NAN, -1, -DENORMAL], [0, NINF, NINF, INF, NAN, NAN, NAN, NAN]],
    [
      "log1p",
      [0, -0, DENORMAL, -DENORMAL, INF, NINF, NAN, -1, -2],
      [0, -0, DENORMAL, -DENORMAL, INF, NAN, NAN, NINF, NAN],
    ],
    ["sigmoid", [0, -0, DENORMAL, INF, NINF, NAN, 20, -110], [0.5, 0.5, 0.5, 1, 0, NAN, 1, 0]],
    ["logSigmoid", [INF, NINF, NAN, 800, -800, -3e38], [-0, NINF, NAN, -0, -800, Math.fround(-3e38)]],
    ["tanh", [0, -0, DENORMAL, -DENORMAL, INF, NINF, NAN, 9.5], [0, -0, DENORMAL, -DENORMAL, 1, -1, NAN, 1]],
    ["softplus", [INF, NINF, NAN, 800, -800], [INF, 0, NAN, 800, 0]],
    ["silu", [0, -0, INF, NINF, NAN, 800, -800], [0, -0, INF, NAN, NAN, 800, -0]],
    ["elu", [0, -0, INF, NINF, NAN, -DENORMAL], [0, -0, INF, -1, NAN, -DENORMAL]],
    ["softsign", [0, -0, INF, NINF, NAN, 3e38], [0, -0, NAN, NAN, NAN, 1]],
    ["hardSigmoid", [INF, NINF, NAN, 3, -3, 0], [1, 0, NAN, 1, 0, 0.5]],
    ["hardTanh", [INF, NINF, NAN, 1, -1, -0], [1, -1, NAN, 1, -1, -0]],
    ["relu", [INF, NINF, NAN, -0, -DENORMAL], [INF, 0, NAN, -0, 0]],
    ["leakyRelu", [INF, NINF, NAN, 0, -0], [INF, NINF, NAN, 0, -0]],
  ] as [ElementaryName, number[], number[]][])("%s at the edges", (name, x, want) => {
    expect([...run(name, [x], ELEMENTARY[name].parameters[0])]).toEqual(want);
  });

  const slope = Math.fround(0.01);
  // dy is 1
  test.each([
    ["relu", [0, -0, DENORMAL, INF], [0, 0, 1, 1]],
    ["leakyRelu", [0, -0, DENORMAL, -INF], [slope, slope, 1, slope]],
    ["elu", [0, -0, DENORMAL, NINF, INF], [1, 1, 1, 0, 1]],
    ["hardSigmoid", [3, -3, NINF, INF, NAN], [0, 0, 0, 0, 0]],
    ["hardTanh", [1, -1, NINF, INF], [0, 0, 0, 0]],
    ["softplus", [NINF, INF, NAN], [0, 1, NAN]],
    ["logSigmoid", [NINF, INF, NAN], [1, 0, NAN]],
    ["silu", [NINF, INF, NAN, 800, -800], [NAN, NAN, NAN, 1, -0]],
    ["softsign", [NINF, INF, NAN, -0], [NAN, NAN, NAN, 1]],
    ["log", [0, -0, INF], [INF, NINF, 0]],
    ["log1p", [-1, INF, NAN], [INF, 0, NAN]],
    ["expm1", [INF, NINF, NAN], [INF, 0, NAN]],
  ] as [ElementaryName, number[], number[]][])("%sBackward at the edges", (name, v, want) => {
    const dy = new Float32Array(v.length).fill(1);
    expect([...run(`${name}Backward`, [dy, v], ELEMENTARY[name].parameters[0])]).toEqual(want);
  });

  test("elu takes alpha at 0, and a dy of 0 gives 0", () => {
    expect([
      ...run(
        "eluBackward",
        [
          [1, 2],
          [0, -0],
        ],
        [0.25],
      ),
    ]).toEqual([0.25, 0.5]);
    expect([
      ...run(
        "expm1Backward",
        [
          [0, 0],
          [1000, INF],
        ],
        [],
      ),
    ]).toEqual([0, 0]);
  });

  test("prelu and its backward", () => {
    const random = new Random(4);
    const worst = new Worst();
    for (const [N, C, inner] of [
      [1, 1, 1000],
      [3, 5, 7],
      [64, 3, 1],
      [2, 2, 100],
    ]) {
      const n = N * C * inner;
      const [x, dy, weight] = [random.normals(n), random.normals(n), random.normals(C)];
      const image = new Image();
      const [xAt, dyAt, weightAt] = [x, dy, weight].map((values) => image.put(values));
      const [y, dx, dweight] = [image.place(n), image.place(n), image.place(C)];
      call(image, "prelu", [y, xAt, weightAt, N, C, inner]);
      worst.compare("y", floats(image, y, n), prelu(x, weight, inner));
      call(image, "preluBackward", [dx, dweight, dyAt, xAt, weightAt, N, C, inner]);
      const want = preluBackward(dy, x, weight, inner);
      worst.compare("dx", floats(image, dx, n), want.dx);
      // the same order in float64, so rounded once
      worst.compare("dweight", floats(image, dweight, C), want.dweight);
    }
    worst.expectAtMost(0.5);
  });
});
