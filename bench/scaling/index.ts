// npm run bench:scaling -- [--filter TEXT] [--json FILE] [--quick]
import { Command } from "commander";
import { init } from "../../src/index.js";
import { check, type Library } from "../cases.js";
import { exitWith } from "../command.js";
import { type Budget, FULL, measure, QUICK, type Run } from "../harness.js";
import { progress, select, writable } from "../options.js";
import { environment, where } from "../report.js";
import { type Measurement, type Report, type Verdict, write } from "../schema.js";
import { SECTION as MEMORY, measureMemory } from "./memory.js";
import { tables } from "./report.js";
import { SERIES, type Series } from "./series.js";
import { pointsOf, verdictOf } from "./slope.js";

interface Options {
  filter?: string;
  json?: string;
  quick?: boolean;
}

function parse(argv: string[]): Options {
  const program = new Command("npm run bench:scaling --")
    .description("Times the strict build as work grows, results checked first, and fits the exponents; memory too.")
    .option("--filter <text>", `only series, or "${MEMORY}", whose title contains the text or matches it as a regex`)
    .option("--json <file>", "write environment and measurements to the file", writable)
    .option("--quick", "a size is warmed up for 0.1 s and timed for 0.2 s, instead of 0.25 s and 0.5 s")
    .allowExcessArguments(false)
    .exitOverride();
  return program.parse(argv, { from: "user" }).opts<Options>();
}

const sectionOf = ({ axis }: Series): string => `time against ${axis}`;
const titleOf = (part: Series | string): string =>
  typeof part === "string" ? part : `${sectionOf(part)} ${part.name}`;

/** The sizes take turns. Throws where a result is wrong. */
function measureSeries(series: Series, { strict, twin }: Library, budget: Budget): Measurement[] {
  const { name, points } = series;
  const made = points.map(({ x, item }) => {
    const variants = { strict: item.library(strict), twin: item.library(twin), plain: item.plain() };
    const error = check(item, variants);
    variants.twin.dispose?.();
    if (error) throw new Error(`${item.size}: ${error}`);
    return { size: String(x), variant: variants.strict };
  });
  try {
    const runs: Record<string, Run> = Object.fromEntries(made.map(({ size, variant }) => [`x ${size}`, variant.run]));
    const rows = measure(runs, { ...budget, baseline: Object.keys(runs)[0] });
    return rows.map(({ median, p25, p75, samples }, i) => {
      const { size } = made[i];
      return { section: sectionOf(series), name, size, variant: "strict", unit: "ns", median, p25, p75, samples };
    });
  } finally {
    for (const { variant } of made) variant.dispose?.();
  }
}

async function measureAll(parts: readonly (Series | string)[], budget: Budget): Promise<Report> {
  const library: Library = { strict: await init({ backend: "strict" }), twin: await init({ backend: "js" }) };
  const measurements: Measurement[] = [];
  const verdicts: Verdict[] = [];
  const notes: string[] = [];
  const fit = (section: string, name: string, slope: number) =>
    verdicts.push(verdictOf(section, name, slope, pointsOf({ measurements }, section)[name]));
  for (const part of parts) {
    progress(titleOf(part));
    try {
      if (typeof part === "string") {
        measurements.push(...(await measureMemory()));
        for (const name of Object.keys(pointsOf({ measurements }, part))) fit(part, name, 1);
      } else {
        measurements.push(...measureSeries(part, library, budget));
        fit(sectionOf(part), part.name, part.slope);
      }
    } catch (error) {
      notes.push(`WRONG: ${titleOf(part)}: ${error instanceof Error ? error.message : error}`);
    }
  }
  progress("");
  return { command: "npm run bench:scaling", environment: environment(budget), measurements, verdicts, notes };
}

async function main(argv: string[]): Promise<number> {
  const options = parse(argv);
  const parts = select<Series | string>([...SERIES, MEMORY], options.filter, titleOf);
  if (parts.length === 0) {
    console.error(`error: --filter expected a part of a series' title, got "${options.filter}"`);
    return 2;
  }
  const report = await measureAll(parts, options.quick ? QUICK : FULL);
  const end = `medians, the slope over the upper half of the sizes; ${where(report.environment)}`;
  console.log([tables(report), end, ...report.notes].join("\n"));
  if (options.json) write(options.json, report);
  return report.notes.length ? 1 : 0;
}

await exitWith(main);
