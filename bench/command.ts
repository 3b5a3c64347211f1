// What the commands of the benchmarks share: options, the line that shows how far they are, the report at the end.
import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { Command, CommanderError, InvalidArgumentError, type Option } from "commander";
import { type Budget, FULL, QUICK } from "./harness.js";
import { environment, text } from "./report.js";
import { type Measurement, type Report, write } from "./schema.js";

/** Runs a command and sets the exit code: what it returns, 2 for wrong options. */
export async function exitWith(main: (argv: string[]) => Promise<number> | number): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
}

export interface Options {
  filter?: string;
  json?: string;
  quick?: boolean;
}

export interface Benchmark<Part, More> {
  /** Of npm run. */
  name: string;
  description: string;
  parts: readonly Part[];
  /** What --filter looks at, and how the help calls it. */
  titleOf(part: Part): string;
  titles: string;
  more?: readonly Option[];
  measure(parts: readonly Part[], budget: Budget, options: Options & More): Promise<Partial<Report>>;
}

/** Measures, prints, writes: the whole command. */
export function benchmark<Part, More = object>(all: Benchmark<Part, More>): Promise<void> {
  const { name, description, titles } = all;
  return exitWith(async (argv) => {
    const program = new Command(`npm run ${name} --`)
      .description(description)
      .option("--filter <text>", `only ${titles} that contain the text or match it as a regex`)
      .option("--json <file>", "write environment and measurements to the file", writable)
      .option("--quick", "each is warmed up for 0.1 s and timed for 0.2 s, instead of 0.25 s and 0.5 s")
      .allowExcessArguments(false)
      .exitOverride();
    for (const option of all.more ?? []) program.addOption(option);
    const options = program.parse(argv, { from: "user" }).opts<Options & More>();
    const parts = select(all.parts, options.filter, all.titleOf);
    if (parts.length === 0) program.error(`error: --filter expected a part of ${titles}, got "${options.filter}"`);
    const budget = options.quick ? QUICK : FULL;
    const measured = await all.measure(parts, budget, options);
    progress("");
    const rest = { measurements: [], notes: [], ...measured };
    const report = { command: `npm run ${name}`, environment: environment(budget), ...rest };
    console.log(text(report));
    if (options.json) write(options.json, report);
    return report.notes.some((note) => note.startsWith(WRONG)) ? 1 : 0;
  });
}

const WRONG = "WRONG";

export const wrong = (title: string, error: unknown): string =>
  `${WRONG}: ${title}: ${error instanceof Error ? error.message : error}`;

/** Part after part; of one that throws there is a note instead of measurements. */
export async function each<Part>(
  parts: readonly Part[],
  titleOf: (part: Part) => string,
  measure: (part: Part) => readonly Measurement[] | Promise<readonly Measurement[]>,
): Promise<{ measurements: Measurement[]; notes: string[] }> {
  const [measurements, notes]: [Measurement[], string[]] = [[], []];
  for (const [i, part] of parts.entries()) {
    progress(`${i + 1}/${parts.length} ${titleOf(part)}`);
    try {
      measurements.push(...(await measure(part)));
    } catch (error) {
      notes.push(wrong(titleOf(part), error));
    }
  }
  return { measurements, notes };
}

/** Refused before the measurement, not after it. */
function writable(file: string): string {
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new Error("is a directory");
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
  return file;
}

/** Those whose title contains the text or matches it as a regex. */
export function select<T>(items: readonly T[], filter: string | undefined, title: (item: T) => string): readonly T[] {
  if (filter === undefined) return items;
  const pattern = regex(filter);
  return items.filter((item) => title(item).toLowerCase().includes(filter.toLowerCase()) || pattern?.test(title(item)));
}

function regex(text: string): RegExp | undefined {
  try {
    return new RegExp(text, "i");
  } catch {
    return undefined;
  }
}

export function progress(text: string): void {
  process.send?.({ progress: text }); // to bench:all
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
