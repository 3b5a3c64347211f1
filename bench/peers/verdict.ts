// The targets against what was measured.
import type { Cold, Footprint, Result } from "./results.js";
import { COLD_LIMIT, FOOTPRINT_LIMIT, TARGETS, type Target, WASM_PEERS } from "./targets.js";

/** softcell over the best peer, of one case or of the footprint. */
export interface Ratio {
  size: string;
  ratio: number;
  peer: string;
}

export interface Verdict {
  title: string;
  variant: string;
  limit: number;
  unit: string;
  /** Of each case that was measured on both sides. */
  ratios: Ratio[];
  /** The largest of them; undefined: nothing was measured. */
  worst?: Ratio;
  state: "reached" | "MISSED" | "not measured";
}

export function verdicts(
  results: readonly Result[],
  footprints: readonly Footprint[],
  cold: readonly Cold[],
): Verdict[] {
  const ofTimes = TARGETS.flatMap((target) =>
    Object.entries(target.limits).map(([variant, limit]) =>
      verdict(target.title, variant, limit, ratiosOf(target, variant, results)),
    ),
  );
  return [...ofTimes, ofFootprint(footprints), ofCold(cold)];
}

function verdict(title: string, variant: string, limit: number, ratios: Ratio[], unit = ""): Verdict {
  const worst = [...ratios].sort((a, b) => b.ratio - a.ratio).at(0);
  const state = worst === undefined ? "not measured" : worst.ratio <= limit ? "reached" : "MISSED";
  return { title, variant, limit, unit, ratios, worst, state };
}

function ratiosOf({ covers, peers }: Target, variant: string, results: readonly Result[]): Ratio[] {
  return results
    .filter((result) => covers(result.case))
    .flatMap(({ size, entries }) => {
      const time = (name: string) => entries.find(({ peer }) => peer === name)?.timing?.median;
      return ratio(size, time(variant), best(peers.map((peer) => [peer, time(peer)])));
    });
}

type Named = [name: string, value: number | undefined];

function best(values: Named[]): [name: string, value: number] | undefined {
  const known = values.filter((pair): pair is [string, number] => pair[1] !== undefined);
  return known.sort((a, b) => a[1] - b[1]).at(0);
}

function ratio(size: string, ours: number | undefined, theirs: [string, number] | undefined): Ratio[] {
  return ours === undefined || theirs === undefined ? [] : [{ size, ratio: ours / theirs[1], peer: theirs[0] }];
}

function ofFootprint(footprints: readonly Footprint[]): Verdict {
  const total = (name: string) => footprints.find((item) => item.name === name)?.total;
  const ratios = ratio("", total("softcell"), best(WASM_PEERS.map((name) => [name, total(name)])));
  return verdict("everything that must be loaded, gzip, against the smallest peer", "strict", FOOTPRINT_LIMIT, ratios);
}

function ofCold(cold: readonly Cold[]): Verdict {
  const above = cold.find(({ name }) => name === "softcell")?.above;
  const ratios = above === undefined ? [] : [{ size: "", ratio: above / 1e6, peer: "an empty process" }];
  return verdict("cold process to first result, above an empty Node process", "strict", COLD_LIMIT, ratios, " ms");
}
