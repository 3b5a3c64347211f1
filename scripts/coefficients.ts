// Derives the polynomials of src/coefficients.ts: minimax fits by the Remez exchange algorithm in float64, rounded to
// float32 one coefficient after the other, the remaining ones fitted again after each. Those of exp are then moved by
// single units in the last place, as long as the worst error of exp as the kernels compute it falls.
// Usage: npx tsx scripts/coefficients.ts

import { LN2_HI, LN2_LO, LOG2E } from "../src/coefficients.js";

/** A function given by its Taylor series, to be fitted on [from, to] with the relative weight of its use. */
interface Target {
  name: string;
  series: number[];
  degree: number;
  from: number;
  to: number;
  weight(x: number): number;
}

const TERMS = 80;
const LN2 = Math.LN2;

/** Taylor coefficients of tanh(x)/x in x^2, from tanh' = 1 - tanh^2. */
function tanhSeries(): number[] {
  const t = [1];
  for (let n = 1; n < TERMS; n++) {
    let square = 0;
    for (let i = 0; i < n; i++) square += t[i] * t[n - 1 - i];
    t.push(-square / (2 * n + 1));
  }
  return t;
}

function expSeries(): number[] {
  const c = [1];
  for (let n = 1; n < TERMS; n++) c.push(c[n - 1] / n);
  return c;
}

const targets: Target[] = [
  {
    name: "EXP: exp(r) = 1 + r + r^2 P(r)",
    series: expSeries().slice(2),
    degree: 4,
    from: (-LN2 / 2) * 1.0001,
    to: (LN2 / 2) * 1.0001,
    weight: (r) => (r * r) / Math.exp(r),
  },
  {
    name: "TANH: tanh(a) = a + a u P(u), u = a^2, a to 0.8",
    series: tanhSeries().slice(1),
    degree: 5,
    from: 0,
    to: 0.64,
    weight: (u) => (u === 0 ? 0 : (Math.sqrt(u) * u) / Math.tanh(Math.sqrt(u))),
  },
  {
    name: "LOG: log(1 + f) = f - f^2/2 + f^3 P(f)",
    series: Array.from({ length: TERMS }, (_, k) => (k % 2 ? -1 : 1) / (k + 3)),
    degree: 7,
    from: Math.SQRT1_2 - 1,
    to: Math.SQRT2 - 1,
    weight: (f) => (f === 0 ? 0 : (f * f * f) / Math.log1p(f)),
  },
];

const evaluate = (c: number[], x: number) => c.reduceRight((sum, v) => sum * x + v, 0);

function solve(a: number[][], b: number[]): number[] {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let r = i + 1; r < n; r++) if (Math.abs(a[r][i]) > Math.abs(a[pivot][i])) pivot = r;
    [a[i], a[pivot]] = [a[pivot], a[i]];
    [b[i], b[pivot]] = [b[pivot], b[i]];
    for (let r = i + 1; r < n; r++) {
      const q = a[r][i] / a[i][i];
      for (let k = i; k < n; k++) a[r][k] -= q * a[i][k];
      b[r] -= q * b[i];
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

/** The coefficients from `fixed.length` on that minimise the worst weighted error, the first ones being given. */
function remez(t: Target, fixed: number[]): { c: number[]; error: number } {
  const free = t.degree + 1 - fixed.length;
  const grid = Array.from({ length: 4001 }, (_, i) => t.from + ((t.to - t.from) * i) / 4000);
  const residual = (x: number) => evaluate(t.series, x) - evaluate(fixed, x);
  const usable = grid.filter((x) => t.weight(x) > 0);
  let points = Array.from({ length: free + 1 }, (_, i) => {
    const cos = Math.cos((Math.PI * (i + 0.5)) / (free + 1));
    return usable[Math.min(usable.length - 1, Math.round(((1 - cos) / 2) * (usable.length - 1)))];
  });
  let c: number[] = [];
  let error = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 60; round++) {
    const rows = points.map((x, i) => [
      ...Array.from({ length: free }, (_, k) => x ** (k + fixed.length)),
      (i % 2 ? -1 : 1) / t.weight(x),
    ]);
    const solved = solve(rows, points.map(residual));
    const candidate = [...fixed, ...solved.slice(0, free)];
    const signed = usable.map((x) => t.weight(x) * (evaluate(candidate, x) - evaluate(t.series, x)));
    const worst = signed.reduce((m, e) => Math.max(m, Math.abs(e)), 0);
    if (worst < error) {
      error = worst;
      c = candidate;
    }
    // one extremum for each run of one sign; the smallest ends go while there are too many
    const extrema: number[] = [];
    for (let i = 0; i < signed.length; i++) {
      const last = extrema.at(-1);
      if (last === undefined || Math.sign(signed[i]) !== Math.sign(signed[last])) extrema.push(i);
      else if (Math.abs(signed[i]) > Math.abs(signed[last])) extrema[extrema.length - 1] = i;
    }
    while (extrema.length > free + 1) {
      const dropFirst = Math.abs(signed[extrema[0]]) < Math.abs(signed[extrema.at(-1) as number]);
      if (dropFirst) extrema.shift();
      else extrema.pop();
    }
    if (extrema.length < free + 1) break;
    points = extrema.map((i) => usable[i]);
  }
  return { c, error };
}

