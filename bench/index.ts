// npm run bench -- [--filter TEXT] [--json FILE] [--quick] [--isolated]
import { fork } from "node:child_process";
import { Command } from "commander";
import { init } from "../src/index.js";
import { type Case, type Library, type Result, runCase } from "./cases.js";
import { exitWith } from "./command.js";
import { CASES } from "./families/index.js";
import { FULL, QUICK } from "./harness.js";
import { progress, select, writable } from "./options.js";
import { environment, footer, reportOf, summary, table } from "./report.js";
import { write } from "./schema.js";

interface Options {
  filter?: string;
  json?: string;
  quick?: boolean;
  isolated?: boolean;
}

function parse(argv: string[]): Options {
  const program = new Command("npm run bench --")
    .description("Times the strict build and its JavaScript twin against plain JavaScript, results checked first.")
    .option("--filter <text>", "only cases whose family, name and size contain the text or match it as a regex")
    .option("--json <file>", "write environment and results to the file", writable)
    .option("--quick", "a variant is warmed up for 0.1 s and timed for 0.2 s, instead of 0.25 s and 0.5 s")
    .option("--isolated", "each case in a process of its own, where V8 runs plain JavaScript at its best")
    .allowExcessArguments(false)
    .exitOverride();
  return program.parse(argv, { from: "user" }).opts<Options>();
}

type Run = (item: Case) => Result | Promise<Result>;

/** All variants of all cases in this one process, as in an application that has the library and JavaScript beside it. */
async function together(quick: boolean): Promise<Run> {
  const library: Library = { strict: await init({ backend: "strict" }), twin: await init({ backend: "js" }) };
  return (item) => runCase(item, library, quick ? QUICK : FULL);
}

/** See isolated.ts. A process that ends without a result is an error of its case. */
function isolated(quick: boolean): Run {
  const file = new URL("./isolated.ts", import.meta.url);
  return (item) =>
    new Promise((resolve) => {
      const child = fork(file, [String(CASES.indexOf(item)), quick ? "quick" : "full"]);
      const { family, name, size } = item;
      child.on("message", (result) => resolve(result as Result));
      child.on("exit", (code) => resolve({ family, name, size, floors: [], error: `the process ended with ${code}` }));
    });
}

async function runAll(cases: readonly Case[], run: Run): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of cases) {
    const { family, name, size } = item;
    progress(`${results.length + 1}/${cases.length} ${family}: ${name} ${size}`);
    try {
      results.push(await run(item));
    } catch (error) {
      results.push({ family, name, size, floors: [], error: error instanceof Error ? error.message : String(error) });
    }
  }
  progress("");
  return results;
}

async function main(argv: string[]): Promise<number> {
  const options = parse(argv);
  const cases = select(CASES, options.filter, ({ family, name, size }) => `${family} ${name} ${size}`);
  if (cases.length === 0) {
    console.error(`error: --filter expected a part of a case's family, name or size, got "${options.filter}"`);
    return 2;
  }
  const quick = options.quick === true;
  const results = await runAll(cases, options.isolated ? isolated(quick) : await together(quick));
  const machine = environment(options.quick ? QUICK : FULL);
  console.log([table(results), footer(machine), summary(results)].filter(Boolean).join("\n"));
  if (options.json) write(options.json, reportOf(results, machine, options.isolated));
  return results.some(({ error }) => error) ? 1 : 0;
}

await exitWith(main);
