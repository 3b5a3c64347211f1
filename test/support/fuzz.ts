// Cases of a fuzzer: as many as `npm test` takes, or for as long as `npm run test:fuzz -- --minutes 10` says. The same seeds
// give the same cases.
import { test } from "vitest";
import { Random } from "./random.js";

const SEED = Number(process.env.SEED ?? 1);
/** For each fuzzer. */
const MINUTES = process.env.MINUTES === undefined ? undefined : Number(process.env.MINUTES);

/** Tests so many cases; what it throws is said with the number of the case. Prints how many there were. */
export function fuzz(name: string, count: number, one: (random: Random, index: number) => string): void {
  test(name, { timeout: 1000 * 60 * 60 * 24 }, () => {
    const start = performance.now();
    const outcomes = new Map<string, number>();
    let i = 0;
    for (; MINUTES === undefined ? i < count : performance.now() - start < 60_000 * MINUTES; i++) {
      try {
        const outcome = one(new Random(SEED * 2 ** 20 + i), i);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      } catch (cause) {
        throw new Error(`case ${i} of seed ${SEED}: ${cause instanceof Error ? cause.message : cause}`, { cause });
      }
    }
    const counts = [...outcomes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, n]) => `${n} ${what}`);
    console.log(`${name}: ${i} cases, ${counts.join(", ")}`);
  });
}

/** What a call ended with. Throws what is no error of the library or of the language, as a trap of WebAssembly. */
export function outcomeOf(call: () => unknown): string {
  try {
    call();
    return "returned";
  } catch (error) {
    const { constructor: kind, name } = error as Error;
    if (![Error, TypeError, RangeError].some((known) => known === kind)) throw error;
    return `threw ${name}`;
  }
}
