// A character model: embedding -> LSTM -> linear -> softmax cross-entropy. Every step runs on the kernels.
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import {
  adamW,
  clipGradNorm,
  crossEntropy,
  type Embedding,
  embedding,
  type Linear,
  type Lstm,
  type LstmStream,
  linear,
  loadSafetensors,
  lstm,
  type Optimizer,
  type Softcell,
  saveSafetensors,
  softmax,
  type Tensor,
} from "softcell";
import { type Batch, BOUNDARY, IGNORE } from "./data.js";

const EMBEDDING = 32;
const MAX_NORM = 1;

export class NameModel {
  private readonly embedding: Embedding;
  private readonly lstm: Lstm;
  private readonly linear: Linear;
  private readonly optimizer: Optimizer;

  constructor(
    private readonly sc: Softcell,
    private readonly alphabet: readonly string[],
    hidden: number,
  ) {
    const classes = alphabet.length;
    this.embedding = embedding(sc, { numEmbeddings: classes, embeddingDim: EMBEDDING });
    this.lstm = lstm(sc, { inputSize: EMBEDDING, hiddenSize: hidden });
    this.linear = linear(sc, { inFeatures: hidden, outFeatures: classes });
    this.optimizer = adamW(sc, this.layers, { weightDecay: 0.1 });
  }

  /** From the characters to the logits. */
  get layers(): readonly [Embedding, Lstm, Linear] {
    return [this.embedding, this.lstm, this.linear];
  }

  /** One optimiser step on a batch; returns the loss in nats a character. */
  train(batch: Batch, lr: number): number {
    const { sc, embedding, lstm, linear, layers, optimizer } = this;
    optimizer.lr = lr;
    optimizer.zeroGrad();
    const logits = this.logits(batch, true);
    const { loss, dlogits } = crossEntropy(sc, logits, batch.targets, { axis: -1, ignoreIndex: IGNORE, out: logits });
    const { dx } = lstm.backward(linear.backward(dlogits));
    embedding.backward(dx);
    clipGradNorm(sc, layers, MAX_NORM);
    optimizer.step();
    return loss;
  }

  /** Nats a character, without training. */
  loss(batch: Batch): number {
    const logits = this.logits(batch, false);
    return crossEntropy(this.sc, logits, batch.targets, { axis: -1, ignoreIndex: IGNORE, gradient: false }).loss;
  }

  /** [steps][batch][classes], a tensor that the next call overwrites. */
  logits({ ids, steps, size }: Batch, training: boolean): Tensor {
    const x = this.embedding.forward(ids, { shape: [steps, size] });
    return this.linear.forward(this.lstm.forward(x, { training }).output);
  }

  stream(): LstmStream {
    return this.lstm.stream();
  }

  /** The logits of what follows `id` in a stream, a tensor that the next call overwrites. */
  step(stream: LstmStream, id: number): Tensor {
    return this.linear.forward(stream.step(this.embedding.forward(Int32Array.of(id))));
  }

  /** A new name, character by character from a stream, at most 30 long. */
  sample(temperature: number, generator: RandomGenerator): string {
    const { sc, alphabet } = this;
    const stream = this.stream();
    let name = "";
    for (let id = 0; name.length < 30; ) {
      const logits = this.step(stream, id);
      const p = softmax(sc, logits, { temperature, out: logits }).data;
      id = pick(p, uniformFloat64(generator));
      if (alphabet[id] === BOUNDARY) break;
      name += alphabet[id];
    }
    stream.dispose();
    return name;
  }

  dispose(): void {
    for (const part of [this.optimizer, ...this.layers]) part.dispose();
  }

  /** The weights as a safetensors file: embedding.weight, lstm.weight_ih_l0, ..., linear.bias. */
  save(): Uint8Array {
    return saveSafetensors(Object.fromEntries(this.parts()));
  }

  /** Throws RangeError where the file holds something else than the weights of such a model. */
  load(bytes: Uint8Array): void {
    const keys = Object.keys(loadSafetensors(bytes));
    const stray = keys.find((key) => !this.parts().some(([part]) => key.startsWith(`${part}.`)));
    if (stray) throw new RangeError(`weights expected embedding.*, lstm.* and linear.*, got ${stray}`);
    for (const [part, layer] of this.parts()) layer.loadStateDict(loadSafetensors(bytes, { prefix: `${part}.` }));
  }

  private parts(): [string, Embedding | Lstm | Linear][] {
    return [
      ["embedding", this.embedding],
      ["lstm", this.lstm],
      ["linear", this.linear],
    ];
  }
}

/** The index whose share of the cumulated probabilities holds u. */
function pick(p: Float32Array, u: number): number {
  for (let i = 0, sum = 0; i < p.length; i++) {
    sum += p[i];
    if (u < sum) return i;
  }
  return p.length - 1;
}
