// The series as tables for the terminal: a size a column.
import Table from "cli-table3";
import { CHARS, quantity, STYLE } from "../report.js";
import type { Measurement, Report, Verdict } from "../schema.js";

export function tables({ measurements, verdicts }: Report): string {
  const sections = [...new Set(measurements.map(({ section }) => section))];
  return sections.map((section) => table(section, measurements, verdicts)).join("\n\n");
}

function table(section: string, all: readonly Measurement[], verdicts: readonly Verdict[]): string {
  const own = all.filter((item) => item.section === section);
  const sizes = [...new Set(own.map(({ size }) => size))];
  const output = new Table({
    head: [section, ...sizes, "spread", "slope", "expected"],
    colAligns: ["left", ...Array<"right">(sizes.length + 3).fill("right")],
    chars: CHARS,
    style: STYLE,
  });
  for (const name of new Set(own.map((item) => item.name))) {
    const points = own.filter((item) => item.name === name);
    const slope = verdicts.find(({ title }) => title === `${section}: slope of ${name}`);
    const widest = Math.max(...points.map(({ median, p25, p75 }) => Math.max(median - p25, p75 - median) / median));
    const figures = points.map(({ median, unit }) => quantity(median, unit));
    output.push([
      name,
      ...figures,
      `±${(100 * widest).toFixed(0)}%`,
      slopeText(slope),
      slope?.worst.split(" ")[1] ?? "",
    ]);
  }
  return output.toString().replace(/ +$/gm, "");
}

const slopeText = (slope: Verdict | undefined): string =>
  slope ? `${slope.measured?.toFixed(2)}${slope.state === "MISSED" ? " MISSED" : ""}` : "";
