// npm run bench:limits -- [--filter TEXT] [--json FILE] [--quick]
import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { FULL, QUICK } from "../harness.js";
import { exitWith, writable } from "../options.js";
import { environment, machineLine } from "../report.js";
import { Bed } from "./bed.js";
import { type Figure, measureGroup, type Section } from "./figure.js";
import { machine } from "./machine.js";
import { json, summary, table } from "./report.js";
import { shares } from "./shares.js";

interface Options {
  filter?: string;
  json?: string;
  quick?: boolean;
}

function parse(argv: string[]): Options {
  const program = new Command("npm run bench:limits --")
    .description("Measures the limits of this machine and engine inside WebAssembly, and the kernels' shares of them.")
    .option("--filter <text>", "only sections whose title contains the text")
    .option("--json <file>", "write environment and figures to the file", writable)
    .option("--quick", "a figure is warmed up for 0.1 s and timed for 0.2 s, instead of 0.25 s and 0.5 s")
    .allowExcessArguments(false)
    .exitOverride();
  return program.parse(argv, { from: "user" }).opts<Options>();
}

const BUILDS = ["strict", "relaxed"] as const;

async function main(argv: string[]): Promise<number> {
  const options = parse(argv);
  const text = options.filter?.toLowerCase() ?? "";
  const sections: Section[] = [...machine, ...shares].filter(({ title }) => title.toLowerCase().includes(text));
  const budget = options.quick ? QUICK : FULL;
  const figures: Figure[] = [];
  const missing: string[] = [];
  for (const build of BUILDS) {
    const bed = await Bed.open(build);
    if (!bed) {
      missing.push(`${build}: this engine cannot run it`);
      continue;
    }
    for (const { title, once, groups } of sections) {
      if (once && build !== BUILDS[0]) continue;
      for (const make of groups) {
        if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${build}: ${title}`);
        figures.push(...measureGroup(bed, make, budget).map((figure) => ({ section: title, ...figure })));
      }
    }
  }
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  // the builds of a section together
  const ordered = sections.flatMap(({ title }) => figures.filter(({ section }) => section === title));
  const machineIs = environment(budget);
  console.log([table(ordered), machineLine(machineIs), ...missing, summary(ordered)].filter(Boolean).join("\n"));
  if (options.json) writeFileSync(options.json, json(ordered, machineIs));
  return 0;
}

await exitWith(main);
