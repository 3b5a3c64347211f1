// A classifier of sequences: embedding -> bidirectional LSTM of two layers -> linear -> softmax cross-entropy.
import {
  adamW,
  argmax,
  clipGradNorm,
  crossEntropy,
  type Embedding,
  embedding,
  type Layer,
  type Linear,
  type Lstm,
  linear,
  lstm,
  type Optimizer,
  type Softcell,
  type Tensor,
} from "softcell";
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
  private readonly optimizer: Optimizer;

  constructor(
    private readonly sc: Softcell,
    hidden: number,
  ) {
    this.embedding = embedding(sc, { numEmbeddings: 1 + LETTERS, embeddingDim: EMBEDDING, paddingIdx: 0 });
    this.lstm = lstm(sc, {
      inputSize: EMBEDDING,
      hiddenSize: hidden,
      numLayers: LAYERS,
      bidirectional: true,
      dropout: DROPOUT,
      batchFirst: true,
      returnSequences: false,
    });
    this.linear = linear(sc, { inFeatures: 2 * hidden, outFeatures: CLASSES.length });
    this.layers = [this.embedding, this.lstm, this.linear];
    this.optimizer = adamW(sc, this.layers, { weightDecay: 0.01 });
  }

  /** One optimiser step on a batch; returns the loss in nats a word. */
  train(batch: Batch, lr: number): number {
    const { sc, embedding, lstm, linear, optimizer, layers } = this;
    optimizer.lr = lr;
    optimizer.zeroGrad();
    const logits = this.logits(batch, true);
    const { loss, dlogits } = crossEntropy(sc, logits, batch.targets, { axis: -1, out: logits });
    embedding.backward(lstm.backward(linear.backward(dlogits)).dx);
    clipGradNorm(sc, layers, MAX_NORM);
    optimizer.step();
    return loss;
  }

  /** Nats a word, without training. */
  loss(batch: Batch): number {
    return crossEntropy(this.sc, this.logits(batch, false), batch.targets, { axis: -1, gradient: false }).loss;
  }

  /** The class of each word. */
  classify(words: readonly Word[]): Int32Array {
    const classes = new Int32Array(words.length);
    for (let i = 0; i < words.length; i += AT_ONCE) {
      const batch = makeBatch(words.slice(i, i + AT_ONCE));
      classes.set(argmax(this.sc, this.logits(batch, false), { axis: -1 }), i);
    }
    return classes;
  }

  private logits({ ids, lengths, steps, size }: Batch, training: boolean): Tensor {
    const x = this.embedding.forward(ids, { shape: [size, steps] });
    return this.linear.forward(this.lstm.forward(x, { lengths, training }).output);
  }
}
