// The truth of the exhaustive sweep against integers of 320 binary places, and what the sweep calls an error.
// FIGURES=1 prints the worst errors.
import { beforeAll, describe, expect, test } from "vitest";
import { BIG, fixed, toNumber } from "../exhaustive/big.js";
import { buildTruth } from "../exhaustive/build.js";
import { worstCase } from "../exhaustive/record.js";
import { FUNCTIONS, merge, resultAt, Sweep } from "../exhaustive/sweep.js";
import { missing } from "../support/backends.js";
import { edges } from "../support/cases.js";
import { Random } from "../support/random.js";
import { ulp32 } from "../support/ulp.js";

const [X, WANT, GOT, RESULT] = [65536, 131072, 196608, 4096];

/** float32 neighbours of x, n on each side. */
function around(x: number, n: number): Float32Array {
  const bits = new Uint32Array(Float32Array.of(x).buffer)[0];
  return new Float32Array(Uint32Array.from({ length: 2 * n + 1 }, (_, i) => bits + i - n).buffer);
}

/** Edges of float32, usual numbers, the ends of the ranges, zeros, knots, and where the reduction by ln 2 jumps. */
function inputs(): Float32Array {
  const random = new Random(1);
  const hard = [
    -1.2784646,
    1,
    -1,
    3,
    -3,
    Math.SQRT1_2,
    Math.SQRT2,
    -0.29289323,
    0.41421357,
    88.72284,
    -87.33654,
    -103.97208,
  ];
  for (let n = -20; n <= 20; n++) hard.push((n + 0.5) * Math.LN2);
  const parts = [
    edges(random, 400),
    random.floats(800, -12, 12),
    random.floats(400, -110, 110),
    random.floats(400, -1.5, -1),
  ];
  for (const x of hard) parts.push(around(x, 12));
  const all = parts.flatMap((part) => [...part]);
  while (all.length % 4) all.push(0.5);
  return Float32Array.from(all);
}

describe.skipIf(missing("relaxed"))("the truth", () => {
  let sweep: Sweep;
  beforeAll(async () => {
    sweep = new Sweep(await buildTruth());
  }, 120_000);

  test.each(FUNCTIONS)("%s", (name) => {
    const values = inputs();
    new Float32Array(sweep.memory.buffer, X, values.length).set(values);
    sweep.truth[name](WANT, X, values.length);
    const got = new Float64Array(sweep.memory.buffer, WANT, values.length);
    let [worst, where, compared] = [0, 0, 0];
    for (const [i, x] of values.entries()) {
      const want = Number.isFinite(x) ? BIG[name](fixed(x)) : undefined;
      if (want === undefined) continue;
      const rounded = Math.fround(toNumber(want));
      // the smallest numbers lie below the binary places
      if (Number.isFinite(rounded) && Number.isFinite(got[i])) {
        const error = Math.abs(toNumber(want - fixed(got[i]))) / ulp32(toNumber(want));
        if (error > worst) [worst, where] = [error, x];
        compared++;
      } else expect(Math.fround(got[i]), `${name}(${x})`).toBe(rounded);
    }
    if (process.env.FIGURES) console.log(`${name}: ${worst} float32 ULP at ${where}, ${compared} inputs`);
    expect(compared).toBeGreaterThan(1500);
    // some 2^-53, which is 2^-29 to 2^-28 of a float32 ULP; siluBackward loses four bits next to its zero
    expect(worst, `at ${where}`).toBeLessThan(2 ** -24);
  });

  /** What the sweep finds in results that are given. */
  function compared(got: number[], want: number[]) {
    const at = (offset: number, n: number) => new Float32Array(sweep.memory.buffer, offset, n);
    at(GOT, got.length).set(got);
    at(X, got.length).set([...got.keys()]);
    new Float64Array(sweep.memory.buffer, WANT, want.length).set(want);
    new Float64Array(sweep.memory.buffer, RESULT, 4).fill(0);
    sweep.truth.compare(RESULT, GOT, WANT, X, got.length);
    const result = resultAt(sweep.memory, RESULT);
    return { ...result, at: new Float32Array(Uint32Array.of(result.at).buffer)[0] };
  }

  const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;

  test("rounded once is half an ULP at most, and correct", () => {
    const want = [1 / 3, -2 / 3, 1e-40, 1e300, -1e300, NAN, 1e-60, -1e-60];
    const { worst, correct } = compared(want.map(Math.fround), want);
    expect(worst).toBeLessThanOrEqual(0.5);
    expect(correct).toBe(8);
  });

  test("an ULP, also of a denormal, with its place", () => {
    const got = [1, 1, 1 + 2 ** -23, 1, 1, 1, 1, 1];
    expect(compared(got, Array(8).fill(1))).toEqual({ worst: 1, at: 2, got: 1 + 2 ** -23, want: 1, correct: 7 });
    expect(compared([0, 0, 0, 3 * 2 ** -149], [0, 0, 0, 2 ** -149]).worst).toBe(2);
    // the ULP of the truth: half of it below a power of two
    expect(compared([1, 1, 1, 1], [1, 1, 1, 1 - 2 ** -24]).worst).toBe(1);
  });

  test.each([
    ["NaN for a number", NAN, 1],
    ["a number for NaN", 1, NAN],
    ["Infinity for a number", INF, 3e38],
    ["the largest for Infinity", 3.4028234663852886e38, 1e39],
    ["Infinity for -Infinity", INF, -INF],
    ["-0 for 0", -0, 0],
    ["0 for what rounds to -0", 0, -1e-60],
    ["1 for -1", 1, -1],
  ])("%s is wrong", (_, got, want) => {
    expect(compared([0, 0, got, 0], [0, 0, want, 0])).toEqual({ worst: INF, at: 2, got, want, correct: 3 });
  });

  test("ranges are merged", () => {
    const a = { worst: 1, at: 7, got: 1, want: 2, correct: 10 };
    const b = { worst: 1, at: 5, got: 3, want: 4, correct: 20 };
    expect(merge(a, b)).toEqual({ ...b, correct: 30 });
    expect(merge({ ...a, worst: 2 }, b)).toEqual({ ...a, worst: 2, correct: 30 });
  });
});

test("what is recorded is rounded to the safe side", () => {
  const result = { worst: 0.5000000001, at: 0x3f, got: 1 / 3, want: 1 / 3, correct: 2 ** 32 - 1 };
  const { ulp, at, correct } = worstCase(result, 2 ** 32);
  expect([ulp, at, correct]).toEqual(["0.500001", "0x0000003f", "99.999999"]);
});
