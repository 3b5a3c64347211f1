// A classifier of sequences: embedding -> bidirectional LSTM of two layers -> linear -> softmax cross-entropy.
import type { Adam, Embedding, Layer, Linear, Lstm, Softcell, Tensor } from "softcell";
import { type Batch, CLASSES, makeBatch, type Word } from "./data.js";

const LETTERS = 26;
const EMBEDDING = 16;
const LAYERS = 2;
const DROPOUT = 0.2;
const MAX_NORM = 1;
/** Words that are classified together. */
const AT_ONCE = 256;

export class StressModel {
  readonly layers: readonly Layer[];
  private readonly embedding: Embedding;
  private readonly lstm: Lstm;
  private readonly linear: Linear;
  private readonly optimizer: Adam;

  constructor(
    private readonly sc: Softcell,
    private readonly hidden: number,
  ) {
    this.embedding = sc.embedding({ numEmbeddings: 1 + LETTERS, embeddingDim: EMBEDDING, paddingIdx: 0 });
    this.lstm = sc.lstm({
      inputSize: EMBEDDING,
      hiddenSize: hidden,
      numLayers: LAYERS,
      bidirectional: true,
      dropout: DROPOUT,
      batchFirst: true,
    });
    this.linear = sc.linear({ inFeatures: 2 * hidden, outFeatures: CLASSES.length });
    this.layers = [this.embedding, this.lstm, this.linear];
    this.optimizer = sc.adamW(this.layers, { weightDecay: 0.01 });
  }

  /** One optimiser step on a batch; returns the loss in nats a word. */
  train(batch: Batch, lr: number): number {
    const { sc, embedding, lstm, linear, optimizer, layers } = this;
    optimizer.lr = lr;
    optimizer.zeroGrad();
    const logits = this.logits(batch, true);
    const { loss, dlogits } = sc.crossEntropy(logits, batch.targets, { axis: -1, out: logits });
    const { dx } = lstm.backward(undefined, { dhN: this.inBlocks(linear.backward(dlogits)) });
    embedding.backward(dx);
    sc.clipGradNorm(layers, MAX_NORM);
    optimizer.step();
    return loss;
  }

  /** Nats a word, without training. */
  loss(batch: Batch): number {
    return this.sc.crossEntropy(this.logits(batch, false), batch.targets, { axis: -1, gradient: false }).loss;
  }

  /** The class of each word. */
  classify(words: readonly Word[]): Int32Array {
    const classes = new Int32Array(words.length);
    for (let i = 0; i < words.length; i += AT_ONCE) {
      const batch = makeBatch(words.slice(i, i + AT_ONCE));
      classes.set(this.sc.argmax(this.logits(batch, false), { axis: -1 }), i);
    }
    return classes;
  }

  private logits({ ids, lengths, steps, size }: Batch, training: boolean): Tensor {
    const x = this.embedding.forward(ids, { shape: [size, steps] });
    const { hN } = this.lstm.forward(x, { lengths, training });
    return this.linear.forward(this.sideBySide(hN));
  }

  /** The last layer's states, a block [batch, hidden] for each direction, side by side: [batch, 2 hidden]. */
  private sideBySide(hN: Tensor): Float32Array {
    const { hidden } = this;
    const batch = hN.shape[1];
    const states = new Float32Array(2 * batch * hidden);
    const blocks = hN.data.subarray(-states.length);
    for (let i = 0; i < 2 * batch; i++) {
      const [direction, b] = [Math.floor(i / batch), i % batch];
      states.set(blocks.subarray(i * hidden, (i + 1) * hidden), (2 * b + direction) * hidden);
    }
    return states;
  }

  /** The way back: a gradient [batch, 2 hidden] as one of hN, 0 for the layers below. */
  private inBlocks(dStates: Tensor): Float32Array {
    const { hidden } = this;
    const batch = dStates.shape[0];
    const dhN = new Float32Array(2 * LAYERS * batch * hidden);
    const blocks = dhN.subarray(-dStates.length);
    const { data } = dStates;
    for (let i = 0; i < 2 * batch; i++) {
      const [direction, b] = [Math.floor(i / batch), i % batch];
      const from = (2 * b + direction) * hidden;
      blocks.set(data.subarray(from, from + hidden), i * hidden);
    }
    return dhN;
  }
}
