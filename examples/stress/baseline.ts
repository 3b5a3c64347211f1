// Naive Bayes on character n-grams: what can be had without a network, from the same words.
import { CLASSES, type Word } from "./data.js";

/** All n-grams of 1 to `most` letters, with marks where the word begins and ends. */
function nGrams({ spelling }: Word, most: number): string[] {
  const text = `<${spelling}>`;
  const grams: string[] = [];
  for (let n = 1; n <= most; n++) for (let i = 0; i + n <= text.length; i++) grams.push(text.slice(i, i + n));
  return grams;
}

export type Classifier = (word: Word) => number;

/** Multinomial naive Bayes with Lidstone smoothing: the class with the largest log P(class) + sum of log P(n-gram | class). */
export function naiveBayes(words: readonly Word[], most: number, smoothing: number): Classifier {
  const counts = new Map<string, Float64Array>();
  const totals = new Float64Array(CLASSES.length);
  const prior = new Float64Array(CLASSES.length);
  for (const word of words) {
    prior[word.stress]++;
    for (const gram of nGrams(word, most)) {
      let own = counts.get(gram);
      if (!own) counts.set(gram, (own = new Float64Array(CLASSES.length)));
      own[word.stress]++;
      totals[word.stress]++;
    }
  }
  const unseen = smoothing * counts.size;
  const logPrior = prior.map((n) => Math.log(n / words.length));
  const logTotal = totals.map((n) => Math.log(n + unseen));
  return (word) => {
    const scores = logPrior.slice();
    for (const gram of nGrams(word, most)) {
      const own = counts.get(gram);
      if (!own) continue;
      for (let c = 0; c < scores.length; c++) scores[c] += Math.log(own[c] + smoothing) - logTotal[c];
    }
    return scores.indexOf(Math.max(...scores));
  };
}
