// The figures as a table for the terminal and as JSON.
import Table from "cli-table3";
import { CHARS, type Environment, STYLE } from "../report.js";
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

/** Three digits. */
const number = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

function cells({ name, size, build, unit, value, p25, p75, limit, share, target }: Figure): string[] {
  const spread = `${number(p25)}..${number(p75)}`;
  const verdict = target ? `${wantedOf(target)} ${target.reached ? "reached" : "MISSED"}` : "";
  const optional = (x: number | undefined, text: (x: number) => string) => (x === undefined ? "" : text(x));
  const against = [optional(limit, number), optional(share, (x) => x.toFixed(2))];
  return [`  ${name}`, size, build ?? "", number(value), unit, spread, ...against, verdict];
}

const wantedOf = ({ of, wanted }: Target): string => (of === "share" ? `share ${wanted}` : `${wanted}`);

/** How many targets were reached, one line each that was missed. */
export function summary(figures: readonly Figure[]): string {
  const all = figures.flatMap(({ target, ...figure }) => (target ? [{ ...figure, target }] : []));
  if (!all.length) return "";
  const missed = all.filter(({ target }) => !target.reached);
  const lines = missed.map(({ section, name, size, build, unit, value, share = 0, target }) => {
    const got = target.of === "share" ? share.toFixed(2) : `${number(value)} ${unit}`;
    return `MISSED: ${section}, ${name} ${size}, ${build}: ${got}, target ${wantedOf(target)}`;
  });
  return [`${all.length - missed.length} of ${all.length} targets reached`, ...lines].join("\n");
}

export function json(figures: readonly Figure[], environment: Environment): string {
  return `${JSON.stringify({ environment, figures }, null, 2)}\n`;
}
