// npm run bench:peers -- [--filter TEXT] [--peers A,B] [--json FILE] [--quick]
import { existsSync } from "node:fs";
import { CommanderError, InvalidArgumentError, Option } from "commander";
import { benchmark, each } from "../command.js";
import { FULL } from "../harness.js";
import { CASES, type Case, nameOf, sizeOf } from "./cases.js";
import { coldStarts, programs } from "./cold.js";
import { runCase } from "./compare.js";
import { OURS, PEERS } from "./index.js";
import type { Load, Peer } from "./peer.js";
import { overPeers } from "./targets.js";

type Part = Case | "footprint" | "cold";

const INSTALL = "npm ci --prefix bench/peers --ignore-scripts";

const COLD_ROUNDS = { full: 25, quick: 7 };

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

const titleOf = (part: Part): string => (typeof part === "string" ? part : `${nameOf(part)} ${sizeOf(part)}`);

await benchmark<Part, { peers?: string[] }>({
  name: "bench:peers",
  description: "Times softcell and its peers side by side, results compared with float64 first.",
  parts: [...CASES, "footprint", "cold"],
  titles: `a case's name and size, "footprint" or "cold"`,
  titleOf,
  more: [new Option("--peers <names>", `of ${Object.keys(PEERS).join(", ")}; softcell always runs`).argParser(names)],
  measure: async (parts, budget, options) => {
    if (!existsSync(new URL("node_modules", import.meta.url))) {
      console.error(`The peers are not installed; this takes 0.8 GB:\n\n    ${INSTALL}\n`);
      throw new CommanderError(2, "softcell.peers", "not installed");
    }
    const asked = (name: string) => options.peers?.includes(name) ?? true;
    const wanted = (name: string) => name.startsWith("softcell") || asked(name);
    const [peers, notes] = await load({
      ...OURS,
      ...Object.fromEntries(Object.entries(PEERS).filter(([name]) => asked(name))),
    });
    const cases = parts.filter((part) => typeof part !== "string");
    const rounds = budget === FULL ? COLD_ROUNDS.full : COLD_ROUNDS.quick;
    const { footprint, pages } = await import("./footprint.js");
    const sizes = parts.includes("footprint") ? pages.filter(wanted) : [];
    const done = [
      await each(cases, titleOf, (item) => runCase(item, peers, budget, notes)),
      await each(sizes, (name) => `footprint of ${name}`, footprint),
      await each(
        parts.filter((part) => part === "cold"),
        titleOf,
        () => coldStarts(programs.filter(wanted), rounds, notes),
      ),
    ];
    for (const peer of peers) peer.close?.();
    const measurements = done.flatMap(({ measurements }) => measurements);
    return {
      versions: Object.fromEntries(peers.map(({ name, version }) => [name, version])),
      measurements: [...measurements, ...overPeers(measurements)],
      notes: [...notes, ...done.flatMap(({ notes }) => notes)],
    };
  },
});
