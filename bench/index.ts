// npm run bench -- [--filter TEXT] [--json FILE] [--quick]
import { accessSync, constants, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { init } from "../src/index.js";
import { type Case, type Library, type Result, runCase } from "./cases.js";
import { CASES } from "./families/index.js";
import { FULL, QUICK } from "./harness.js";
import { environment, footer, json, summary, table } from "./report.js";

interface Options {
  filter?: string;
  json?: string;
  quick?: boolean;
}

function parse(argv: string[]): Options {
  const program = new Command("npm run bench --")
    .description("Times the strict build and its JavaScript twin against plain JavaScript, results checked first.")
    .option("--filter <text>", "only cases whose family, name and size contain the text or match it as a regex")
    .option("--json <file>", "write environment and results to the file", writable)
    .option("--quick", "a variant is warmed up for 0.1 s and timed for 0.2 s, instead of 0.25 s and 0.75 s")
    .allowExcessArguments(false)
    .exitOverride();
  return program.parse(argv, { from: "user" }).opts<Options>();
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

function select(filter: string | undefined): readonly Case[] {
  if (filter === undefined) return CASES;
  const text = filter.toLowerCase();
  const pattern = regex(filter);
  return CASES.filter(({ family, name, size }) => {
    const title = `${family} ${name} ${size}`;
    return title.toLowerCase().includes(text) || pattern?.test(title);
  });
}

function regex(text: string): RegExp | undefined {
  try {
    return new RegExp(text, "i");
  } catch {
    return undefined;
  }
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

/** All variants of all cases in this one process, as in an application that has the library and JavaScript beside it. */
async function runAll(cases: readonly Case[], quick: boolean): Promise<Result[]> {
  const library: Library = { strict: await init({ backend: "strict" }), twin: await init({ backend: "js" }) };
  const results = cases.map((item, i) => {
    const { family, name, size } = item;
    progress(`${i + 1}/${cases.length} ${family}: ${name} ${size}`);
    return runCase(item, library, quick ? QUICK : FULL);
  });
  progress("");
  return results;
}

async function main(argv: string[]): Promise<number> {
  const options = parse(argv);
  const cases = select(options.filter);
  if (cases.length === 0) {
    console.error(`error: --filter expected a part of a case's family, name or size, got "${options.filter}"`);
    return 2;
  }
  const results = await runAll(cases, options.quick === true);
  const machine = environment(options.quick ? QUICK : FULL);
  console.log([table(results), footer(machine), summary(results)].filter(Boolean).join("\n"));
  if (options.json) writeFileSync(options.json, json(results, machine));
  return results.some(({ error }) => error) ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
