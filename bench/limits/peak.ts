// The arithmetic peak: multiply-adds without anything else, in two forms.
import type { Row, Run } from "../harness.js";
import type { Bed } from "./bed.js";

const TURNS = 1024;

/** Flop of a call. */
export const PEAKS = { "8 sums of products": 64 * TURNS, "12 chains": 96 * TURNS };

export function peakRuns(bed: Bed): Record<keyof typeof PEAKS, Run> {
  const { limits } = bed;
  const weights = Array.from({ length: 16 }, (_, i) => 1 + i / 16);
  // factors that cancel, and chains that end at 1: no overflow, no denormals
  const factors = Array.from({ length: 2 * TURNS }, (_, i) => (i & 2 ? -1.5 : 1.5));
  const products = bed.put(Float32Array.of(...weights, ...factors));
  const starts = Array.from({ length: 48 }, (_, i) => i / 48);
  const chains = bed.put(Float32Array.of(...Array(8).fill(0.5), ...starts));
  return {
    "8 sums of products": () => limits.products8(products, TURNS),
    "12 chains": () => limits.chains12(chains, TURNS),
  };
}

/** GFLOP/s of the better form. */
export function peakOf(rows: Readonly<Record<string, Row>>): number {
  return Math.max(...Object.entries(PEAKS).map(([name, flop]) => flop / rows[name].median));
}
