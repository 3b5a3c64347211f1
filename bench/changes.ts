// What became faster or slower from one run of the benchmark to another.
import type { Result, VariantName } from "./cases.js";
import type { Timing } from "./harness.js";
import type { Environment } from "./report.js";

/** What npm run bench -- --json writes. */
export interface Report {
  environment: Environment;
  results: readonly Result[];
}

export interface Change {
  title: string;
  variant: VariantName;
  old: Timing;
  now: Timing;
  /** How many times as fast as before. */
  ratio: number;
}

export interface Comparison {
  /** From the largest to the smallest. */
  faster: Change[];
  slower: Change[];
  /** How many are within the noise. */
  same: number;
  /** Cases that only one has, or that were wrong in one. */
  missing: string[];
}

export const RULE = "beyond the noise: the medians differ by more than the widths of both p25..p75 together";

/** See RULE; the two p25..p75 do not even touch then. */
function differs(a: Timing, b: Timing): boolean {
  return Math.abs(a.median - b.median) > a.p75 - a.p25 + (b.p75 - b.p25);
}

const titleOf = ({ family, name, size }: Result): string => `${family}: ${name} ${size}`;

export function compare(old: Report, now: Report): Comparison {
  const before = new Map(old.results.map((result) => [titleOf(result), result.variants]));
  const after = new Map(now.results.map((result) => [titleOf(result), result.variants]));
  const titles = [...new Set([...before.keys(), ...after.keys()])];
  const missing = titles.filter((title) => !before.get(title) || !after.get(title));
  const changes = titles.flatMap((title) => changesOf(title, before.get(title), after.get(title)));
  const beyond = changes.filter((change) => differs(change.old, change.now));
  return {
    faster: beyond.filter(({ ratio }) => ratio > 1).sort((a, b) => b.ratio - a.ratio),
    slower: beyond.filter(({ ratio }) => ratio < 1).sort((a, b) => a.ratio - b.ratio),
    same: changes.length - beyond.length,
    missing,
  };
}

function changesOf(title: string, old: Result["variants"], now: Result["variants"]): Change[] {
  if (!old || !now) return [];
  return (Object.keys(now) as VariantName[])
    .filter((variant) => old[variant])
    .map((variant) => {
      const [a, b] = [old[variant], now[variant]];
      return { title, variant, old: a, now: b, ratio: a.median / b.median };
    });
}
