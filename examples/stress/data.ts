// English words and the syllable that bears their main stress, from the CMU Pronouncing Dictionary (BSD-2-Clause) in the
// npm package `cmu-pronouncing-dictionary` (ISC), split so that related words lie on one side.
import { dictionary } from "cmu-pronouncing-dictionary";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/** The classes: which syllable is stressed. */
export const CLASSES = ["first", "second", "third", "fourth or later"];
/** Words that begin with the same letters are held out together: relate, related, relation. */
const STEM = 5;

export interface Word {
  spelling: string;
  /** An index into CLASSES. */
  stress: number;
}

export interface Corpus {
  train: Word[];
  /** To choose by: a tenth. */
  validation: Word[];
  /** To judge by, once: a tenth. */
  heldOut: Word[];
}

/** Whole families of words, shuffled by the seed, until each part has its share. */
export function loadCorpus(seed: number): Corpus {
  const words = loadWords();
  const families = new Map<string, Word[]>();
  for (const word of words) {
    const stem = word.spelling.slice(0, STEM);
    const family = families.get(stem);
    if (family) family.push(word);
    else families.set(stem, [word]);
  }
  const order = [...families.values()];
  const generator = xoroshiro128plus(seed);
  shuffle(order, generator);
  const parts: [Word[], Word[], Word[]] = [[], [], []];
  for (const family of order) {
    const part = parts.slice(0, 2).find((part) => part.length < words.length / 10) ?? parts[2];
    part.push(...family);
  }
  const [heldOut, validation, train] = parts;
  shuffle(train, generator);
  return { train, validation, heldOut };
}

/** Words of letters with two syllables or more, each once; those whose pronunciations disagree in the stress are left out. */
function loadWords(): Word[] {
  const stresses = new Map<string, Set<number>>();
  for (const [entry, pronunciation] of Object.entries(dictionary)) {
    const spelling = entry.replace(/\(\d+\)$/, "");
    const syllables = pronunciation.match(/[012]/g) ?? [];
    if (!/^[a-z]+$/.test(spelling)) continue;
    const stress = syllables.length < 2 ? -1 : syllables.indexOf("1");
    stresses.set(spelling, (stresses.get(spelling) ?? new Set()).add(Math.min(stress, CLASSES.length - 1)));
  }
  return [...stresses]
    .map(([spelling, [stress, ...others]]) => ({ spelling, stress: others.length ? -1 : stress }))
    .filter(({ stress }) => stress >= 0);
}

/** Fisher and Yates, in place. */
function shuffle<T>(items: T[], generator: RandomGenerator): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = uniformInt(generator, 0, i);
    [items[i], items[j]] = [items[j], items[i]];
  }
}

/** Letters [words][steps], 1 for a; 0 is padding. */
export interface Batch {
  ids: Int32Array;
  lengths: Int32Array;
  targets: Int32Array;
  steps: number;
  size: number;
}

export function makeBatch(words: readonly Word[]): Batch {
  const lengths = Int32Array.from(words, ({ spelling }) => spelling.length);
  const steps = Math.max(...lengths);
  const ids = new Int32Array(words.length * steps);
  words.forEach(({ spelling }, b) => {
    for (let t = 0; t < spelling.length; t++) ids[b * steps + t] = spelling.charCodeAt(t) - 96;
  });
  return { ids, lengths, targets: Int32Array.from(words, ({ stress }) => stress), steps, size: words.length };
}

/** All words in batches, in their order. */
export function* inOrder(words: readonly Word[], size: number) {
  for (let i = 0; i < words.length; i += size) yield makeBatch(words.slice(i, i + size));
}

/** Endless batches: all words in a new order, again and again. */
export function* batches(words: readonly Word[], size: number, seed: number) {
  const generator = xoroshiro128plus(seed);
  const order = [...words];
  for (;;) {
    shuffle(order, generator);
    for (let i = 0; i + size <= order.length; i += size) yield makeBatch(order.slice(i, i + size));
  }
}
