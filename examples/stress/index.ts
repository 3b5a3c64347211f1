// npm run example:stress: which syllable of an English word is stressed? A bidirectional LSTM reads the spelling.
import { Command } from "commander";
import { type BackendName, init, oneCycleSchedule, type Softcell } from "softcell";
import { lineChart } from "../chart.js";
import { fingerprint } from "../fingerprint.js";
import { trainingLoop } from "../loop.js";
import { backendOption, exitWithTwo, run, whole } from "../options.js";
import { mostFrequent, naiveBayes } from "./bayes.js";
import { CLASSES, type Corpus, draws, loadCorpus, makeBatch } from "./data.js";
import { softmaxRegression } from "./logistic.js";
import { StressModel } from "./model.js";
import type { Classifier } from "./ngrams.js";
import { confusion, percent, score } from "./report.js";

const BATCH = 64;
const LEARNING_RATE = 0.01;
/** Validation words that the curve shows the loss of. */
const SHOWN = 1000;

interface Options {
  steps: number;
  hidden: number;
  words: number;
  seed: number;
  backend: "auto" | BackendName;
}

const program = new Command("npm run example:stress --")
  .description("Trains a bidirectional LSTM to tell which syllable of an English word is stressed.")
  .option("--steps <n>", "optimiser steps", whole(1, 1_000_000), 2000)
  .option("--hidden <n>", "hidden size of each direction", whole(1, 4096), 32)
  .option("--words <n>", "how many words of the dictionary to use at most", whole(1000, 1_000_000), 1_000_000)
  .option("--seed <n>", "of the weights, the split, the order and dropout", whole(0, 2 ** 31 - 1), 1)
  .addOption(backendOption())
  .allowExcessArguments(false)
  .exitOverride(exitWithTwo);

/** Returns the losses by step: of the batches, and of validation words at every twentieth of the steps. */
function train(model: StressModel, corpus: Corpus, { steps, seed }: Options) {
  const rate = oneCycleSchedule(LEARNING_RATE, { steps, pctStart: 0.2 });
  const source = draws(corpus.train, BATCH, seed);
  const shown = makeBatch(corpus.validation.slice(0, SHOWN));
  const validation: [number, number][] = [];
  const training = trainingLoop(steps, "words", (step) => {
    const loss = model.train(makeBatch(source.next().value), rate(step));
    if ((step + 1) % Math.ceil(steps / 20) === 0) validation.push([step + 1, model.loss(shown)]);
    return { loss, seen: BATCH };
  });
  return { training, validation };
}

function report(sc: Softcell, model: StressModel, corpus: Corpus, seed: number): void {
  const { train, heldOut, validation } = corpus;
  const classifiers: Record<string, Classifier> = {
    "bidirectional LSTM": (words) => model.classify(words),
    "softmax regression, n-grams": softmaxRegression(sc, train, seed),
    "naive Bayes, n-grams": naiveBayes(train),
    "always the most frequent": mostFrequent(train),
  };
  console.log(`\naccuracy, 95 % interval       validation        ${heldOut.length} held-out words`);
  for (const [name, classify] of Object.entries(classifiers)) {
    const [chosen, judged] = [validation, heldOut].map((words) => percent(score(words, classify(words))));
    console.log(`${name.padEnd(28)}  ${chosen.padEnd(16)}  ${judged}`);
  }
  const predicted = model.classify(heldOut);
  console.log(`\nheld-out words, LSTM\n${confusion(heldOut, predicted)}`);
  const words = CLASSES.flatMap((_, c) => heldOut.filter(({ stress }) => stress === c).slice(0, 3));
  const answers = words.map((word) => {
    const answer = predicted[heldOut.indexOf(word)];
    return `${word.spelling} ${CLASSES[answer]}${answer === word.stress ? "" : ` (${CLASSES[word.stress]})`}`;
  });
  console.log(`what is right in brackets where it is wrong: ${answers.join(", ")}`);
}

async function main(options: Options): Promise<void> {
  const sc = await init({ backend: options.backend, seed: options.seed });
  const corpus = loadCorpus(options.seed, options.words);
  const model = new StressModel(sc, options.hidden);
  const { train: words, validation, heldOut } = corpus;
  console.log(
    `${words.length} words to train on, ${validation.length} to validate, ${heldOut.length} held out; backend ${sc.backend}`,
  );
  const curves = train(model, corpus, options);
  console.log(`\n${lineChart(curves, { title: "loss, nats a word", xLabel: "step" })}`);
  report(sc, model, corpus, options.seed);
  console.log(`\nfingerprint of the weights  ${fingerprint(model.layers)}`);
  sc.dispose();
}

await run(() => main(program.parse().opts<Options>()));
