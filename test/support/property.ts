// Properties: a predicate on drawn cases, as many as asked for, the same ones in every run. A failure is shrunk and printed
// with its seed and path. RUNS=1000 makes more cases, SEED=2 others: `npm run test:properties -- --runs 1000 --seed 2`.
import fc, { type GeneratorValue } from "fast-check";
import { test } from "vitest";
import { edges, VALUES } from "./cases.js";
import { Random } from "./random.js";

/** Cases of a property. */
export const RUNS = Number(process.env.RUNS ?? 100);
const SEED = Number(process.env.SEED ?? 1);

/** Tests that the predicate, which throws or not, holds for `runs` drawn cases. */
export function holds(name: string, predicate: (draw: Draw) => void | Promise<void>, runs = RUNS): void {
  test(name, { timeout: 1000 * 60 * 60 }, async () => {
    const property = fc.asyncProperty(fc.gen(), async (generator) => predicate(new Draw(generator)));
    await fc.assert(property, { seed: SEED, numRuns: runs });
  });
}

const EDGES = edges(new Random(1), 0);

/** How the values of an array are drawn; `bits` is any pattern, NaN of every payload included. */
const KINDS = {
  ...VALUES,
  bits: (random: Random, rows: number, cols: number) =>
    new Float32Array(Uint32Array.from({ length: rows * cols }, () => random.bits()).buffer),
  edges: (random: Random, rows: number, cols: number) =>
    Float32Array.from({ length: rows * cols }, () => EDGES[random.below(EDGES.length)]),
  "a few edges": (random: Random, rows: number, cols: number) =>
    random.normals(rows * cols).map((v) => (random.below(8) ? v : EDGES[random.below(EDGES.length)])),
};
const NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[];

/** rows x cols values of a random kind. */
export function anyValues(random: Random, rows: number, cols: number): Float32Array {
  if (rows * cols === 0) return new Float32Array(0);
  return KINDS[NAMES[random.below(NAMES.length)]](random, rows, cols);
}

/** What a property draws its case from. */
export class Draw {
  private readonly generator: GeneratorValue;

  constructor(generator: GeneratorValue) {
    this.generator = generator;
  }

  /** An integer from 0 or `least` to `most`, small ones more often. */
  size(most: number, least = 0): number {
    return this.generator(fc.integer, { min: least, max: most });
  }

  flag(): boolean {
    return this.generator(fc.boolean);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.generator(fc.nat, choices.length - 1)];
  }

  random(): Random {
    return new Random(this.generator(fc.nat));
  }

  /** rows x cols values of any kind: of special rows, or any bits. */
  values(rows: number, cols = 1): Float32Array {
    const kind = this.pick(NAMES);
    const random = this.random();
    return rows * cols === 0 ? new Float32Array(0) : KINDS[kind](random, rows, cols);
  }

  normals(n: number, deviation = 1): Float32Array {
    return this.random().normals(n, deviation);
  }

  /** A finite number. */
  factor(): number {
    const drawn = this.number();
    return Number.isFinite(drawn) ? drawn : 1;
  }

  /** A number as options have it: an ordinary one, or any float32. */
  number(): number {
    return this.flag() ? this.pick([1, 0.7, -2, 0, 1e-3, 0.999]) : this.values(1)[0];
  }
}
