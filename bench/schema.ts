// The one shape of what benchmarks measure, so that one program judges, prints, compares and draws all of it.
import { writeFileSync } from "node:fs";
import type { Budget, Timing } from "./harness.js";

const RATES = ["GFLOP/s", "GB/s", "el/ns"] as const;

/** "": a ratio or an exponent of which less is better. */
export type Unit = (typeof RATES)[number] | "ns" | "us" | "ms" | "bytes" | "";

/** What one variant took or reached in one case. */
export interface Measurement {
  section: string;
  name: string;
  size: string;
  /** strict, relaxed, twin, plain, a peer; "" for the machine itself. */
  variant: string;
  unit: Unit;
  median: number;
  p25: number;
  p75: number;
  /** 0: it has a target and could not be measured. */
  samples: number;
  /** What it is held against, in the same unit. */
  baseline?: { name: string; median: number };
  /** How many times as fast as the baseline; of bytes: how many times as small. */
  ratio?: number;
  /** The largest error over the largest number of the output, against float64. */
  deviation?: number;
  target?: Target;
}

export interface Target {
  of: "median" | "ratio";
  wanted: number;
}

/** What a report was made with. */
export interface Environment {
  date: string;
  /** With "+" where the working tree has changes; undefined without git. */
  commit: string | undefined;
  node: string;
  v8: string;
  platform: string;
  cpu: string;
  cores: number;
  /** GiB. */
  memory: number;
  /** Of the last minute. Beyond the number of cores long calls are interrupted, and look slower than short ones. */
  load: number;
  budget: Budget;
}

export interface Report {
  command: string;
  environment: Environment;
  /** Of peers. */
  versions?: Readonly<Record<string, string>>;
  measurements: readonly Measurement[];
  /** What was wrong or could not run. */
  notes: readonly string[];
}

const isRate = (unit: Unit): boolean => RATES.some((rate) => rate === unit);

/** How many times as fast, or as small, `a` is as `b`, both of one unit. */
export const speed = (unit: Unit, a: number, b: number): number => (isRate(unit) ? a / b : b / a);

export interface Verdict {
  sign: "≥" | "≤";
  state: "reached" | "MISSED" | "not measured";
  /** How many times as good as its target. A difference of two times can be nothing and less. */
  margin: number;
}

/** Of numbers as they were measured, not as they are printed. Undefined without a target. */
export function verdict({ unit, median, ratio = 0, samples, target }: Measurement): Verdict | undefined {
  if (!target) return undefined;
  const [least, measured] = target.of === "ratio" ? [true, ratio] : [isRate(unit), median];
  const most = measured > 0 ? target.wanted / measured : Number.POSITIVE_INFINITY;
  const margin = least ? measured / target.wanted : most;
  return {
    sign: least ? "≥" : "≤",
    state: samples === 0 ? "not measured" : margin >= 1 ? "reached" : "MISSED",
    margin,
  };
}

type Figure = Pick<Measurement, "unit" | "median">;

/** With what it is held against, in the same unit. */
export function against<F extends Figure>(item: F, median: number, name = "limit") {
  return { ...item, baseline: { name, median }, ratio: speed(item.unit, item.median, median) };
}

export function targeted<F extends Figure>(item: F, of: Target["of"], wanted: number | undefined) {
  return { ...item, target: wanted === undefined ? undefined : { of, wanted } };
}

/** A timing as numbers of a measurement. */
export function nanoseconds({ median, p25, p75, samples }: Timing) {
  return { unit: "ns", median, p25, p75, samples } as const;
}

/** What has no spread. */
export function exactly<U extends Unit>(unit: U, value: number, samples = 1) {
  return { unit, median: value, p25: value, p75: value, samples };
}

/** Digits of a measured number that are written. */
const DIGITS = 5;

/** A measurement a line. */
export function stringify(report: Report): string {
  const lines = Object.entries(report).map(([key, value]) => {
    const text = Array.isArray(value) && value.length ? `[\n${value.map(compact).join(",\n")}\n]` : compact(value);
    return `${JSON.stringify(key)}: ${text}`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}

function compact(value: unknown): string {
  return JSON.stringify(value, (_, x) =>
    typeof x === "number" && !Number.isInteger(x) ? Number(x.toPrecision(DIGITS)) : x,
  );
}

export const write = (file: string, report: Report): void => writeFileSync(file, stringify(report));
