// Softmax regression on character n-grams: the logits of a word are the sum of those of its n-grams, rows of an embedding.
import {
  adam,
  argmax,
  crossEntropy,
  type Embedding,
  embedding,
  fillZeros,
  oneCycleSchedule,
  type Softcell,
} from "softcell";
import { CLASSES, draws, type Word } from "./data.js";
import { type Classifier, nGrams } from "./ngrams.js";

/** Of 3 to 5 characters, rates of 0.003 to 0.1 and 2 to 4 epochs, good on the validation part of seed 1. */
const LONGEST = 3;
const LEARNING_RATE = 0.02;
const EPOCHS = 3;
const BATCH = 64;

const C = CLASSES.length;

class Regression {
  readonly weights: Embedding;
  private readonly index: ReadonlyMap<string, number>;
  /** The n-grams of each word in the last forward, at most so many. */
  private steps = 0;

  constructor(sc: Softcell, train: readonly Word[]) {
    const grams = new Set(train.flatMap((word) => nGrams(word, LONGEST)));
    this.index = new Map([...grams].map((gram, i) => [gram, 1 + i]));
    this.weights = embedding(sc, { numEmbeddings: 1 + grams.size, embeddingDim: C, paddingIdx: 0 });
    fillZeros(sc, this.weights.params.weight);
  }

  /** [words][C] */
  logits(words: readonly Word[]): Float32Array {
    const ids = words.map((word) => nGrams(word, LONGEST).flatMap((gram) => this.index.get(gram) ?? []));
    this.steps = Math.max(...ids.map((own) => own.length));
    const padded = new Int32Array(words.length * this.steps);
    ids.forEach((own, b) => padded.set(own, b * this.steps));
    const rows = this.weights.forward(padded).data;
    const sums = new Float32Array(words.length * C);
    rows.forEach((value, i) => {
      sums[this.sumOf(i)] += value;
    });
    return sums;
  }

  /** Every n-gram of a word has the gradient of the word. */
  backward(dlogits: Float32Array): void {
    const dRows = new Float32Array(dlogits.length * this.steps);
    this.weights.backward(dRows.map((_, i) => dlogits[this.sumOf(i)]));
  }

  /** Which sum an element of [words][steps][C] belongs to. */
  private sumOf(i: number): number {
    return Math.floor(i / (this.steps * C)) * C + (i % C);
  }
}

export function softmaxRegression(sc: Softcell, train: readonly Word[], seed: number): Classifier {
  const regression = new Regression(sc, train);
  const optimizer = adam(sc, regression.weights);
  const steps = Math.floor((EPOCHS * train.length) / BATCH);
  const rate = oneCycleSchedule(LEARNING_RATE, { steps });
  const source = draws(train, BATCH, seed);
  for (let step = 0; step < steps; step++) {
    const words = source.next().value;
    optimizer.lr = rate(step);
    optimizer.zeroGrad();
    const targets = Int32Array.from(words, ({ stress }) => stress);
    const { dlogits } = crossEntropy(sc, regression.logits(words), targets, { shape: [words.length, C] });
    regression.backward(dlogits);
    optimizer.step();
  }
  optimizer.dispose();
  return (words) => argmax(sc, regression.logits(words), { cols: C });
}
