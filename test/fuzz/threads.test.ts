// Arrays on a SharedArrayBuffer that a second thread changes all the time, and makes longer: right values, then values that would
// write anywhere. What is checked is what is used, so a call returns or throws, and writes nothing else.
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe } from "vitest";
import * as softcell from "../../src/index.js";
import { describeEach, type Target } from "../support/backends.js";
import { fuzz, outcomeOf } from "../support/fuzz.js";
import { Guard } from "../support/guard.js";
import { open } from "../support/instance.js";

const N = 64;
const SECRET = [1, 22, 333, 4444];

/** Numbers [0, 2) and one that is far out, in turns; longer every now and then. */
const WORK = `
const { workerData: { buffers, growing } } = require("node:worker_threads");
const views = buffers.map((buffer) => new Int32Array(buffer));
const floats = new Float32Array(buffers[0]);
for (let i = 0; ; i++) {
  const ints = views[1 + (i % (views.length - 1))];
  const k = (i * 7) % ints.length;
  ints[k] = 2 ** 30 + i;
  ints[k] = -(2 ** 30);
  ints[k] = i & 1;
  floats[k] = i & 2 ? NaN : 1;
  if (i % 5000 === 0) {
    for (const buffer of growing) if (buffer.byteLength < buffer.maxByteLength) buffer.grow(buffer.byteLength + 4);
  }
}`;

interface Shared {
  floats: Float32Array;
  ints: Int32Array;
  bytes: Uint8Array;
  growing: SharedArrayBuffer[];
}

const growable = (bytes: number): SharedArrayBuffer =>
  new (SharedArrayBuffer as unknown as new (bytes: number, options: object) => never)(bytes, {
    maxByteLength: 2 ** 20,
  });
let worker: Worker;
let shared: Shared;

beforeAll(async () => {
  const buffers = [0, 1, 2].map(() => new SharedArrayBuffer(4 * N));
  const growing = [4, 16, 64, 200].map((n) => growable(4 * n));
  shared = {
    floats: new Float32Array(buffers[0]),
    ints: new Int32Array(buffers[1]),
    bytes: new Uint8Array(buffers[2]),
    growing,
  };
  worker = new Worker(WORK, { eval: true, workerData: { buffers, growing } });
  await new Promise((resolve) => worker.once("online", resolve));
});
afterAll(() => worker.terminate());

type Call = (sc: softcell.Softcell, layers: Layers, s: Shared, tracking: Float32Array) => unknown;

function layersOf(sc: softcell.Softcell) {
  return {
    embedding: softcell.embedding(sc, { numEmbeddings: 2, embeddingDim: 4 }),
    linear: softcell.linear(sc, { inFeatures: 4, outFeatures: 4 }),
    layerNorm: softcell.layerNorm(sc, { normalizedShape: 4 }),
    dropout: softcell.dropout(sc),
    lstm: softcell.lstm(sc, { inputSize: 2, hiddenSize: 2 }),
    stream: softcell.lstm(sc, { inputSize: 4, hiddenSize: 2 }).stream(),
  };
}
type Layers = ReturnType<typeof layersOf>;

const LOGITS = new Float32Array(2 * N);
const CALLS: Record<string, Call> = {
  crossEntropy: (sc, _, { ints }) => softcell.crossEntropy(sc, LOGITS, ints, { classes: 2 }),
  nll: (sc, _, { ints }) => softcell.nll(sc, LOGITS, ints, { classes: 2, reduction: "none" }),
  multiMargin: (sc, _, { ints }) => softcell.multiMargin(sc, LOGITS, ints, { classes: 2 }),
  focal: (sc, _, { ints }) => softcell.focal(sc, LOGITS, ints, { classes: 2 }),
  oneHot: (sc, _, { ints }) => softcell.oneHot(sc, ints, 2),
  embedding: (_, { embedding }, { ints, floats }) => {
    embedding.forward(ints);
    embedding.backward(new Float32Array(4 * floats.length));
  },
  lengths: (_, { lstm }, { ints }) => {
    const { output } = lstm.forward(new Float32Array(4 * N), { batch: N, lengths: ints });
    lstm.backward(output);
  },
  "mask of steps": (_, { lstm }, { bytes }) => lstm.forward(new Float32Array(8 * N), { batch: 4, mask: bytes }),
  mask: (sc, _, { bytes }) => softcell.softmax(sc, new Float32Array(4 * N), { mask: bytes }),
  hinge: (sc, _, { floats }) => softcell.hinge(sc, new Float32Array(N), floats),
  sample: (sc, _, { floats }) => softcell.sample(sc, floats, { topK: 3 }),
  "a longer x": (sc, _, __, x) => softcell.softmax(sc, x),
  "longer rows": (sc, _, __, x) => softcell.logSumExp(sc, x, { cols: 4 }),
  "a longer dy": (sc, _, __, x) => softcell.softmaxBackward(sc, x, x),
  "a longer out": (sc, _, __, out) => softcell.exp(sc, new Float32Array(out.length), { out }),
  "longer targets": (sc, _, __, x) => softcell.bceWithLogits(sc, x, x, { weight: x, posWeight: x }),
  "a longer weight": (sc, _, __, x) => softcell.prelu(sc, new Float32Array(4), x, { shape: [1, x.length] }),
  "a longer mask": (sc, _, __, x) => softcell.softmax(sc, new Float32Array(x.length), { mask: x }),
  "a longer data": (sc, _, __, x) => softcell.tensor(sc, [x.length], x).dispose(),
  "a longer input": (_, { linear }, __, x) => linear.backward(linear.forward(x)),
  "a longer gradient": (_, { layerNorm }, __, x) => {
    layerNorm.forward(new Float32Array(x.length));
    layerNorm.backward(x);
  },
  "a longer input, dropped": (_, { dropout }, __, x) => dropout.backward(dropout.forward(x)),
  "a longer sequence": (_, { lstm }, __, x) => lstm.backward(lstm.forward(x, { h0: x, c0: x }).output),
  "a longer frame": (_, { stream }, __, x) => stream.step(x),
  "longer parameters": (_, { linear }, __, x) => linear.loadStateDict({ weight: x, bias: x }),
};
const NAMES = Object.keys(CALLS);

describe("a second thread", () => {
  describeEach(["strict", "js"], (target) => {
    let made: ReturnType<typeof instance> | undefined;
    fuzz(`shared arrays on ${target}`, target === "strict" ? 10_000 : 3000, (random, i) => {
      made ??= instance(target);
      const { sc, guard, victim, layers } = made;
      const tracking = new Float32Array(shared.growing[random.below(4)] as unknown as ArrayBuffer);
      const name = NAMES[i % NAMES.length];
      const outcome = outcomeOf(() => CALLS[name](sc, layers, shared, tracking));
      guard.check();
      if (victim.data.some((v, k) => v !== SECRET[k])) throw new Error(`${name} changed another tensor`);
      return outcome;
    });
  });
});

function instance(target: Target) {
  const sc = open(target);
  const guard = new Guard(sc);
  const victim = softcell.tensor(sc, [4], SECRET);
  return { sc, guard, victim, layers: layersOf(sc) };
}
