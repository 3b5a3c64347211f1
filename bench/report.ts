// The results as a table for the terminal and as a report.
import { execFileSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";
import Table from "cli-table3";
import type { Floor, Result } from "./cases.js";
import type { Budget, Timing } from "./harness.js";
import { isDuration, type Measurement, type Report, type Unit, verdict } from "./schema.js";

export function environment(budget: Budget) {
  const { node, v8 } = process.versions;
  return {
    date: new Date().toISOString(),
    commit: commit(),
    node,
    v8,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    /** GiB. */
    memory: Math.round(totalmem() / 2 ** 30),
    /** Of the last minute. Beyond the number of cores long calls are interrupted, and look slower than short ones. */
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

export type Environment = ReturnType<typeof environment>;

const ORDER = ["strict", "twin", "plain"] as const;

export function reportOf(results: readonly Result[], environment: Environment, isolated = false): Report {
  return {
    command: `npm run bench${isolated ? " -- --isolated" : ""}`,
    environment,
    measurements: results.flatMap(measurementsOf),
    verdicts: results.flatMap(({ name, size, floors }) =>
      floors.map(({ variant, target, measured, reached }) => {
        const title = `${name} ${size}, times as fast as plain JavaScript`;
        return verdict({ title, variant, at: "least", wanted: target, unit: "" }, measured, "", reached);
      }),
    ),
    notes: wrong(results),
  };
}

function measurementsOf({ family: section, name, size, variants }: Result): Measurement[] {
  if (!variants) return [];
  const baseline = { name: "plain", median: variants.plain.median };
  return ORDER.map((variant) => {
    const { median, p25, p75, samples, ratio } = variants[variant];
    return { section, name, size, variant, unit: "ns", median, p25, p75, samples, baseline, ratio };
  });
}

const wrong = (results: readonly Result[]): string[] =>
  results.filter(({ error }) => error).map(({ name, size, error }) => `WRONG: ${name} ${size}: ${error}`);

const HEAD = ["", "size", "strict", "p25..p75", "twin", "plain", "strict/plain", "twin/plain", "target"];
const ALIGN: ("left" | "right")[] = ["left", "left", ...Array(6).fill("right"), "left"];

const EDGES = ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"];
const LINES = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid"];
/** Columns two blanks apart, no lines: 120 characters are enough. */
export const CHARS = { ...Object.fromEntries([...EDGES, ...LINES].map((name) => [name, ""])), middle: "  " };
export const STYLE = { head: [], border: [], "padding-left": 0, "padding-right": 0 };

export function table(results: readonly Result[]): string {
  const output = new Table({ head: HEAD, colAligns: ALIGN, chars: CHARS, style: STYLE });
  for (const family of new Set(results.map((result) => result.family))) {
    output.push([{ colSpan: HEAD.length, content: family }]);
    for (const result of results) if (result.family === family) output.push(cells(result));
  }
  return output.toString().replace(/ +$/gm, "");
}

function cells({ name, size, error, variants, floors }: Result) {
  if (!variants) return [`  ${name}`, size, { colSpan: HEAD.length - 2, content: `WRONG: ${error}` }];
  const { strict, twin, plain } = variants;
  const medians = [duration(strict.median), spread(strict), duration(twin.median), duration(plain.median)];
  return [`  ${name}`, size, ...medians, times(strict.ratio), times(twin.ratio), floors.map(target).join("\n")];
}

const times = (ratio: number): string => `${ratio.toFixed(ratio < 10 ? 2 : 1)}x`;

function target({ variant, target, reached }: Floor): string {
  return `${variant} ${target}x ${reached ? "reached" : "MISSED"}`;
}

const UNITS = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "us"],
  [1, "ns"],
] as const;

/** Nanoseconds with three digits and their unit. */
export function duration(ns: number): string {
  const [unit, name] = UNITS.find(([size]) => ns >= size) ?? UNITS[3];
  const value = ns / unit;
  return `${digits(value)} ${name}`;
}

const BYTES = [
  [2 ** 20, "MB"],
  [2 ** 10, "KB"],
  [1, "bytes"],
] as const;

/** With three digits and a unit that is fit to read. */
export function quantity(value: number, unit: Unit): string {
  if (isDuration(unit)) return duration(value * (UNITS.find(([, name]) => name === unit)?.[0] ?? 1));
  if (unit !== "bytes") return `${digits(value)} ${unit}`.trim();
  const [size, name] = BYTES.find(([least]) => value >= least) ?? BYTES[2];
  return `${size === 1 ? value : digits(value / size)} ${name}`;
}

/** Three of them. */
export const digits = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

function spread({ median, p25, p75 }: Timing): string {
  const percent = (value: number): string => ((100 * (value - median)) / median).toFixed(1);
  return `${percent(p25)}..+${percent(p75)}%`;
}

export const footer = (machine: Environment): string => `medians, x: times as fast as plain; ${where(machine)}`;

export function where({ node, v8, cpu, cores, load, commit }: Environment): string {
  const parts = [`Node ${node}`, `V8 ${v8}`, `${cpu} (${cores} cores)`, `load ${load.toFixed(1)}`];
  if (commit) parts.push(`commit ${commit.slice(0, 12)}`);
  return parts.join(", ");
}

/** What was reached of the targets, one line each that was missed. */
export function summary(results: readonly Result[]): string {
  const all = results.flatMap(({ name, size, floors }) => floors.map((floor) => ({ name, size, ...floor })));
  const missed = all.filter(({ reached }) => !reached);
  const lines = missed.map(
    ({ name, size, variant, target, measured }) =>
      `MISSED: ${name} ${size}, ${variant}: ${times(measured)}, target ${target}x`,
  );
  if (all.length) lines.unshift(`${all.length - missed.length} of ${all.length} targets reached`);
  return [...lines, ...wrong(results)].join("\n");
}
