// A report as text: what it was made with, and a table for each section, every figure beside its target.
import { execFileSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";
import Table from "cli-table3";
import type { Budget } from "./harness.js";
import { type Environment, type Measurement, type Report, type Unit, verdict } from "./schema.js";

export function environment(budget: Budget): Environment {
  const { node, v8 } = process.versions;
  return {
    date: new Date().toISOString(),
    commit: commit(),
    node,
    v8,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memory: Math.round(totalmem() / 2 ** 30),
    load: loadavg()[0],
    budget,
  };
}

/** What the benchmarks themselves write. */
const WRITTEN = ["bench/results", "docs/performance", "docs/performance.md", "README.md"];

/** Of the working tree, "+" where it has changes other than results; undefined without git. */
function commit(): string | undefined {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: import.meta.dirname, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  try {
    const others = WRITTEN.map((path) => `:(top,exclude)${path}`);
    const changes = git("status", "--porcelain", "--untracked-files=no", "--", ":(top)", ...others).trim();
    return git("rev-parse", "HEAD").trim() + (changes ? "+" : "");
  } catch {
    return undefined;
  }
}

export function where({ node, v8, cpu, cores, load, commit }: Environment): string {
  const parts = [`Node ${node}`, `V8 ${v8}`, `${cpu} (${cores} cores)`, `load ${load.toFixed(1)}`];
  if (commit) parts.push(`commit ${commit.replace(/(?<=^.{12})[^+]*/, "")}`);
  return parts.join(", ");
}

export const versionsOf = (versions: Report["versions"] = {}): string =>
  Object.entries(versions)
    .filter(([, version]) => version)
    .map((pair) => pair.join(" "))
    .join("; ");

/** Three of them. */
export function digits(value: number): string {
  const size = Math.abs(value);
  if (size > 0 && size < 0.001) return value.toExponential(1);
  return size < 1 ? value.toPrecision(3) : value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0);
}

const DURATIONS = { s: 1e9, ms: 1e6, us: 1e3, ns: 1 };
const BYTES = { MB: 1e6, KB: 1e3, bytes: 1 };

/** With three digits and a unit that is fit to read. */
export function quantity(value: number, unit: Unit): string {
  const units: Record<string, number> = unit in DURATIONS ? DURATIONS : unit in BYTES ? BYTES : { [unit]: 1 };
  const whole = value * units[unit];
  const all = Object.entries(units);
  const [name, size] = all.find(([, least]) => Math.abs(whole) >= least) ?? all[all.length - 1];
  return `${digits(whole / size)} ${name}`.trim();
}

export const times = (ratio: number): string => `${digits(ratio)}x`;

/** The median with the larger distance to a quartile, in per cent where that can be read. */
function figure({ median, p25, p75, unit }: Measurement): string {
  const spread = Math.max(median - p25, p75 - median);
  const percent = (100 * spread) / Math.abs(median);
  const text = percent > 999 ? quantity(spread, unit) : `${percent.toFixed(percent < 1 ? 1 : 0)} %`;
  return quantity(median, unit) + (p25 === p75 ? "" : ` ±${text}`);
}

/** A target and what became of it. */
export function outcome(item: Measurement): string {
  const [judged, { target, unit }] = [verdict(item), item];
  if (!judged || !target) return "";
  const wanted = target.of === "ratio" ? `${target.wanted}x` : `${target.wanted} ${unit}`.trim();
  return `${judged.sign} ${wanted} ${judged.state}`;
}

/** A figure, its ratio, its target, as far as it has them. */
export function cell(item: Measurement): string {
  const { ratio, samples } = item;
  return [samples ? figure(item) : "", ratio === undefined ? "" : times(ratio), outcome(item)]
    .filter(Boolean)
    .join(", ");
}

export interface Section {
  title: string;
  variants: string[];
  /** What the case is, then a cell for each variant. */
  rows: string[][];
}

/** A case a row, a variant a column. */
export function sectionsOf(all: readonly Measurement[]): Section[] {
  return [...groupBy([...all, ...deviations(all)], ({ section }) => section)].map(([title, own]) => {
    const variants = [...new Set(own.map(({ variant }) => variant))];
    const rows = [...groupBy(own, caseOf)].map(([name, items]) => {
      const of = (variant: string) => items.filter((item) => item.variant === variant);
      return [name, ...variants.map((variant) => of(variant).map(cell).join("; "))];
    });
    return { title, variants, rows };
  });
}

export const caseOf = ({ name, size }: Measurement): string => `${name} ${size}`.trim();

/** The largest of each section and variant. */
function deviations(all: readonly Measurement[]): Measurement[] {
  const known = all.filter(({ deviation }) => deviation !== undefined);
  return [...groupBy(known, ({ section, variant }) => JSON.stringify([section, variant])).values()].map((own) => {
    const { section: name, variant, samples } = own[0];
    const worst = Math.max(...own.map(({ deviation = 0 }) => deviation));
    const section = "largest error over largest number";
    return { section, name, size: "", variant, unit: "", median: worst, p25: worst, p75: worst, samples };
  });
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** "3 of 5 reached", with what could not be measured. */
export function score(all: readonly Measurement[]): string {
  const states = all.flatMap((item) => verdict(item)?.state ?? []);
  const of = (wanted: string) => states.filter((state) => state === wanted).length;
  const unknown = of("not measured");
  return `${of("reached")} of ${states.length} reached${unknown ? `, ${unknown} not measured` : ""}`;
}

const EDGES = ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"];
const LINES = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid"];
/** Columns two blanks apart, no lines. */
const chars = { ...Object.fromEntries([...EDGES, ...LINES].map((name) => [name, ""])), middle: "  " };
const style = { head: [], border: [], "padding-left": 0, "padding-right": 0 };

/** A table for the terminal; columns after the first are right-aligned. */
export function printed(head: readonly string[], rows: readonly string[][]): string {
  const colAligns = head.map((_, i) => (i ? "right" : "left") as "right" | "left");
  const table = new Table({ head: [...head], colAligns, chars, style });
  table.push(...rows);
  return table.toString().replace(/ +$/gm, "");
}

/** What a command prints. */
export function text({ environment, versions, measurements, notes }: Report): string {
  const missed = measurements.filter((item) => verdict(item)?.state === "MISSED");
  const end = [
    "medians with the larger distance to a quartile; x: times as fast as what it is held against",
    where(environment),
    versionsOf(versions),
    ...notes,
    measurements.some(({ target }) => target) ? score(measurements) : "",
    ...missed.map((item) => `${item.section}, ${caseOf(item)}, ${item.variant}: ${cell(item)}`),
  ];
  const tables = sectionsOf(measurements).map(({ title, variants, rows }) => printed([title, ...variants], rows));
  return [...tables, end.filter(Boolean).join("\n")].join("\n\n");
}
