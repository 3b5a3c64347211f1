// All that was measured, table by table.

import { quantity } from "../../bench/report.js";
import type { Measurement, Report } from "../../bench/schema.js";
import { type Block, heading, table, text } from "./blocks.js";
import { figure, number, outcome, times, wanted } from "./cells.js";
import { type Engine, reportOf, sectionsOf } from "./results.js";

const unique = (values: readonly string[]): string[] => [...new Set(values)];

/** Figures, their limit and share, engine by engine. */
export function limits(engines: readonly Engine[]): Block[] {
  const measured = engines.filter(({ reports }) => reports.limits);
  const all = measured.map(({ reports }) => reports.limits?.measurements ?? []);
  const head = measured.flatMap(({ title }) => [title, "of the limit"]);
  const blocks = sectionsOf(all.flat()).flatMap((section) => {
    const own = all.map((items) => items.filter((item) => item.section === section));
    const keys = unique(own.flat().map(({ name, size, variant }) => JSON.stringify([name, size, variant])));
    const hasShare = own.flat().some(({ ratio }) => ratio !== undefined);
    const rows = keys.map((key) => {
      const cells = own.flatMap((items) => {
        const item = items.find(({ name, size, variant }) => JSON.stringify([name, size, variant]) === key);
        return [item ? figure(item) : "", item?.ratio === undefined ? "" : number(item.ratio)];
      });
      return [...JSON.parse(key), ...(hasShare ? cells : cells.filter((_, i) => i % 2 === 0))];
    });
    const columns = hasShare ? head : head.filter((_, i) => i % 2 === 0);
    return [heading(3, upper(section)), table(["", "size", "build", ...columns], rows, 3)];
  });
  const about = text("`npm run bench:limits`. Medians with the larger distance to a quartile.");
  return [heading(2, "The machine, and the kernels' shares of it"), about, ...blocks];
}

const upper = (title: string): string => title[0].toUpperCase() + title.slice(1);

const SINGLE = ["to load, gzip", "cold process to first softmax"];

export function peers(engines: readonly Engine[]): Block[] {
  const report = reportOf(engines, "peers");
  if (!report) return [];
  const { measurements, versions = {}, notes } = report;
  const sections = sectionsOf(measurements).filter((section) => !SINGLE.includes(section));
  const named = Object.entries(versions).filter(([name, version]) => version && name !== "strict");
  return [
    heading(2, "Peers"),
    text(
      "`npm run bench:peers` ([how](../bench/peers/README.md)). One thread. *resident*: the numbers lie where the peer computes;",
      "*array*: from a `Float32Array` to a new one; *out*: to one that is given.",
    ),
    text(`Versions: ${named.map((pair) => pair.join(" ")).join("; ")}.`),
    ...(notes.length ? [text(notes.join("\n"))] : []),
    ...sections.flatMap((section) => [heading(3, upper(section)), bySize(measurements, section)]),
    ...footprint(measurements),
    ...cold(measurements),
  ];
}

/** A variant a column, a size a row. */
function bySize(all: readonly Measurement[], section: string): Block {
  const own = all.filter((item) => item.section === section);
  const [sizes, variants] = [unique(own.map(({ size }) => size)), unique(own.map(({ variant }) => variant))];
  const cell = (size: string, variant: string) => {
    const item = own.find((one) => one.size === size && one.variant === variant);
    return item ? figure(item) : "";
  };
  const rows = sizes.map((size) => [size, ...variants.map((variant) => cell(size, variant))]);
  return table(["", ...variants], rows);
}

function footprint(all: readonly Measurement[]): Block[] {
  const own = all.filter(({ section }) => section === SINGLE[0]);
  const rows = own.map(({ variant, median, name }) => [variant, `${(median / 1000).toFixed(1)} KB`, name]);
  return own.length ? [heading(3, "To load, gzip"), table(["", "total", "files"], rows)] : [];
}

function cold(all: readonly Measurement[]): Block[] {
  const own = all.filter(({ section }) => section === SINGLE[1]);
  const rows = own.map((item) => {
    const above = item.median - (item.baseline?.median ?? 0);
    return [item.variant, figure(item), above ? quantity(above, "ns") : ""];
  });
  return own.length ? [heading(3, "Cold process to first softmax"), table(["", "median", "above empty"], rows)] : [];
}

export function plain(engines: readonly Engine[]): Block[] {
  const [together, isolated] = (["bench", "isolated"] as const).map((name) => reportOf(engines, name));
  const about = text(
    "`npm run bench`. twin: the JavaScript fallback with the bits of strict. plain: JavaScript as a user would write it",
    "(`bench/plain/`). All in one process, as in an application; isolated: each case in a process of its own.",
  );
  const blocks = [
    ...(together ? againstPlain(together, "") : []),
    ...(isolated ? againstPlain(isolated, ", isolated") : []),
  ];
  return [heading(2, "Plain JavaScript"), about, ...blocks];
}

function againstPlain({ measurements, notes }: Report, title: string): Block[] {
  const sections = sectionsOf(measurements).flatMap((section) => {
    const own = measurements.filter((item) => item.section === section);
    const rows = unique(own.map(({ name, size }) => JSON.stringify([name, size]))).map((key) => {
      const of = own.filter(({ name, size }) => JSON.stringify([name, size]) === key);
      const ratios = of.filter(({ variant }) => variant !== "plain").map(({ ratio = 0 }) => times(ratio));
      return [...JSON.parse(key), ...of.map(figure), ...ratios];
    });
    const head = ["", "size", "strict", "twin", "plain", "strict/plain", "twin/plain"];
    return [heading(3, upper(section) + title), table(head, rows, 2)];
  });
  return [...(notes.length ? [text(notes.join("\n"))] : []), ...sections];
}

/** Times and bytes by size, and the exponents. */
export function scaling(engines: readonly Engine[]): Block[] {
  const measured = engines.flatMap(({ title, reports }) =>
    reports.scaling ? [{ title, report: reports.scaling }] : [],
  );
  const titles = unique(measured.flatMap(({ report }) => report.verdicts.map(({ title }) => title)));
  const slopes = titles.map((title) => {
    const of = measured.map(({ report }) => report.verdicts.find((item) => item.title === title));
    const any = of.find((item) => item !== undefined);
    const expected = any?.worst.split(" ")[1] ?? "";
    return [title, expected, any ? wanted(any) : "", ...of.map(outcome)];
  });
  const sections = measured[0] ? growth(measured[0].report) : [];
  return [table(["", "expected", "target", ...measured.map(({ title }) => title)], slopes), ...sections];
}

function growth({ measurements }: Report): Block[] {
  return sectionsOf(measurements).map((section) => {
    const own = measurements.filter((item) => item.section === section);
    const sizes = unique(own.map(({ size }) => size));
    const rows = unique(own.map(({ name }) => name)).map((name) => [
      name,
      ...sizes.map((size) => {
        const item = own.find((one) => one.name === name && one.size === size);
        return item ? quantity(item.median, item.unit) : "";
      }),
    ]);
    return table([section, ...sizes], rows);
  });
}
