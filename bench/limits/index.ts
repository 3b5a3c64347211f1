// npm run bench:limits -- [--filter TEXT] [--json FILE] [--quick]
import { Command } from "commander";
import { exitWith } from "../command.js";
import { type Budget, FULL, QUICK } from "../harness.js";
import { progress, select, writable } from "../options.js";
import { environment, where } from "../report.js";
import { write } from "../schema.js";
import { Bed } from "./bed.js";
import { type Figure, measureGroup, type Section } from "./figure.js";
import { machine } from "./machine.js";
import { reportOf, summary, table } from "./report.js";
import { shares } from "./shares.js";

interface Options {
  filter?: string;
  json?: string;
  quick?: boolean;
}

function parse(argv: string[]): Options {
  const program = new Command("npm run bench:limits --")
    .description("Measures the limits of this machine and engine inside WebAssembly, and the kernels' shares of them.")
    .option("--filter <text>", "only sections whose title contains the text or matches it as a regex")
    .option("--json <file>", "write environment and figures to the file", writable)
    .option("--quick", "a figure is warmed up for 0.1 s and timed for 0.2 s, instead of 0.25 s and 0.5 s")
    .allowExcessArguments(false)
    .exitOverride();
  return program.parse(argv, { from: "user" }).opts<Options>();
}

const BUILDS = ["strict", "relaxed"] as const;

/** The figures of a build, each with the title of its section. What throws is a note. */
function measureAll(bed: Bed, sections: readonly Section[], budget: Budget, notes: string[]): Figure[] {
  const figures: Figure[] = [];
  for (const { title, once, groups } of sections) {
    if (once && bed.build !== BUILDS[0]) continue;
    progress(`${bed.build}: ${title}`);
    for (const make of groups) {
      try {
        figures.push(...measureGroup(bed, make, budget).map((figure) => ({ section: title, ...figure })));
      } catch (error) {
        notes.push(`WRONG: ${bed.build}: ${title}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
  progress("");
  return figures;
}

async function main(argv: string[]): Promise<number> {
  const options = parse(argv);
  const sections = select<Section>([...machine, ...shares], options.filter, ({ title }) => title);
  if (sections.length === 0) {
    console.error(`error: --filter expected a part of a section's title, got "${options.filter}"`);
    return 2;
  }
  const budget = options.quick ? QUICK : FULL;
  const figures: Figure[] = [];
  const notes: string[] = [];
  for (const build of BUILDS) {
    const bed = await Bed.open(build);
    if (bed) figures.push(...measureAll(bed, sections, budget, notes));
    else notes.push(`${build}: this engine has no relaxed SIMD`);
  }
  // the builds of a section together
  const ordered = sections.flatMap(({ title }) => figures.filter(({ section }) => section === title));
  const machineIs = environment(budget);
  console.log([table(ordered), `medians; ${where(machineIs)}`, ...notes, summary(ordered)].filter(Boolean).join("\n"));
  if (options.json) write(options.json, reportOf(ordered, machineIs, notes));
  return notes.some((note) => note.startsWith("WRONG")) ? 1 : 0;
}

await exitWith(main);
