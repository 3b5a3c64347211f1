// What a section of limits measures: figures, what they are held against, and their targets.
import type { WasmName } from "../../src/backend/instantiate.js";
import { type Budget, measure, type Row, type Run } from "../harness.js";
import type { Measurement, Unit } from "../schema.js";
import type { Bed } from "./bed.js";

export { against, targeted } from "../schema.js";

export type Figure = Omit<Measurement, "section">;

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

interface Place {
  name: string;
  size: string;
  build?: WasmName;
}

const placed = ({ name, size, build }: Place) => ({ name, size, variant: build ?? "" });

/** `amount` flop, bytes or elements a call, as G.../s or el/ns. */
export function rate(place: Place, unit: Unit, amount: number, { median, p25, p75, samples }: Row): Figure {
  return { ...placed(place), unit, median: amount / median, p25: amount / p75, p75: amount / p25, samples };
}

const NANOSECONDS = { ns: 1, us: 1e3, ms: 1e6 };

/** Of one of `calls`. */
export function duration(place: Place, unit: keyof typeof NANOSECONDS, row: Row, calls = 1): Figure {
  const [median, p25, p75] = [row.median, row.p25, row.p75].map((ns) => ns / calls / NANOSECONDS[unit]);
  return { ...placed(place), unit, median, p25, p75, samples: row.samples };
}
