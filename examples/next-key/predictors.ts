// What guesses the next key, and may learn from it once it is seen.
import { crossEntropy, type Linear, type Optimizer, type Softcell, softmax, type Tensor, tensor } from "softcell";
import { KEYS } from "./keys.js";

/** `predict` before a key is seen, `learn` after. */
export interface Predictor {
  /** A probability for each key. Valid until the next call. */
  predict(): ArrayLike<number>;
  learn(key: number): void;
}

/** The last layer on h of a frozen LSTM; with an optimiser, it takes a step after every key. */
export class LastLayer implements Predictor {
  private readonly target = new Int32Array(1);
  private readonly probabilities: Tensor;
  private logits: Tensor | undefined;

  constructor(
    private readonly sc: Softcell,
    private readonly fc: Linear,
    private readonly h: Tensor,
    private readonly optimizer?: Optimizer,
  ) {
    this.probabilities = tensor(sc, [1, fc.outFeatures]);
  }

  predict(): Float32Array {
    this.logits = this.fc.forward(this.h);
    return softmax(this.sc, this.logits, { out: this.probabilities }).data;
  }

  learn(key: number): void {
    const { sc, fc, target, logits, optimizer } = this;
    if (!optimizer || !logits) return;
    target[0] = key;
    const { dlogits } = crossEntropy(sc, logits, target, { axis: -1, out: logits });
    optimizer.zeroGrad();
    fc.backward(dlogits);
    optimizer.step();
  }
}

/** How many keys of an estimate from a longer context weigh as much as the one from a shorter context. */
const PRIOR = 3;

/** Counts what followed the last `order` keys, and mixes it with what followed fewer, down to equal probabilities. */
export class Counts implements Predictor {
  private readonly shorter: Counts | undefined;
  private readonly counts = new Map<string, Float64Array>();
  private context = "";

  constructor(private readonly order: number) {
    if (order > 0) this.shorter = new Counts(order - 1);
  }

  predict(): Float64Array {
    const prior = this.shorter?.predict() ?? new Float64Array(KEYS.length).fill(1 / KEYS.length);
    const counts = this.counts.get(this.context);
    if (!counts) return prior;
    const total = counts.reduce((a, b) => a + b);
    return counts.map((count, key) => (count + PRIOR * prior[key]) / (total + PRIOR));
  }

  learn(key: number): void {
    this.shorter?.learn(key);
    const counts = this.counts.get(this.context) ?? new Float64Array(KEYS.length);
    counts[key]++;
    this.counts.set(this.context, counts);
    if (this.order > 0) this.context = (this.context + KEYS[key]).slice(-this.order);
  }
}
