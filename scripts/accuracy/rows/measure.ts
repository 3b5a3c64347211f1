// The worst errors of the functions of rows.
import type { Softcell } from "../../../src/index.js";
import { ulp32 } from "../../../test/support/ulp.js";
import { type Case, draw, type Kind, SHOWN } from "./cases.js";
import { FLUSHED, NAMES, type Name, type Results, resultsOf, type Solved, solve } from "./functions.js";
import { usualResults } from "./usual.js";

export type Way = "strict" | "relaxed" | "usual";

/** An error in ULP, rounded up, and the rows that have it. */
export interface Worst extends Omit<Case, "kind"> {
  ulp: number;
}

export type Figures = Results<Record<Kind, Record<Way, Worst>>>;

/** The worst errors on the normal rows of a number of columns. */
export type Sizes = Record<number, Record<Way, Results<number>>>;

const MIN_NORMAL = 2 ** -126;

/** The worst errors of all functions on one block, in ULP. */
export function errorsOn(block: Solved, results: Results<Float32Array>): Results<number> {
  return Object.fromEntries(NAMES.map((name) => [name, worstOf(block, results[name], name)])) as Results<number>;
}

function worstOf({ want: wants, unit: units }: Solved, got: Float32Array, name: Name): number {
  const [want, unit, flushed] = [wants[name], units[name], FLUSHED.includes(name)];
  if (got.length !== want.length) throw new Error(`${name} has ${got.length} results, not ${want.length}`);
  let worst = 0;
  for (let i = 0; i < got.length; i++) {
    const error = Math.abs(got[i] - want[i]);
    if (flushed && Math.abs(want[i]) < MIN_NORMAL && error <= MIN_NORMAL) continue;
    if (!(error <= worst * ulp32(unit[i]))) worst = error / ulp32(unit[i]);
    if (Number.isNaN(worst)) return Number.POSITIVE_INFINITY;
  }
  return Math.ceil(worst * 1e4) / 1e4;
}

/** All cases on both binaries and the usual way; done() after each. */
export async function measure(
  cases: Case[],
  strict: Softcell,
  relaxed: Softcell,
  done: (c: Case) => Promise<void>,
): Promise<{ figures: Figures; sizes: Sizes }> {
  const [figures, sizes] = [{} as Figures, {} as Sizes];
  for (const c of cases) {
    const block = solve(draw(c));
    const { kind, ...where } = c;
    const ways = { strict: resultsOf(strict, block), relaxed: resultsOf(relaxed, block), usual: usualResults(block) };
    for (const way of Object.keys(ways) as Way[]) {
      const errors = errorsOn(block, ways[way]);
      if (kind === "normal" && SHOWN.includes(c.cols)) {
        sizes[c.cols] ??= {} as Sizes[number];
        sizes[c.cols][way] = larger(errors, sizes[c.cols][way]);
      }
      for (const name of NAMES) {
        figures[name] ??= {} as Figures[Name];
        figures[name][kind] ??= {} as Record<Way, Worst>;
        const known = figures[name][kind][way];
        if (!known || errors[name] > known.ulp) figures[name][kind][way] = { ulp: errors[name], ...where };
      }
    }
    await done(c);
  }
  return { figures, sizes };
}

const larger = (a: Results<number>, b = a): Results<number> =>
  Object.fromEntries(NAMES.map((name) => [name, Math.max(a[name], b[name])])) as Results<number>;