/** The shortest decimal that rounds to the float32. */
function shortest(value: number): string {
  for (let digits = 1; ; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === Math.fround(value)) return String(Number(text));
  }
}

const rounded = new Map<string, number[]>();
for (const target of targets) {
  const ideal = remez(target, []);
  let fixed: number[] = [];
  while (fixed.length <= target.degree) fixed = [...fixed, Math.fround(remez(target, fixed).c[fixed.length])];
  const final = Math.max(
    ...Array.from({ length: 4001 }, (_, i) => {
      const x = target.from + ((target.to - target.from) * i) / 4000;
      return Math.abs(target.weight(x) * (evaluate(fixed, x) - evaluate(target.series, x)));
    }),
  );
  rounded.set(target.name.split(":")[0], fixed);
  console.log(`${target.name}\n  ${fixed.map(shortest).join(", ")}`);
  console.log(`  relative error ${ideal.error.toExponential(2)}, rounded ${final.toExponential(2)} (2^-24 = 5.96e-8)`);
}

/** The error of exp(x) in ULP, every operation rounded to float32 as in assembly/math/exp.ts. */
function expError([c2, c3, c4, c5, c6]: number[], x: number): number {
  const f = Math.fround;
  const n = Math.round(f(x * f(LOG2E)));
  const r = f(f(x - n * f(LN2_HI)) - f(n * f(LN2_LO)));
  const w = f(r * r);
  const high = f(f(c6 * w) + f(f(c5 * r) + c4));
  const v = f(f(f(f(high * w) + f(f(c3 * r) + c2)) * w) + r);
  const want = Math.exp(x);
  return Math.abs(2 ** n * f(1 + v) - want) / 2 ** (Math.floor(Math.log2(want)) - 23);
}

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);
const bitsOf = (x: number): number => {
  float[0] = x;
  return bits[0];
};
const floatOf = (b: number): number => {
  bits[0] = b;
  return float[0];
};

/** Inputs of both signs from 2^-7 to 87, every stride-th, that give more than `least` ULP. */
function hardInputs(c: number[], stride: number, first: number, least: number): number[] {
  const found: number[] = [];
  for (let b = 0x3c000000 + first; b < 0x42ae0000; b += stride) {
    for (const x of [floatOf(b), floatOf(b + 0x80000000)]) if (expError(c, x) > least) found.push(x);
  }
  return found;
}

/** Random steps downhill on the hard inputs; each round adds those of the best set so far. */
function polish(start: number[]): number[] {
  let seed = 12345;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  const spread = [2, 6, 20, 200, 2000];
  let best = start;
  let hard = hardInputs(start, 97, 0, 0.9);
  for (let round = 0; round < 6; round++) {
    const worst = (c: number[]) => hard.reduce((m, x) => Math.max(m, expError(c, x)), 0);
    let least = worst(best);
    for (let k = 0; k < 3000; k++) {
      const c = best.map((v, i) =>
        random() < 0.4 ? floatOf(bitsOf(v) + Math.round((random() - 0.5) * spread[i])) : v,
      );
      const error = worst(c);
      if (error < least) [best, least] = [c, error];
    }
    hard = [...hard, ...hardInputs(best, 101, round * 7 + 3, 0.93)];
  }
  return best;
}

const polished = polish(rounded.get("EXP") as number[]);
const worst = hardInputs(polished, 3, 0, 0.99).reduce((m, x) => Math.max(m, expError(polished, x)), 0);
console.log(`EXP, polished\n  ${polished.map(shortest).join(", ")}`);
console.log(`  worst error of exp over every third input from 2^-7 to 87: ${worst.toFixed(4)} ULP`);
