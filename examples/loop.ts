import { progressBar } from "./progress.js";

/** What an optimiser step returns. */
export interface Step {
  loss: number;
  /** How many words, windows, ... it has seen. */
  seen: number;
}

/** So many optimiser steps behind a bar; returns the points [step, loss]. */
export function trainingLoop(steps: number, unit: string, train: (step: number) => Step): [number, number][] {
  const bar = progressBar(steps, { unit });
  const started = performance.now();
  const curve: [number, number][] = [];
  let total = 0;
  for (let step = 0; step < steps; step++) {
    const { loss, seen } = train(step);
    total += seen;
    curve.push([step + 1, loss]);
    bar.update(step + 1, loss, (1000 * total) / (performance.now() - started));
  }
  bar.stop();
  return curve;
}
