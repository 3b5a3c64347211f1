// The results as tables for the terminal.
import Table from "cli-table3";
import type { Timing } from "../harness.js";
import { CHARS, duration, type Environment, STYLE, where } from "../report.js";
import type { Cold, Entry, Footprint, Result } from "./results.js";
import type { Verdict } from "./verdict.js";

export interface Report {
  environment: Environment & { versions: Readonly<Record<string, string>> };
  /** Peers that do not run here, each with the reason. */
  skipped: readonly string[];
  results: readonly Result[];
  footprints: readonly Footprint[];
  cold: readonly Cold[];
  targets: readonly Verdict[];
}

export function text({ environment, skipped, results, footprints, cold, targets }: Report): string {
  const blocks = [
    skipped.join("\n"),
    ...tables(results),
    footprints.length ? footprintTable(footprints) : "",
    cold.length ? coldTable(cold) : "",
    results.length ? deviationTable(results, Object.keys(environment.versions)) : "",
    targetTable(targets),
    errors(results).join("\n"),
  ];
  const versions = Object.entries(environment.versions)
    .filter(([, version]) => version)
    .map((pair) => pair.join(" "));
  const end = `medians, the larger distance to a quartile; ${where(environment)}\n${versions.join("; ")}`;
  return [...blocks, end].filter(Boolean).join("\n\n");
}

function render(head: string[], rows: string[][], texts = 1): string {
  const colAligns = head.map((_, i): "left" | "right" => (i < texts ? "left" : "right"));
  const table = new Table({ head, colAligns, chars: CHARS, style: STYLE });
  table.push(...rows);
  return table.toString().replace(/ +$/gm, "");
}

/** One table for each operation: medians with the larger distance to a quartile. */
function tables(results: readonly Result[]): string[] {
  const names = [...new Set(results.map(({ name }) => name))];
  return names.map((name) =>
    table(
      name,
      results.filter((result) => result.name === name),
    ),
  );
}

function table(name: string, results: readonly Result[]): string {
  const peers = [...new Set(results.flatMap(({ entries }) => entries.map(({ peer }) => peer)))];
  const rows = results.map(({ size, entries }) => [
    size,
    ...peers.map((peer) => cell(entries.find((entry) => entry.peer === peer))),
  ]);
  return render([name, ...peers], rows);
}

function cell(entry: Entry | undefined): string {
  if (entry?.error) return "WRONG";
  return entry?.timing ? `${duration(entry.timing.median)} ${spread(entry.timing)}` : "";
}

function spread({ median, p25, p75 }: Timing): string {
  return `±${((100 * Math.max(median - p25, p75 - median)) / median).toFixed(0)}%`;
}

/** Of all sizes. */
function deviationTable(results: readonly Result[], peers: readonly string[]): string {
  const names = [...new Set(results.map(({ name }) => name))];
  const rows = names.map((name) => {
    const entries = results.filter((result) => result.name === name).flatMap((result) => result.entries);
    return [name, ...peers.map((peer) => largest(entries.filter((entry) => entry.peer === peer)))];
  });
  return render(["largest error over largest number", ...peers], rows);
}

function largest(entries: readonly Entry[]): string {
  const known = entries.flatMap(({ deviation }) => deviation ?? []);
  return known.length ? Math.max(...known).toExponential(1) : "";
}

export function errors(results: readonly Result[]): string[] {
  return results.flatMap(({ name, size, entries }) =>
    entries.filter(({ error }) => error).map(({ peer, error }) => `WRONG: ${name} ${size}, ${peer}: ${error}`),
  );
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} KB`;

function footprintTable(footprints: readonly Footprint[]): string {
  const rows = footprints.map(({ name, files, total }) => [
    name,
    kilobytes(total),
    Object.entries(files)
      .map(([file, bytes]) => `${file} ${kilobytes(bytes)}`)
      .join(", "),
  ]);
  return render(["to load, gzip", "total", "files"], rows);
}

function coldTable(cold: readonly Cold[]): string {
  const rows = cold.map(({ name, timing, above, error }) =>
    timing
      ? [name, `${duration(timing.median)} ${spread(timing)}`, duration(above ?? 0)]
      : [name, `failed: ${error}`, ""],
  );
  return render(["cold process to first softmax", "median", "above empty"], rows);
}

/** Every target with what was measured: the worst of its cases, softcell's time over the best peer's. */
function targetTable(all: readonly Verdict[]): string {
  const rows = all.map(({ title, variant, limit, unit, worst, state }) => [
    title,
    variant,
    worst ? worst.ratio.toFixed(worst.ratio < 1 ? 3 : 2) + unit : "",
    `${limit}${unit}`,
    state,
    worst ? [worst.size, worst.peer].filter(Boolean).join(", ") : "",
  ]);
  return render(["target: time over the peer's, at most", "", "measured", "target", "", "worst case, peer"], rows, 2);
}
