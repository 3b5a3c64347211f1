// English words and the syllable that bears their main stress, from the CMU Pronouncing Dictionary (BSD-2-Clause) in the
// npm package `cmu-pronouncing-dictionary` (ISC), split so that related words lie on one side.
import { dictionary } from "cmu-pronouncing-dictionary";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { shuffle } from "../shuffle.js";

/** The classes: which syllable is stressed. */
export const CLASSES = ["first", "second", "third", "fourth or later"];

export interface Word {
  spelling: string;
  /** An index into CLASSES. */
  stress: number;
}

/** Words that begin with the same letters stay together: relate, related, relation. */
export const familyOf = ({ spelling }: Word): string => spelling.slice(0, 5);

export interface Corpus {
  train: Word[];
  /** To choose by: a tenth. */
  validation: Word[];
  /** To judge by, once: a tenth. */
  heldOut: Word[];
}

/** Whole families in an order by the seed, until there are `most` words, a tenth of them in each of the two small parts. */
export function loadCorpus(seed: number, most = Number.POSITIVE_INFINITY): Corpus {
  const words = loadWords();
  const share = Math.min(words.length, most) / 10;
  const byStem = new Map<string, Word[]>();
  for (const word of words) byStem.set(familyOf(word), [...(byStem.get(familyOf(word)) ?? []), word]);
  const families = [...byStem.values()];
  const generator = xoroshiro128plus(seed);
  shuffle(families, generator);
  const [heldOut, validation, train]: Word[][] = [[], [], []];
  for (const family of families) {
    const part = [heldOut, validation].find((part) => part.length < share) ?? train;
    if (train.length < 8 * share) part.push(...family);
  }
  return { train, validation, heldOut };
}

/** Words of letters with two syllables or more, each once; those whose pronunciations disagree in the stress are left out. */
function loadWords(): Word[] {
  const stresses = new Map<string, Set<number>>();
  for (const [entry, pronunciation] of Object.entries(dictionary)) {
    const spelling = entry.replace(/\(\d+\)$/, "");
    const syllables: string[] = pronunciation.match(/[012]/g) ?? [];
    if (!/^[a-z]+$/.test(spelling)) continue;
    const stress = syllables.length < 2 ? -1 : syllables.indexOf("1");
    stresses.set(spelling, (stresses.get(spelling) ?? new Set()).add(Math.min(stress, CLASSES.length - 1)));
  }
  return [...stresses]
    .map(([spelling, [stress, ...others]]) => ({ spelling, stress: others.length ? -1 : stress }))
    .filter(({ stress }) => stress >= 0);
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

/** Endless parts of so many words: all in a new order, again and again. */
export function* draws(words: readonly Word[], size: number, seed: number): Generator<Word[], never> {
  const generator = xoroshiro128plus(seed);
  const order = [...words];
  for (;;) {
    shuffle(order, generator);
    for (let i = 0; i + size <= order.length; i += size) yield order.slice(i, i + size);
  }
}
