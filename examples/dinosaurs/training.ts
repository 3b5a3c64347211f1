import type { Step } from "../loop.js";
import { batches, type Corpus } from "./data.js";
import type { NameModel } from "./model.js";

const BATCH = 32;
const LEARNING_RATE = 0.005;
const WARM_UP = 20;

/** The optimiser steps, to be called with 0, 1, ...: warm-up and linear decay of the learning rate, + - x / only. */
export function training(
  model: NameModel,
  { train: names, alphabet }: Corpus,
  { steps, seed }: { steps: number; seed: number },
): (step: number) => Step {
  const source = batches(names, alphabet, BATCH, seed);
  return (step) => {
    const batch = source.next().value;
    const rate = LEARNING_RATE * Math.min(1, (step + 1) / WARM_UP) * (1 - step / steps);
    return { loss: model.train(batch, rate), seen: batch.size };
  };
}
