// What is reported: a figure, the limit it is held against, and its target.
import type { WasmName } from "../../src/backend/instantiate.js";
import { type Budget, measure, type Row, type Run } from "../harness.js";
import type { Bed } from "./bed.js";

export type Unit = "GFLOP/s" | "GB/s" | "el/ns" | "ns" | "us" | "ms";

export interface Figure {
  section?: string;
  name: string;
  size: string;
  build?: WasmName;
  unit: Unit;
  value: number;
  p25: number;
  p75: number;
  samples: number;
  /** What the machine, or what it is compared with, does, in the same unit. */
  limit?: number;
  /** Of the limit: how many times as fast. */
  share?: number;
  target?: Target;
}

/** A share or a rate of at least `wanted`, a duration of at most. */
export interface Target {
  of: "value" | "share";
  wanted: number;
  reached: boolean;
}

/** Runs that are measured in turns, and what follows. */
export interface Group {
  runs: Readonly<Record<string, Run>>;
  figures(rows: Readonly<Record<string, Row>>): Figure[];
  dispose?(): void;
}

/** Makes its data when it is asked for. */
export type MakeGroup = (bed: Bed) => Group;

export interface Section {
  title: string;
  /** Whether it does not depend on the build. */
  once?: boolean;
  groups: readonly MakeGroup[];
}

export function measureGroup(bed: Bed, make: MakeGroup, budget: Budget): Figure[] {
  bed.clear();
  const { runs, figures, dispose } = make(bed);
  try {
    const rows = measure(runs, { ...budget, baseline: Object.keys(runs)[0] });
    return figures(Object.fromEntries(rows.map((row) => [row.name, row])));
  } finally {
    dispose?.();
  }
}

type Place = Pick<Figure, "name" | "size" | "build">;

/** `amount` flop, bytes or elements a call, as G.../s or el/ns. */
export function rate(place: Place, unit: Unit, amount: number, row: Row): Figure {
  const { median, p25, p75, samples } = row;
  return { ...place, unit, value: amount / median, p25: amount / p75, p75: amount / p25, samples };
}

const NANOSECONDS = { ns: 1, us: 1e3, ms: 1e6 };

/** Of one of `calls`. */
export function duration(place: Place, unit: keyof typeof NANOSECONDS, row: Row, calls = 1): Figure {
  const [value, p25, p75] = [row.median, row.p25, row.p75].map((ns) => ns / calls / NANOSECONDS[unit]);
  return { ...place, unit, value, p25, p75, samples: row.samples };
}

/** Of a rate or a duration: how many times as fast as the limit it is. */
export function against(figure: Figure, limit: number): Figure {
  return { ...figure, limit, share: isDuration(figure.unit) ? limit / figure.value : figure.value / limit };
}

export function targeted(figure: Figure, of: Target["of"], wanted: number): Figure {
  const value = of === "share" ? (figure.share ?? 0) : figure.value;
  // two digits, as the table shows it: what reads as the target has reached it
  const reached = of === "value" && isDuration(figure.unit) ? value <= wanted : Number(value.toFixed(2)) >= wanted;
  return { ...figure, target: { of, wanted, reached } };
}

function isDuration(unit: Unit): boolean {
  return unit in NANOSECONDS;
}
