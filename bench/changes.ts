// What became faster or slower from one report of a benchmark to another.
import { caseOf } from "./report.js";
import { type Measurement, type Report, speed } from "./schema.js";

export interface Change {
  title: string;
  variant: string;
  old: Measurement;
  now: Measurement;
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
function differs(a: Measurement, b: Measurement): boolean {
  return Math.abs(a.median - b.median) > a.p75 - a.p25 + (b.p75 - b.p25);
}

const titleOf = (item: Measurement): string => `${item.section}: ${caseOf(item)}`;
const keyOf = (item: Measurement): string => `${titleOf(item)}, ${item.variant}, ${item.unit}`;

export function compare(old: Report, now: Report): Comparison {
  const before = new Map(old.measurements.map((item) => [keyOf(item), item]));
  const after = new Map(now.measurements.map((item) => [keyOf(item), item]));
  const alone = [...before, ...after].filter(([key]) => !before.has(key) || !after.has(key));
  const changes = [...after].flatMap(([key, item]) => changeOf(before.get(key), item));
  const beyond = changes.filter((change) => differs(change.old, change.now));
  return {
    faster: beyond.filter(({ ratio }) => ratio > 1).sort((a, b) => b.ratio - a.ratio),
    slower: beyond.filter(({ ratio }) => ratio < 1).sort((a, b) => a.ratio - b.ratio),
    same: changes.length - beyond.length,
    missing: [...new Set(alone.map(([, item]) => titleOf(item)))],
  };
}

function changeOf(old: Measurement | undefined, now: Measurement): Change[] {
  if (!old) return [];
  const ratio = speed(now.unit, now.median, old.median);
  return [{ title: titleOf(now), variant: now.variant, old, now, ratio }];
}
