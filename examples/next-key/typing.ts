// Prequential evaluation: every key is guessed, then seen, then learnt from.
import { adam, type Softcell, type Tensor, tensor } from "softcell";
import { progressBar } from "../progress.js";
import { HIDDEN, type KeyModel } from "./model.js";
import { Counts, LastLayer, type Predictor } from "./predictors.js";
import { Score } from "./score.js";

/** Keys of which the running hit rate is taken. */
const WINDOW = 1000;
/** From one point of its curve to the next. */
const STRIDE = 100;

export interface Contender {
  name: string;
  predictor: Predictor;
  score: Score;
  /** Percent of first guesses that hit, of the last WINDOW keys: [key, rate]. */
  curve: [number, number][];
}

/** The adapted last layer, the same one frozen, and counts that start from nothing. */
export function contenders(sc: Softcell, adapted: KeyModel, frozen: KeyModel, lr: number) {
  const h = tensor(sc, [1, HIDDEN]);
  const all: [string, Predictor][] = [
    ["adapted", new LastLayer(sc, adapted.fc, h, adam(sc, adapted.fc, { lr }))],
    ["frozen", new LastLayer(sc, frozen.fc, h)],
    ["bigram counts", new Counts(1)],
    ["trigram counts", new Counts(2)],
  ];
  return {
    h,
    contenders: all.map(([name, predictor]): Contender => ({ name, predictor, score: new Score(), curve: [] })),
  };
}

/** Types a text into a stream of the model, whose h the last layers of the contenders see. */
export function type(model: KeyModel, h: Tensor, text: Int32Array, contenders: readonly Contender[]): void {
  const stream = model.lstm.stream();
  const bar = progressBar(text.length, { title: "typing", figure: "hit rate", unit: "keys" });
  const started = performance.now();
  // as if a space had been typed before
  const previous = Int32Array.of(0);
  text.forEach((key, i) => {
    h.data.set(stream.step(model.embedding.forward(previous)));
    for (const { predictor, score } of contenders) {
      score.add(predictor.predict(), key);
      predictor.learn(key);
    }
    previous[0] = key;
    const typed = i + 1;
    if (typed % STRIDE === 0 && typed >= WINDOW / 2) {
      for (const { score, curve } of contenders) curve.push([typed, 100 * score.latest(WINDOW).first]);
    }
    bar.update(typed, contenders[0].score.latest(WINDOW).first, (1000 * typed) / (performance.now() - started));
  });
  bar.stop();
  stream.dispose();
}
