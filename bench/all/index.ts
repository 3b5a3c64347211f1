// npm run bench:all -- [--node FILE]... [--only TEXT] [--quick]
import { Presets, SingleBar } from "cli-progress";
import { Command, InvalidArgumentError } from "commander";
import { writePages } from "../../scripts/performance/write.js";
import { exitWith } from "../command.js";
import { select } from "../options.js";
import { engineOf, type Outcome, type Part, partsOf, run } from "./parts.js";

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

interface Display {
  start(title: string): void;
  text(text: string): void;
  end(outcome: Outcome): void;
}

const lineOf = ({ title, minutes, error }: Outcome): string =>
  `${error ? "FAILED" : "done"}: ${title}, ${minutes.toFixed(1)} minutes${error ? `: ${error}` : ""}`;

/** Milliseconds between two lines of progress. */
const QUIET = 30_000;

/** A bar in a terminal, else a line for each part and now and then one that shows how far it is. */
function display(parts: readonly Part[]): Display & { stop(): void } {
  if (!process.stdout.isTTY) {
    let last = performance.now();
    return {
      start: (title) => console.log(`${title} ...`),
      text: (text) => {
        if (performance.now() < last + QUIET || !text) return;
        last = performance.now();
        console.log(`    ${text}`);
      },
      end: (outcome) => console.log(lineOf(outcome)),
      stop: () => {},
    };
  }
  const format = "{bar} {value}/{total} | {duration_formatted} | {title}: {text}";
  const bar = new SingleBar({ format, stream: process.stdout, hideCursor: true }, Presets.shades_classic);
  bar.start(parts.length, 0, { title: "", text: "" });
  return {
    start: (title) => bar.update({ title, text: "" }),
    text: (text) => bar.update({ text: text.slice(0, 60).padEnd(60) }),
    end: () => bar.increment(),
    stop: () => bar.stop(),
  };
}

async function main(argv: string[]): Promise<number> {
  const { node, only, quick = false } = parse(argv);
  const parts = select(partsOf(node, quick), only, ({ title }) => title);
  if (parts.length === 0) {
    console.error(`error: --only expected a part of a name, got "${only}"`);
    return 2;
  }
  const shown = display(parts);
  const outcomes: Outcome[] = [];
  for (const part of parts) {
    shown.start(part.title);
    outcomes.push(await run(part, shown.text));
    shown.end(outcomes[outcomes.length - 1]);
  }
  shown.stop();
  const files = writePages();
  if (process.stdout.isTTY) console.log(outcomes.map(lineOf).join("\n"));
  console.log(`wrote ${files.join(", ")}`);
  return outcomes.some(({ error }) => error) ? 1 : 0;
}

await exitWith(main);
