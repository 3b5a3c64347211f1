// npm run bench:compare -- OLD.json NEW.json, two reports of one benchmark
import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { type Change, compare, RULE } from "./changes.js";
import { exitWith } from "./command.js";
import { printed, quantity, times, where } from "./report.js";
import type { Environment, Measurement, Report } from "./schema.js";

const HEAD = ["variant", "old", "p25..p75", "new", "p25..p75", "speed"];

const table = (title: string, changes: readonly Change[]): string =>
  printed(
    [`${title}: ${changes.length}`, ...HEAD],
    changes.map(({ title, variant, old, now, ratio }) => [title, variant, ...cells(old), ...cells(now), times(ratio)]),
  );

const cells = ({ unit, median, p25, p75 }: Measurement): string[] => [
  quantity(median, unit),
  `${quantity(p25, unit)}..${quantity(p75, unit)}`,
];

/** What the two runs were made with, where it differs: times are of one machine and engine. */
function differences(old: Environment, now: Environment): string[] {
  const keys = ["node", "platform", "cpu", "cores", "memory"] as const;
  return keys.filter((key) => old[key] !== now[key]).map((key) => `other ${key}: ${old[key]}, ${now[key]}`);
}

function read(file: string): Report {
  try {
    const report = JSON.parse(readFileSync(file, "utf8"));
    if (!Array.isArray(report.measurements)) throw new Error("it has no measurements");
    return report;
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function main(argv: string[]): number {
  const program = new Command("npm run bench:compare --")
    .description("Prints what became faster or slower beyond the noise of both.")
    .argument("<old>", "what npm run bench or one of its siblings wrote with --json", read)
    .argument("<new>", "the same command's, later", read)
    .allowExcessArguments(false)
    .exitOverride();
  const [old, now]: Report[] = program.parse(argv, { from: "user" }).processedArgs;
  const { faster, slower, same, missing } = compare(old, now);
  const notes = differences(old.environment, now.environment);
  if (missing.length) notes.push(`not in both: ${missing.join("; ")}`);
  const lines = [`old: ${where(old.environment)}`, `new: ${where(now.environment)}`, ...notes];
  console.log(
    [table("faster", faster), table("slower", slower), `within the noise: ${same}`, RULE, ...lines].join("\n"),
  );
  return 0;
}

await exitWith(main);
