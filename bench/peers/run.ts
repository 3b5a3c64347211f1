// npm run bench:peers -- [--filter TEXT] [--peers A,B] [--json FILE] [--quick]
import { existsSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { exitWith } from "../command.js";
import { FULL, QUICK } from "../harness.js";
import { progress, select, writable } from "../options.js";
import { environment } from "../report.js";
import { write } from "../schema.js";
import { CASES, type Case, nameOf, sizeOf } from "./cases.js";
import { coldStarts, programs } from "./cold.js";
import { runCase } from "./compare.js";
import { OURS, PEERS } from "./index.js";
import { reportOf } from "./json.js";
import type { Load, Peer } from "./peer.js";
import { errors, type Report, text } from "./report.js";
import type { Footprint, Result } from "./results.js";
import { verdicts } from "./verdict.js";

interface Options {
  filter?: string;
  peers?: string[];
  json?: string;
  quick?: boolean;
}

type Part = Case | "footprint" | "cold";

const INSTALL = "npm ci --prefix bench/peers --ignore-scripts";

const COLD_ROUNDS = { full: 25, quick: 7 };

function parse(argv: string[]): Options {
  const program = new Command("npm run bench:peers --")
    .description("Times softcell and its peers side by side, results compared with float64 first.")
    .option("--filter <text>", `only cases, "footprint" or "cold" whose name and size contain the text or match it`)
    .option("--peers <names>", `of ${Object.keys(PEERS).join(", ")}; softcell always runs`, names)
    .option("--json <file>", "write environment and results to the file", writable)
    .option("--quick", "each is warmed up for 0.1 s and timed for 0.2 s, instead of 0.25 s and 0.5 s")
    .allowExcessArguments(false)
    .exitOverride();
  return program.parse(argv, { from: "user" }).opts<Options>();
}

function names(text: string): string[] {
  const list = text.split(",");
  const unknown = list.find((name) => !Object.hasOwn(PEERS, name));
  if (unknown !== undefined) throw new InvalidArgumentError(`"${unknown}" is none of ${Object.keys(PEERS).join(", ")}`);
  return list;
}

/** Those that run here, and why the others do not. */
async function load(loaders: Readonly<Record<string, Load>>): Promise<[peers: Peer[], skipped: string[]]> {
  const peers: Peer[] = [];
  const skipped: string[] = [];
  for (const [name, loader] of Object.entries(loaders)) {
    try {
      peers.push(await loader());
    } catch (error) {
      skipped.push(`skipped: ${name}: ${(error instanceof Error ? error.message : String(error)).split("\n")[0]}`);
    }
  }
  return [peers, skipped];
}

async function compareAll(cases: readonly Case[], peers: readonly Peer[], quick: boolean): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of cases) {
    progress(`${results.length + 1}/${cases.length} ${nameOf(item)} ${sizeOf(item)}`);
    results.push(await runCase(item, peers, quick ? QUICK : FULL));
  }
  progress("");
  return results;
}

async function footprints(wanted: (name: string) => boolean, skipped: string[]): Promise<Footprint[]> {
  const { footprint, pages } = await import("./footprint.js");
  const all: Footprint[] = [];
  for (const name of pages.filter(wanted)) {
    await footprint(name).then(
      (own) => all.push(own),
      (error) => skipped.push(`skipped: footprint of ${name}: ${error.message}`),
    );
  }
  return all;
}

async function measureAll(parts: readonly Part[], options: Options): Promise<Report> {
  const quick = options.quick === true;
  const asked = (name: string) => options.peers?.includes(name) ?? true;
  const loaders = Object.entries(PEERS).filter(([name]) => asked(name));
  const [peers, skipped] = await load({ ...OURS, ...Object.fromEntries(loaders) });
  const versions = Object.fromEntries(peers.map(({ name, version }) => [name, version]));
  const machine = { ...environment(quick ? QUICK : FULL), versions };
  const cases = parts.filter((part) => typeof part !== "string");
  const results = await compareAll(cases, peers, quick);
  for (const peer of peers) peer.close?.();
  const wanted = (name: string) => name.startsWith("softcell") || asked(name);
  const sizes = parts.includes("footprint") ? await footprints(wanted, skipped) : [];
  const rounds = quick ? COLD_ROUNDS.quick : COLD_ROUNDS.full;
  const cold = parts.includes("cold") ? await coldStarts(programs.filter(wanted), rounds) : [];
  return { environment: machine, skipped, results, footprints: sizes, cold, targets: verdicts(results, sizes, cold) };
}

async function main(argv: string[]): Promise<number> {
  const options = parse(argv);
  if (!existsSync(new URL("node_modules", import.meta.url))) {
    console.error(`The peers are not installed; this takes 0.8 GB:\n\n    ${INSTALL}\n`);
    return 2;
  }
  const parts = select<Part>([...CASES, "footprint", "cold"], options.filter, titleOf);
  if (parts.length === 0) {
    console.error(`error: --filter expected a part of a case's name or size, got "${options.filter}"`);
    return 2;
  }
  const report = await measureAll(parts, options);
  console.log(text(report));
  if (options.json) write(options.json, reportOf(report));
  return errors(report.results).length ? 1 : 0;
}

const titleOf = (part: Part): string => (typeof part === "string" ? part : `${nameOf(part)} ${sizeOf(part)}`);

await exitWith(main);
