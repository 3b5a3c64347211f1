// A long life: no growth of linear memory, no rising heap of JavaScript.
import { expect, test } from "vitest";
import { init } from "../src/index.js";

// vitest.config.ts passes --expose-gc
const collect = globalThis.gc as () => void;

/** Bytes of live JavaScript objects, after two collections. */
function liveBytes(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** What `repeat` adds to the live bytes once it has run for a while, and to the linear memory. */
async function growth(times: number, create: (sc: Awaited<ReturnType<typeof init>>) => () => void) {
  const sc = await init();
  const once = create(sc);
  for (let i = 0; i < times / 10; i++) once();
  const [memory, live] = [sc.memoryUsage, liveBytes()];
  for (let i = 0; i < times; i++) once();
  return { memory: [memory, sc.memoryUsage], live: liveBytes() - live };
}

test("a million streaming steps", async () => {
  const { memory, live } = await growth(1_000_000, (sc) => {
    const stream = sc.lstm({ inputSize: 16, hiddenSize: 24 }).stream();
    const frame = new Float32Array(16).fill(0.3);
    return () => void stream.step(frame);
  });
  expect(memory[1]).toEqual(memory[0]);
  expect(live).toBeLessThan(200_000);
});

test("ten thousand training steps", async () => {
  const { memory, live } = await growth(10_000, (sc) => {
    const embedding = sc.embedding({ numEmbeddings: 11, embeddingDim: 6 });
    const lstm = sc.lstm({ inputSize: 6, hiddenSize: 12 });
    const linear = sc.linear({ inFeatures: 12, outFeatures: 11 });
    const layers = [embedding, lstm, linear];
    const optimizer = sc.adam(layers);
    const ids = Int32Array.from({ length: 32 }, (_, i) => i % 11);
    return () => {
      optimizer.zeroGrad();
      const { output } = lstm.forward(embedding.forward(ids, { shape: [8, 4] }));
      const logits = linear.forward(output);
      const { dlogits } = sc.crossEntropy(logits, ids, { out: logits });
      embedding.backward(lstm.backward(linear.backward(dlogits)).dx);
      sc.clipGradNorm(layers, 1);
      optimizer.step();
    };
  });
  expect(memory[1]).toEqual(memory[0]);
  expect(live).toBeLessThan(200_000);
});

test("arrays and tensors that are disposed", async () => {
  const { memory, live } = await growth(20_000, (sc) => {
    const x = new Float32Array(100).fill(0.5);
    return () => {
      const tensor = sc.tensor([10, 10], x);
      sc.softmax(tensor).dispose();
      tensor.dispose();
      sc.softmax(x, { cols: 10 });
    };
  });
  expect(memory[1]).toEqual(memory[0]);
  expect(live).toBeLessThan(200_000);
});
