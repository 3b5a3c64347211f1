// A long life: no growth of linear memory, no rising heap of JavaScript.
import { expect, test } from "vitest";
import type { LstmOptions } from "../../src/index.js";
import * as softcell from "../../src/index.js";

// vitest.config.ts passes --expose-gc
/** Bytes: a leak of 10 bytes a training step would add twice as many. */
const LIMIT = 10_000;
const collect = globalThis.gc as () => void;

/** Bytes of live JavaScript objects, after two collections. */
function liveBytes(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/**
 * Runs a step ten times a fifth of so many times. The live bytes may rise while V8 still compiles, so what counts is the
 * least that one of the parts adds: a leak adds in each.
 */
async function growth(times: number, create: (sc: Awaited<ReturnType<typeof softcell.init>>) => () => void) {
  const sc = await softcell.init();
  const step = create(sc);
  step();
  const memory = sc.memoryUsage;
  const live = [liveBytes()];
  for (let part = 0; part < 10; part++) {
    for (let i = 0; i < times / 5; i++) step();
    live.push(liveBytes());
  }
  const added = live.slice(1).map((bytes, i) => bytes - live[i]);
  return { memory: [memory, sc.memoryUsage], live: Math.min(...added) };
}

test("a million streaming steps", async () => {
  const { memory, live } = await growth(1_000_000, (sc) => {
    const stream = softcell.lstm(sc, { inputSize: 16, hiddenSize: 24 }).stream();
    const frame = new Float32Array(16).fill(0.3);
    return () => void stream.step(frame);
  });
  expect(memory[1]).toEqual(memory[0]);
  expect(live).toBeLessThan(LIMIT);
});

test("half a million streaming steps of two layers, of both kinds of arithmetic", async () => {
  const { memory, live } = await growth(500_000, (sc) => {
    const streams = [24, 40].map((hiddenSize) =>
      softcell.lstm(sc, { inputSize: 16, hiddenSize, numLayers: 2 }).stream(),
    );
    const frame = new Float32Array(16).fill(0.3);
    return () => {
      for (const stream of streams) stream.step(frame);
    };
  });
  expect(memory[1]).toEqual(memory[0]);
  expect(live).toBeLessThan(LIMIT);
});

test.each<[string, Partial<LstmOptions>]>([
  ["of PyTorch's", {}],
  ["that are projected, with peepholes", { projSize: 8, peepholes: true }],
])("a streaming step of two layers %s allocates nothing in JavaScript", async (_, options) => {
  const sc = await softcell.init();
  const stream = softcell.lstm(sc, { inputSize: 16, hiddenSize: 40, numLayers: 2, ...options }).stream();
  const frame = new Float32Array(16).fill(0.3);
  // without a collection in between, what is used rises by what is allocated
  const allocated: number[] = [];
  // not a function that each round calls: V8 would compile its loop in each call, and that would count (OSR)
  for (let round = 0; round < 20; round++) {
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 10_000; i++) stream.step(frame);
    allocated.push(process.memoryUsage().heapUsed - before);
  }
  // the first rounds are compiled, the others allocate nothing; one object a step were 120,000 bytes
  expect(Math.min(...allocated)).toBeLessThan(1_000);
});

test("ten thousand training steps", async () => {
  const { memory, live } = await growth(10_000, (sc) => {
    const embedding = softcell.embedding(sc, { numEmbeddings: 11, embeddingDim: 6 });
    const lstm = softcell.lstm(sc, { inputSize: 6, hiddenSize: 12 });
    const linear = softcell.linear(sc, { inFeatures: 12, outFeatures: 11 });
    const layers = [embedding, lstm, linear];
    const optimizer = softcell.adam(sc, layers);
    const ids = Int32Array.from({ length: 32 }, (_, i) => i % 11);
    return () => {
      optimizer.zeroGrad();
      const { output } = lstm.forward(embedding.forward(ids, { shape: [8, 4] }));
      const logits = linear.forward(output);
      const { dlogits } = softcell.crossEntropy(sc, logits, ids, { out: logits });
      embedding.backward(lstm.backward(linear.backward(dlogits)).dx);
      softcell.clipGradNorm(sc, layers, 1);
      optimizer.step();
    };
  });
  expect(memory[1]).toEqual(memory[0]);
  expect(live).toBeLessThan(LIMIT);
});

test("arrays and tensors that are disposed", async () => {
  const { memory, live } = await growth(20_000, (sc) => {
    const x = new Float32Array(100).fill(0.5);
    return () => {
      const tensor = softcell.tensor(sc, [10, 10], x);
      softcell.softmax(sc, tensor).dispose();
      tensor.dispose();
      softcell.softmax(sc, x, { cols: 10 });
    };
  });
  expect(memory[1]).toEqual(memory[0]);
  expect(live).toBeLessThan(LIMIT);
});
