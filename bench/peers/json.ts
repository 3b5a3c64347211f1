// A run as a report, in the shape that all benchmarks share.
import { type Measurement, type Report, type Verdict, verdict } from "../schema.js";
import { OUR_NAMES } from "./names.js";
import { errors, type Report as Run } from "./report.js";
import type { Cold, Footprint, Result } from "./results.js";
import type { Verdict as PeerVerdict } from "./verdict.js";

export const SECTIONS = { cold: "cold process to first softmax", footprint: "to load, gzip" };

export function reportOf(run: Run): Report {
  const { versions, ...environment } = run.environment;
  const measurements = [
    ...run.results.flatMap(measurementsOf),
    ...run.footprints.map(footprintOf),
    ...run.cold.flatMap(coldOf),
  ];
  const [verdicts, notes] = [run.targets.map(ofTarget), [...run.skipped, ...errors(run.results)]];
  return { command: "npm run bench:peers", environment, versions, measurements, verdicts, notes };
}

/** How many times as fast as the first variant of softcell, which is strict. */
function measurementsOf({ name: section, size, entries }: Result): Measurement[] {
  const first = entries.find(({ peer, timing }) => timing && peer === OUR_NAMES[0])?.timing;
  return entries.flatMap(({ peer, timing, deviation }) => {
    if (!timing) return [];
    const { median, p25, p75, samples } = timing;
    const against = first
      ? { baseline: { name: OUR_NAMES[0], median: first.median }, ratio: first.median / median }
      : {};
    return [{ section, name: "", size, variant: peer, unit: "ns", median, p25, p75, samples, ...against, deviation }];
  });
}

/** Its files in the name. */
function footprintOf({ name: variant, files, total: median }: Footprint): Measurement {
  const name = Object.keys(files).join(", ");
  const rest = { unit: "bytes", median, p25: median, p75: median, samples: 1 } as const;
  return { section: SECTIONS.footprint, name, size: "", variant, ...rest };
}

function coldOf({ name: variant, timing, above = 0 }: Cold): Measurement[] {
  if (!timing) return [];
  const { median, p25, p75, samples } = timing;
  const baseline = { name: "empty", median: median - above };
  return [{ section: SECTIONS.cold, name: "", size: "", variant, unit: "ns", median, p25, p75, samples, baseline }];
}

function ofTarget({ title, variant, limit, unit, worst, state }: PeerVerdict): Verdict {
  const cases = [worst?.size, worst?.peer].filter(Boolean).join(", ");
  const rest = { title, variant, at: "most", wanted: limit, unit: unit === " ms" ? "ms" : "" } as const;
  return verdict(rest, worst?.ratio, cases, state === "reached");
}
