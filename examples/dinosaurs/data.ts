// The names of the npm package `dinosaurs`, split into a part to train on and one to judge by, as padded batches.
import dinosaurs from "dinosaurs";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { shuffle } from "../shuffle.js";

/** Start and end of a name, and the padding of inputs. */
export const BOUNDARY = "\n";
/** The padding of targets. */
export const IGNORE = -100;

export interface Corpus {
  train: string[];
  heldOut: string[];
  /** BOUNDARY first, then all characters in order. */
  alphabet: string[];
}

/** Lower-cased, without duplicates, shuffled by the seed; one in ten is held out. */
export function loadCorpus(seed: number): Corpus {
  const names = [...new Set(dinosaurs.map((name) => name.toLowerCase().trim()))].filter(Boolean).sort();
  const alphabet = [BOUNDARY, ...new Set([...names.join("")].sort())];
  shuffle(names, xoroshiro128plus(seed));
  const held = Math.floor(names.length / 10);
  return { train: names.slice(held), heldOut: names.slice(0, held), alphabet };
}

/** Input and target ids [steps][batch]: the target of each character is the next one. */
export interface Batch {
  ids: Int32Array;
  targets: Int32Array;
  steps: number;
  size: number;
  /** Targets that count. */
  characters: number;
}

export function makeBatch(names: readonly string[], alphabet: readonly string[]): Batch {
  const size = names.length;
  const steps = 1 + Math.max(...names.map((name) => name.length));
  const ids = new Int32Array(steps * size);
  const targets = new Int32Array(steps * size).fill(IGNORE);
  let characters = 0;
  names.forEach((name, b) => {
    const text = [BOUNDARY, ...name, BOUNDARY].map((c) => alphabet.indexOf(c));
    for (let t = 0; t + 1 < text.length; t++) {
      ids[t * size + b] = text[t];
      targets[t * size + b] = text[t + 1];
    }
    characters += text.length - 1;
  });
  return { ids, targets, steps, size, characters };
}

/** Endless batches: all names in a new order, again and again. */
export function* batches(
  names: readonly string[],
  alphabet: readonly string[],
  size: number,
  seed: number,
): Generator<Batch, never> {
  const generator = xoroshiro128plus(seed);
  const order = [...names];
  for (;;) {
    shuffle(order, generator);
    for (let i = 0; i + size <= order.length; i += size) yield makeBatch(order.slice(i, i + size), alphabet);
  }
}

/** Nats a character of the held-out names under a bigram model counted on the others, with one added to each count. */
export function bigramLoss({ train, heldOut, alphabet }: Corpus): number {
  const counts = alphabet.map(() => new Float64Array(alphabet.length).fill(1));
  const pairs = (name: string): [number, number][] => {
    const ids = [BOUNDARY, ...name, BOUNDARY].map((c) => alphabet.indexOf(c));
    return ids.slice(1).map((id, i) => [ids[i], id]);
  };
  for (const [from, to] of train.flatMap(pairs)) counts[from][to]++;
  const losses = heldOut.flatMap(pairs).map(([from, to]) => {
    return -Math.log(counts[from][to] / counts[from].reduce((a, b) => a + b));
  });
  return losses.reduce((a, b) => a + b) / losses.length;
}
