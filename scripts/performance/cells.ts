// Figures as they stand in the tables.
import { digits, quantity } from "../../bench/report.js";
import type { Measurement, State, Unit, Verdict } from "../../bench/schema.js";

/** Median and the larger distance to a quartile. */
export function figure({ median, p25, p75, unit }: Measurement): string {
  const spread = (100 * Math.max(median - p25, p75 - median)) / Math.abs(median);
  return `${quantity(median, unit)} ±${spread.toFixed(spread < 1 ? 1 : 0)} %`;
}

/** Small ratios have three decimals: most targets against peers are below 1. */
export function number(value: number, unit: Unit = ""): string {
  return unit ? `${digits(value)} ${unit}` : value.toFixed(value < 0.1 ? 3 : 2);
}

export const times = (ratio: number): string => `${digits(ratio)}x`;

export const wanted = ({ at, wanted, unit }: Verdict): string =>
  `${at === "most" ? "≤" : "≥"} ${wanted} ${unit}`.trim();

const mark = (state: State): string => (state === "MISSED" ? "**MISSED**" : state);

export function outcome(verdict: Verdict | undefined): string {
  if (!verdict) return "";
  const { measured, unit, state } = verdict;
  return measured === undefined ? state : `${number(measured, unit)} ${mark(state)}`;
}

export function counted(verdicts: readonly (Verdict | undefined)[]): string {
  const all = verdicts.filter((verdict) => verdict !== undefined);
  const of = (state: State) => all.filter((verdict) => verdict.state === state).length;
  const unknown = of("not measured");
  return `${of("reached")} of ${all.length} reached${unknown ? `, ${unknown} not measured` : ""}`;
}
