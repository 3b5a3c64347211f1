// The committed reports of the benchmarks, and what follows from several of them.
import { readdirSync, readFileSync } from "node:fs";
import { caseOf, groupBy } from "../../bench/report.js";
import { against, type Measurement, type Report, targeted, verdict } from "../../bench/schema.js";

const folder = new URL("../../bench/results/", import.meta.url);

export type Name = "limits" | "peers" | "bench" | "isolated" | "scaling";

export interface Run {
  /** Where there are others to tell it from. */
  label: string;
  report: Report;
}

/** By engine, in ascending order of their versions. */
export function runsOf(name: Name): Run[] {
  const majors = readdirSync(folder).flatMap((file) => {
    const [, of, major] = /^(\w+)-node(\d+)\.json$/.exec(file) ?? [];
    return of === name ? [Number(major)] : [];
  });
  return majors
    .sort((a, b) => a - b)
    .map((major) => {
      const report = JSON.parse(readFileSync(new URL(`${name}-node${major}.json`, folder), "utf8"));
      return { label: majors.length > 1 ? `Node ${major}` : "", report };
    });
}

/** Of the first engine. */
export const measurementsOf = (name: Name): readonly Measurement[] => runsOf(name)[0]?.report.measurements ?? [];

/** The measurements of all, with their labels in the variants. */
export const merged = (runs: readonly Run[]): Measurement[] =>
  runs.flatMap(({ label, report }) => report.measurements.map((item) => labelled(item, label)));

const labelled = (item: Measurement, label: string): Measurement => ({
  ...item,
  variant: [item.variant, label].filter(Boolean).join(", "),
});

/** Differences of two times have no ratio that says anything. */
const DIFFERENCE = "over its kernel";

/** What a newer engine is to reach of the speed of the first. */
const ENGINE_SHARE = 0.9;

/** Of all that has a target the slowest on each newer engine, over the first. */
export function between([first, ...others]: readonly Run[]): Measurement[] {
  return others.flatMap(({ label, report }) => {
    const all = report.measurements.filter(({ target, section }) => target && !section.includes(DIFFERENCE));
    return [...groupBy(all, ({ variant }) => variant).values()].flatMap((own) => {
      const shares = own.flatMap((item) => {
        const old = first.report.measurements.find((before) => placeOf(before) === placeOf(item));
        return old ? [against(item, old.median, first.label)] : [];
      });
      const worst = shares.sort((a, b) => a.ratio - b.ratio)[0];
      if (!worst) return [];
      const place = { section: `${label} against ${first.label}`, name: `the worst: ${caseOf(worst)}`, size: "" };
      return [labelled(targeted({ ...worst, ...place }, "ratio", ENGINE_SHARE), label)];
    });
  });
}

const placeOf = ({ section, name, size, variant }: Measurement): string =>
  JSON.stringify([section, name, size, variant]);

/** Of cases with the same targets the worst of each variant. */
export function goalsOf(all: readonly Measurement[]): Measurement[] {
  const wanted = all.filter(({ target }) => target);
  const cases = [...groupBy(wanted, ({ section, name, size }) => JSON.stringify([section, name, size])).values()];
  const goals = groupBy(cases, (own) => {
    return JSON.stringify([own[0].section, own[0].name, own.map(({ variant, target }) => [variant, target])]);
  });
  return [...goals.values()].flatMap((own) => {
    const sizes = own.map(([{ size }]) => size);
    const size = sizes.length > 2 ? `${sizes[0]} and ${sizes.length - 1} more` : sizes.join(", ");
    return [...groupBy(own.flat(), ({ variant }) => variant).values()].map((items) => ({ ...worstOf(items), size }));
  });
}

export const marginOf = (item: Measurement): number => verdict(item)?.margin ?? Number.NaN;

const worstOf = (items: readonly Measurement[]): Measurement =>
  items.reduce((a, b) => (marginOf(b) < marginOf(a) ? b : a));
