// What every benchmark writes with --json: one shape for all, so that one program compares, draws and describes them.
import { writeFileSync } from "node:fs";
import type { Environment } from "./report.js";

export type Unit = "ns" | "us" | "ms" | "GFLOP/s" | "GB/s" | "el/ns" | "bytes" | "";

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
  samples: number;
  /** What it is held against, in the same unit. */
  baseline?: { name: string; median: number };
  /** How many times as fast as the baseline; of bytes: how many times as small. */
  ratio?: number;
  /** The largest error over the largest number of the output, against float64. */
  deviation?: number;
}

/** A target and what was measured of it, in the worst of its cases. */
export interface Verdict {
  title: string;
  variant: string;
  /** Which way is good. */
  at: "least" | "most";
  wanted: number;
  /** Of both numbers; "" for a ratio. */
  unit: Unit;
  /** Undefined: it was not measured. */
  measured?: number;
  /** Case, and peer. */
  worst: string;
  state: State;
}

export type State = "reached" | "MISSED" | "not measured";

export interface Report {
  command: string;
  environment: Environment;
  /** Of peers. */
  versions?: Readonly<Record<string, string>>;
  measurements: readonly Measurement[];
  verdicts: readonly Verdict[];
  /** What was wrong or could not run. */
  notes: readonly string[];
}

export const isDuration = (unit: string): boolean => ["ns", "us", "ms"].includes(unit);

/** How many times as fast, or as small, `a` is as `b`, both of one unit. */
export function speed(unit: Unit, a: number, b: number): number {
  return isDuration(unit) || unit === "bytes" ? b / a : a / b;
}

export function verdict(
  rest: Pick<Verdict, "title" | "variant" | "at" | "wanted" | "unit">,
  measured: number | undefined,
  worst: string,
  reached: boolean,
): Verdict {
  const state: State = measured === undefined ? "not measured" : reached ? "reached" : "MISSED";
  return { ...rest, measured, worst, state };
}

/** Digits of a measured number that are written. */
const DIGITS = 5;

/** A measurement or verdict a line. */
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

export function write(file: string, report: Report): void {
  writeFileSync(file, stringify(report));
}
