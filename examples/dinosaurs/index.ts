// The main job: trains a character LSTM on dinosaur names, invents new ones, and compares WebAssembly with JavaScript.
import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { type BackendName, init, type Softcell } from "softcell";
import { lineChart } from "../chart.js";
import { loadFile } from "../files.js";
import { fingerprint } from "../fingerprint.js";
import { trainingLoop } from "../loop.js";
import { backendOption, between, exitWithTwo, run, whole } from "../options.js";
import { comparison } from "./compare.js";
import { bigramLoss, loadCorpus, makeBatch } from "./data.js";
import { FINGERPRINT } from "./fingerprint.js";
import { invent } from "./invent.js";
import { NameModel } from "./model.js";
import { sameLogits } from "./same-logits.js";
import { training } from "./training.js";

interface Options {
  steps: number;
  hidden: number;
  seed: number;
  backend: "auto" | BackendName;
  temperature: number;
  names: number;
  save?: string;
  load?: string;
  compare: boolean;
}

const program = new Command("npm start --")
  .description("Trains a character LSTM on dinosaur names, invents new ones, compares WebAssembly with JavaScript.")
  .option("--steps <n>", "optimiser steps", whole(0, 1_000_000), 500)
  .option("--hidden <n>", "hidden size of the LSTM", whole(1, 4096), 128)
  .option("--seed <n>", "of the weights, the split, the order and the sampling", whole(0, 2 ** 31 - 1), 1)
  .addOption(backendOption())
  .option("--temperature <t>", "of the sampling: lower is safer, higher is stranger", between(0.01, 100), 0.7)
  .option("--names <n>", "how many names to invent", whole(0, 10_000), 10)
  .option("--save <file>", "write the weights after training, as safetensors")
  .option("--load <file>", "start from the weights in a safetensors file")
  .option("--no-compare", "leave out the comparison of WebAssembly with JavaScript")
  .allowExcessArguments(false)
  .exitOverride(exitWithTwo);

async function main(options: Options): Promise<void> {
  const sc: Softcell = await init({ backend: options.backend, seed: options.seed });
  const corpus = loadCorpus(options.seed);
  const model = new NameModel(sc, corpus.alphabet, options.hidden);
  if (options.load) loadFile("--load", options.load, (bytes) => model.load(bytes));
  console.log(`${corpus.train.length} names to train on, ${corpus.heldOut.length} held out; backend ${sc.backend}`);
  const losses = trainingLoop(options.steps, "names", training(model, corpus, options));
  if (losses.length) console.log(`\n${lineChart({ training: losses }, { title: "nats a character", xLabel: "step" })}`);

  const loss = model.loss(makeBatch(corpus.heldOut, corpus.alphabet));
  console.log(`\nheld-out loss  ${loss.toFixed(3)} nats a character; bigram model ${bigramLoss(corpus).toFixed(3)}`);
  const bytes = model.save();
  if (options.save) writeFileSync(options.save, bytes);
  const loaded = new NameModel(sc, corpus.alphabet, options.hidden);
  loaded.load(bytes);
  const compared = sameLogits(model, loaded, corpus);
  console.log(
    `safetensors    ${bytes.length} bytes; loaded from them and streaming: the same bits in ${compared} logits`,
  );
  const names = invent(loaded, corpus, options);
  loaded.dispose();
  if (options.names) console.log(`\nnew names      ${names.join(", ")}`);
  if (options.compare) console.log(`\n${await comparison()}`);
  const hash = fingerprint(model.layers);
  console.log(`\nfingerprint of the weights  ${hash}${hash === FINGERPRINT ? ", as recorded" : ""}`);
  sc.dispose();
}

await run(() => main(program.parse().opts<Options>()));
