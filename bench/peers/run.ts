// npm run bench:peers -- [--filter TEXT] [--peers A,B] [--json FILE] [--quick]
import { existsSync, writeFileSync } from "node:fs";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { FULL, QUICK } from "../harness.js";
import { progress, select, writable } from "../options.js";
import { environment, footer } from "../report.js";
import { CASES, type Case, nameOf, sizeOf } from "./cases.js";
import { type Cold, coldStarts, programs } from "./cold.js";
import { type Result, runCase } from "./compare.js";
import type { Footprint } from "./footprint.js";
import { OURS, PEERS } from "./index.js";
import type { Load, Peer } from "./peer.js";
import { coldTable, errors, footprintTable, tables, targetTable } from "./report.js";
import { verdicts } from "./verdict.js";

interface Options {
  filter?: string;
  peers?: string[];
  json?: string;
  quick?: boolean;
}

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

/** Those that run here; the others are named with the reason. */
async function load(loaders: Readonly<Record<string, Load>>): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const [name, loader] of Object.entries(loaders)) {
    try {
      peers.push(await loader());
    } catch (error) {
      console.log(`skipped: ${name}: ${(error instanceof Error ? error.message : String(error)).split("\n")[0]}`);
    }
  }
  return peers;
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

async function footprints(wanted: (name: string) => boolean): Promise<Footprint[]> {
  const { footprint, pages } = await import("./footprint.js");
  return Promise.all(pages.filter(wanted).map(footprint));
}

async function main(argv: string[]): Promise<number> {
  const options = parse(argv);
  if (!existsSync(new URL("node_modules", import.meta.url))) {
    console.error(`The peers are not installed; this takes 0.8 GB:\n\n    ${INSTALL}\n`);
    return 2;
  }
  const parts = select<Case | "footprint" | "cold">([...CASES, "footprint", "cold"], options.filter, titleOf);
  if (parts.length === 0) {
    console.error(`error: --filter expected a part of a case's name or size, got "${options.filter}"`);
    return 2;
  }
  const quick = options.quick === true;
  const chosen = Object.entries(PEERS).filter(([name]) => options.peers?.includes(name) ?? true);
  const peers = await load({ ...OURS, ...Object.fromEntries(chosen) });
  const wanted = (name: string) => name === "softcell" || (options.peers?.includes(name) ?? true);
  const cases = parts.filter((part) => typeof part !== "string");
  const machine = { ...environment(quick ? QUICK : FULL), versions: versionsOf(peers) };
  const results = await compareAll(cases, peers, quick);
  for (const peer of peers) peer.close?.();
  const sizes = parts.includes("footprint") ? await footprints(wanted) : [];
  const cold: Cold[] = parts.includes("cold")
    ? await coldStarts(programs.filter(wanted), quick ? COLD_ROUNDS.quick : COLD_ROUNDS.full)
    : [];
  const targets = verdicts(results, sizes, cold);
  const blocks = [tables(results), sizes.length && footprintTable(sizes), cold.length && coldTable(cold)];
  console.log([...blocks, targetTable(targets), errors(results).join("\n"), ""].filter(Boolean).join("\n\n"));
  console.log(
    footer(machine),
    `\n${Object.entries(machine.versions)
      .map((pair) => pair.join(" "))
      .join(", ")}`,
  );
  if (options.json)
    writeFileSync(options.json, toJson({ environment: machine, results, footprints: sizes, cold, targets }));
  return errors(results).length ? 1 : 0;
}

const titleOf = (part: Case | "footprint" | "cold"): string =>
  typeof part === "string" ? part : `${nameOf(part)} ${sizeOf(part)}`;

const versionsOf = (peers: readonly Peer[]) => Object.fromEntries(peers.map(({ name, version }) => [name, version]));

const toJson = (content: object): string => `${JSON.stringify({ unit: "ns", ...content }, null, 2)}\n`;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
