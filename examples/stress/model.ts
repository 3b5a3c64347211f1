// A classifier of sequences: embedding -> bidirectional LSTM of two layers -> linear -> softmax cross-entropy.
import type { Adam, Embedding, Layer, Linear, Lstm, Softcell, Tensor } from "softcell";
import { type Batch, CLASSES } from "./data.js";

const LETTERS = 26;
const EMBEDDING = 16;
const LAYERS = 2;
const DROPOUT = 0.2;
const MAX_NORM = 1;

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
    const { dx } = lstm.backward(undefined, { dhN: this.apart(linear.backward(dlogits)) });
    embedding.backward(dx);
    sc.clipGradNorm(layers, MAX_NORM);
    optimizer.step();
    return loss;
  }

  /** The class of each word. */
  predict(batch: Batch): Int32Array {
    return this.sc.argmax(this.logits(batch, false), { axis: -1 });
  }

  private logits({ ids, lengths, steps, size }: Batch, training: boolean): Tensor {
    const x = this.embedding.forward(ids, { shape: [size, steps] });
    const { hN } = this.lstm.forward(x, { lengths, training });
    return this.linear.forward(this.together(hN));
  }

  /** The states of the last layer, [.., batch, hidden] for each direction, side by side: [batch, 2 hidden]. */
  private together(hN: Tensor): Float32Array {
    const batch = hN.shape[1];
    const states = new Float32Array(batch * 2 * this.hidden);
    this.eachState(batch, (inHN, beside) => states.set(hN.data.subarray(inHN, inHN + this.hidden), beside));
    return states;
  }
}
