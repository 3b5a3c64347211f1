// The committed reports of the benchmarks, one for each command and engine.
import { readdirSync, readFileSync } from "node:fs";
import type { Measurement, Report, Verdict } from "../../bench/schema.js";

const folder = new URL("../../bench/results/", import.meta.url);

export type Name = "limits" | "peers" | "bench" | "isolated" | "scaling";

/** "Node 20" and its reports. */
export interface Engine {
  title: string;
  reports: Partial<Record<Name, Report>>;
}

/** In ascending order of their versions. */
export function readEngines(): Engine[] {
  const files = readdirSync(folder).flatMap((file) => {
    const [, name, major] = /^(\w+)-node(\d+)\.json$/.exec(file) ?? [];
    return name ? { name, major: Number(major), file } : [];
  });
  const majors = [...new Set(files.map(({ major }) => major))].sort((a, b) => a - b);
  return majors.map((major) => {
    const own = files.filter((item) => item.major === major);
    const read = (file: string): Report => JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    return { title: `Node ${major}`, reports: Object.fromEntries(own.map(({ name, file }) => [name, read(file)])) };
  });
}

/** The first engine's that has one. */
export function reportOf(engines: readonly Engine[], name: Name): Report | undefined {
  return engines.map(({ reports }) => reports[name]).find((report) => report !== undefined);
}

export function sectionsOf(measurements: readonly Measurement[]): string[] {
  return [...new Set(measurements.map(({ section }) => section))];
}

/** What a verdict of one case is about. */
export function measuredOf(all: readonly Measurement[], { title, variant, worst }: Verdict): Measurement | undefined {
  return all.find(
    (item) => item.section === title && item.variant === variant && `${item.name} ${item.size}` === worst,
  );
}

/** How many times as good as the target. A difference of two times can be nothing and less. */
export function margin({ at, wanted, measured = Number.NaN }: Verdict): number {
  if (at === "least") return measured / wanted;
  return measured > 0 ? wanted / measured : Number.MAX_VALUE;
}

/** Verdicts of one target: the same title and the same numbers wanted of every variant. */
export interface Goal {
  title: string;
  cases: string[];
  verdicts: Verdict[];
}

/** Of several cases with the same target, the worst is its verdict. */
export function goalsOf(verdicts: readonly Verdict[]): Goal[] {
  const goals = new Map<string, Goal>();
  for (const { title, worst } of verdicts) {
    const own = verdicts.filter((item) => item.title === title && item.worst === worst);
    const key = JSON.stringify([title, ...own.map(({ variant, wanted }) => [variant, wanted])]);
    const goal = goals.get(key) ?? { title, cases: [], verdicts: [] };
    if (!goal.cases.includes(worst))
      goals.set(key, { title, cases: [...goal.cases, worst], verdicts: [...goal.verdicts, ...own] });
  }
  return [...goals.values()];
}

export function worstOf(verdicts: readonly Verdict[], variant: string): Verdict | undefined {
  return verdicts.filter((item) => item.variant === variant).sort((a, b) => margin(a) - margin(b))[0];
}
