// npm run bench:all -- [--node FILE]... [--only TEXT] [--quick]
import { Command, InvalidArgumentError } from "commander";
import { writePages } from "../../scripts/performance/write.js";
import { exitWith, progress, select } from "../command.js";
import { engineOf, type Outcome, partsOf, run } from "./parts.js";

interface Options {
  node: string[];
  only?: string;
  quick?: boolean;
}

function parse(argv: string[]): Options {
  const program = new Command("npm run bench:all --")
    .description("Runs every benchmark, writes bench/results/*.json and from them docs/performance.md with its charts.")
    .option("--node <file>", "another Node to run limits and scaling on; may be repeated", runnable, [])
    .option("--only <text>", "only parts such as limits-node20 that contain the text or match it as a regex")
    .option("--quick", "limits are timed for 0.2 s a figure too, as the others always are")
    .allowExcessArguments(false)
    .exitOverride();
  return program.parse(argv, { from: "user" }).opts<Options>();
}

function runnable(file: string, before: string[]): string[] {
  try {
    engineOf(file);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
  return [...before, file];
}

const lineOf = ({ title, minutes, error }: Outcome): string =>
  `${error ? "FAILED" : "done"}: ${title}, ${minutes.toFixed(1)} minutes${error ? `: ${error}` : ""}`;

/** Milliseconds between two lines of progress, where no terminal shows it. */
const QUIET = 30_000;

function progressOf(title: string): (text: string) => void {
  if (process.stderr.isTTY) return (text) => progress(text && `${title}: ${text}`);
  let last = performance.now();
  return (text) => {
    if (performance.now() < last + QUIET || !text) return;
    last = performance.now();
    console.log(`    ${text}`);
  };
}

async function main(argv: string[]): Promise<number> {
  const { node, only, quick = false } = parse(argv);
  const parts = select(partsOf(node, quick), only, ({ title }) => title);
  if (parts.length === 0) {
    console.error(`error: --only expected a part of a name, got "${only}"`);
    return 2;
  }
  const outcomes: Outcome[] = [];
  for (const [i, part] of parts.entries()) {
    console.log(`${i + 1}/${parts.length} ${part.title} ...`);
    const outcome = await run(part, progressOf(part.title));
    outcomes.push(outcome);
    console.log(lineOf(outcome));
  }
  console.log(`wrote ${writePages().join(", ")}`);
  return outcomes.some(({ error }) => error) ? 1 : 0;
}

await exitWith(main);
