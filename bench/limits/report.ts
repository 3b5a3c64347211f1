// The figures as a table for the terminal and as a report.
import Table from "cli-table3";
import { CHARS, digits, type Environment, STYLE } from "../report.js";
import { isDuration, type Measurement, type Report, type Verdict, verdict } from "../schema.js";
import type { Figure, Target } from "./figure.js";

const HEAD = ["", "size", "build", "figure", "", "p25..p75", "limit", "share", "target"];
const ALIGN: ("left" | "right")[] = ["left", "left", "left", "right", "left", "right", "right", "right", "left"];

export function table(figures: readonly Figure[]): string {
  const output = new Table({ head: HEAD, colAligns: ALIGN, chars: CHARS, style: STYLE });
  for (const section of new Set(figures.map((figure) => figure.section))) {
    output.push([{ colSpan: HEAD.length, content: section }]);
    for (const figure of figures) if (figure.section === section) output.push(cells(figure));
  }
  return output.toString().replace(/ +$/gm, "");
}

function cells({ name, size, build, unit, value, p25, p75, limit, share, target }: Figure): string[] {
  const spread = `${digits(p25)}..${digits(p75)}`;
  const verdict = target ? `${wantedOf(target)} ${target.reached ? "reached" : "MISSED"}` : "";
  const optional = (x: number | undefined, text: (x: number) => string) => (x === undefined ? "" : text(x));
  const against = [optional(limit, digits), optional(share, (x) => x.toFixed(2))];
  return [`  ${name}`, size, build ?? "", digits(value), unit, spread, ...against, verdict];
}

const wantedOf = ({ of, wanted }: Target): string => (of === "share" ? `share ${wanted}` : `${wanted}`);

/** How many targets were reached, one line each that was missed. */
export function summary(figures: readonly Figure[]): string {
  const all = figures.flatMap(({ target, ...figure }) => (target ? [{ ...figure, target }] : []));
  if (!all.length) return "";
  const missed = all.filter(({ target }) => !target.reached);
  const lines = missed.map(({ section, name, size, build, unit, value, share = 0, target }) => {
    const got = target.of === "share" ? share.toFixed(2) : `${digits(value)} ${unit}`;
    return `MISSED: ${section}, ${name} ${size}, ${build}: ${got}, target ${wantedOf(target)}`;
  });
  return [`${all.length - missed.length} of ${all.length} targets reached`, ...lines].join("\n");
}

export function reportOf(figures: readonly Figure[], environment: Environment, notes: readonly string[]): Report {
  const verdicts = figures.flatMap(verdictOf);
  return { command: "npm run bench:limits", environment, measurements: figures.map(measurementOf), verdicts, notes };
}

function measurementOf({ section = "", name, size, build, ...figure }: Figure): Measurement {
  const { unit, value: median, p25, p75, samples, limit, share: ratio } = figure;
  const baseline = limit === undefined ? undefined : { name: "limit", median: limit };
  return { section, name, size, variant: build ?? "", unit, median, p25, p75, samples, baseline, ratio };
}

function verdictOf({ section = "", name, size, build, unit, value, share, target }: Figure): Verdict[] {
  if (!target) return [];
  const { of, wanted, reached } = target;
  const at = of === "value" && isDuration(unit) ? "most" : "least";
  const rest = { title: section, variant: build ?? "", at, wanted, unit: of === "value" ? unit : "" } as const;
  return [verdict(rest, of === "value" ? value : share, `${name} ${size}`, reached)];
}
