// Tensors, views and the growth of linear memory, on every backend.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Floats, Lstm, Softcell, Tensor } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { place, placeEach } from "../../src/memory/block.js";
import { describeEach } from "../support/backends.js";
import { bits, difference, grow, heapOf, open, piecesOf } from "../support/instance.js";
import { Random } from "../support/random.js";

test("arrays that are placed one after the other start on lines of the cache", () => {
  const lists: Record<string, number>[] = [
    { a: 1, b: 17, c: 0 },
    { d: 16, e: 33, f: 5 },
  ];
  expect(place(4096, lists[0])).toEqual({ a: 4096, b: 4160, c: 4288 });
  expect(placeEach(4096, lists)).toEqual([
    { a: 4096, b: 4160, c: 4288 },
    { d: 4288, e: 4352, f: 4544 },
  ]);
});

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test("a tensor is zeros or a copy", () => {
    const data = Float32Array.of(1, 2, 3, 4);
    const t = softcell.tensor(sc, [2, 2], data);
    data[0] = 9;
    expect(t.data).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(t).toMatchObject({ shape: [2, 2], length: 4, disposed: false });
    t.dispose();
    expect(softcell.tensor(sc, [2, 2]).data).toEqual(new Float32Array(4));
    expect(softcell.tensor(sc, []).length).toBe(1);
    expect(softcell.tensor(sc, [0, 3]).data).toHaveLength(0);
  });

  test("data stays live when the memory grows", () => {
    const t = softcell.tensor(sc, [5], Float32Array.of(1, 2, 3, 4, 5));
    const linear = softcell.linear(sc, { inFeatures: 2, outFeatures: 2 });
    const weight = linear.params.weight.data.slice();
    const old = t.data;
    grow(sc);
    expect(old).toHaveLength(0);
    expect(t.data).toEqual(Float32Array.of(1, 2, 3, 4, 5));
    t.data[4] = 6;
    expect(t.data[4]).toBe(6);
    expect(softcell.exp(sc, t).data[0]).toBeCloseTo(Math.E, 5);
    expect(linear.params.weight.data).toEqual(weight);
    linear.params.weight.data[0] = 7;
    expect(linear.stateDict().weight.data[0]).toBe(7);
  });

  /** Calls that take a view on linear memory and have to grow it, which detaches the view. */
  const GROWING: [name: string, call: (s: Softcell, view: () => Float32Array) => Floats][] = [
    ["exp", (s, x) => softcell.exp(s, x())],
    ["log", (s, x) => softcell.log(s, x())],
    ["sigmoid", (s, x) => softcell.sigmoid(s, x())],
    ["tanh", (s, x) => softcell.tanh(s, x())],
    ["softmax", (s, x) => softcell.softmax(s, x(), { cols: 3 })],
    ["softmaxBackward", (s, x) => softcell.softmaxBackward(s, x(), { y: x(), cols: 3 })],
    ["logSoftmax", (s, x) => softcell.logSoftmax(s, x(), { cols: 3 })],
    ["logSumExp", (s, x) => softcell.logSumExp(s, x(), { cols: 3 })],
    ["logSumExpBackward", (s, x) => softcell.logSumExpBackward(s, x().subarray(0, 3000), { x: x(), cols: 3 })],
    ["crossEntropy", (s, x) => softcell.crossEntropy(s, x(), new Int32Array(3000), { classes: 3 }).dlogits],
    ["tensor", (s, x) => softcell.tensor(s, [9000], x())],
    ["linear", (s, x) => softcell.linear(s, { inFeatures: 3, outFeatures: 3 }).forward(x())],
    [
      "linear, backward",
      (s, x) => {
        const linear = softcell.linear(s, { inFeatures: 1, outFeatures: 9000 });
        linear.forward(Float32Array.of(1));
        return linear.backward(x());
      },
    ],
    ["lstm", (s, x) => softcell.lstm(s, { inputSize: 3, hiddenSize: 3 }).forward(x(), { batch: 3000 }).output],
    [
      "lstm, h0",
      (s, x) =>
        softcell.lstm(s, { inputSize: 1, hiddenSize: 3 }).forward(new Float32Array(3000), { batch: 3000, h0: x() }).hN,
    ],
    [
      "lstm, backward",
      (s, x) => {
        const lstm = softcell.lstm(s, { inputSize: 1, hiddenSize: 3 });
        lstm.forward(new Float32Array(3000), { batch: 3000 });
        return lstm.backward(x()).dx;
      },
    ],
    [
      "embedding, backward",
      (s, x) => {
        const embedding = softcell.embedding(s, { numEmbeddings: 2, embeddingDim: 3 });
        embedding.forward(new Int32Array(3000));
        embedding.backward(x());
        return embedding.params.weight.grad;
      },
    ],
  ];
  test.each(GROWING)("a view where the call grows the memory: %s", (_, call) => {
    const values = new Random(5).floats(9000, 0.1, 3);
    const small = open(target, { memory: { initial: 1 } });
    const t = softcell.tensor(small, [9000], values);
    expect(
      difference(
        call(small, () => t.data),
        call(sc, () => values),
      ),
    ).toBe(-1);
  });

  test("data stays live in an engine without structuredClone", () => {
    // an AudioWorklet, where the twin cannot detach its old memory
    vi.stubGlobal("structuredClone", undefined);
    const old = open(target);
    const t = softcell.tensor(old, [2], Float32Array.of(1, 2));
    const stream = softcell.lstm(old, { inputSize: 2, hiddenSize: 3 }).stream();
    const expected = bits(stream.step(t));
    stream.reset();
    grow(old);
    t.data[0] = 5;
    expect(softcell.exp(old, t).data[0]).toBeCloseTo(Math.exp(5), 3);
    expect(bits(stream.step(Float32Array.of(1, 2)))).toEqual(expected);
  });

  test("an operation in place needs no memory", () => {
    const small = open(target, { memory: { initial: 2, maximum: 2 } });
    const t = softcell.tensor(small, [20_000]);
    expect(softcell.exp(small, t, { out: t }).data[0]).toBe(1);
    expect(softcell.softmax(small, t, { out: t }).data[0]).toBeCloseTo(1 / 20_000, 9);
  });

  test("whatever is handed out starts on a line of the cache", () => {
    const embedding = softcell.embedding(sc, { numEmbeddings: 5, embeddingDim: 3 });
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 5, numLayers: 2, bidirectional: true });
    const norm = softcell.layerNorm(sc, { normalizedShape: 10 });
    const linear = softcell.linear(sc, { inFeatures: 10, outFeatures: 7 });
    const layers = [embedding, lstm, norm, linear];
    const adam = softcell.adam(sc, layers);
    const stream = softcell.lstm(sc, { inputSize: 3, hiddenSize: 5 }).stream();
    const x = embedding.forward(Int32Array.of(0, 4, 1), { shape: [3, 1] });
    const logits = linear.forward(norm.forward(lstm.forward(x).output));
    const { dlogits } = softcell.crossEntropy(sc, logits, Int32Array.of(1, 2, 3));
    const { dx } = lstm.backward(norm.backward(linear.backward(dlogits)));
    adam.step();
    const parameters = layers.flatMap(({ params }) => Object.values(params));
    const heap = heapOf(sc);
    const places = [
      ...[
        x,
        logits,
        dlogits as Tensor,
        dx,
        softcell.tensor(sc, [1]),
        softcell.tensor(sc, []),
        softcell.tensor(sc, [17]),
      ].map(({ pointer }) => pointer),
      ...parameters.flatMap(({ pointer, gradPointer }) => [pointer, gradPointer]),
      stream.step(new Float32Array(3)).byteOffset,
      heap.rowScratch,
      ...[4, 68, 40_000, 9].map((bytes) => heap.scratch(bytes)),
      ...[...piecesOf(sc).pieces].flatMap(({ start, size }) => [start, size]),
    ];
    expect(places.filter((at) => at % 64 !== 0)).toEqual([]);
    expect(new Set(places).size).toBeGreaterThan(30);
  });

  test("scratch that a large call needed is given back after 64 small ones, and kept as long as some are large", () => {
    const [large, small] = [new Float32Array(2 ** 19), new Float32Array(100)];
    const MIB = 2 ** 20;
    const used = () => piecesOf(sc).scratch;
    softcell.exp(sc, large);
    const first = used();
    expect(first.size).toBeGreaterThanOrEqual(2 * MIB);
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 63; i++) softcell.exp(sc, small);
      softcell.exp(sc, large);
    }
    // half of it is enough to keep it
    const half = new Float32Array(first.size / 8);
    for (let i = 0; i < 200; i++) softcell.exp(sc, i % 2 ? half : small);
    expect(used()).toBe(first);
    const { used: before } = sc.memoryUsage;
    for (let i = 0; i < 64; i++) expect(softcell.exp(sc, small)[0]).toBe(1);
    expect(used().size).toBe(MIB);
    expect(sc.memoryUsage.used).toBe(before);
    const last = used();
    for (let i = 0; i < 200; i++) softcell.exp(sc, small);
    expect(used()).toBe(last);
    expect(bits(softcell.exp(sc, large))).toEqual(bits(new Float32Array(large.length).fill(1)));
  });

  test("scratch that grows needs no room beside what it was", () => {
    const narrow = open(target, { memory: { initial: 4, maximum: 4 } });
    for (const n of [20_000, 40_000, 56_000]) expect(softcell.exp(narrow, new Float32Array(n))).toHaveLength(n);
    expect(() => softcell.exp(narrow, new Float32Array(61_000))).toThrow(
      /^memory expected 244032 free bytes in one piece/,
    );
    expect(softcell.exp(narrow, new Float32Array(56_000))).toHaveLength(56_000);
  });

  test("what is disposed is free, and used again", () => {
    const { used } = sc.memoryUsage;
    const t = softcell.tensor(sc, [1000]);
    expect(sc.memoryUsage.used).toBe(used + 4032);
    t.dispose();
    expect(sc.memoryUsage.used).toBe(used);
    expect(t.disposed).toBe(true);
    expect(() => t.dispose()).toThrow("this tensor of shape [1000] is disposed");
    expect(() => t.data).toThrow("is disposed");
    expect(() => softcell.exp(sc, t)).toThrow("disposed");
    expect(sc.memoryUsage.used).toBe(used);
  });

  test.each<[string, (s: Softcell, lstm: Lstm) => { dispose(): void }]>([
    ["tensor", (s) => softcell.tensor(s, [3])],
    ["embedding", (s) => softcell.embedding(s, { numEmbeddings: 3, embeddingDim: 2 })],
    ["linear", (s) => softcell.linear(s, { inFeatures: 3, outFeatures: 2 })],
    ["lstm", (s) => softcell.lstm(s, { inputSize: 3, hiddenSize: 2 })],
    ["stream", (_, lstm) => lstm.stream()],
    ["sgd", (s, lstm) => softcell.sgd(s, lstm, { lr: 1 })],
    ["adam", (s, lstm) => softcell.adam(s, lstm)],
  ])("Symbol.dispose: %s", (_, create) => {
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4 });
    const { used } = sc.memoryUsage;
    const resource = create(sc, lstm) as { dispose(): void; [Symbol.dispose](): void };
    resource[Symbol.dispose]();
    expect(sc.memoryUsage.used).toBe(used);
    expect(() => resource.dispose()).toThrow("disposed");
  });

  test("a call that needs a little more scratch does not take the last pages for twice as much", () => {
    const narrow = open(target, { memory: { maximum: 64 } });
    const lstm = softcell.lstm(narrow, { inputSize: 64, hiddenSize: 1 });
    for (const batch of [3000, 3100]) {
      const { output } = lstm.forward(new Float32Array(64 * batch), { batch, training: false });
      expect(output.length).toBe(batch);
    }
  });

  test("a layer frees all it has taken", () => {
    // scratch, which stays
    const work = (): void => {
      const embedding = softcell.embedding(sc, { numEmbeddings: 5, embeddingDim: 3 });
      const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4 });
      const linear = softcell.linear(sc, { inFeatures: 4, outFeatures: 5 });
      const layers = [embedding, lstm, linear];
      const optimizer = softcell.adam(sc, layers);
      const stream = lstm.stream();
      const { output } = lstm.forward(embedding.forward(Int32Array.of(0, 4), { shape: [2, 1] }));
      const { dx } = lstm.backward(linear.backward(linear.forward(output)));
      embedding.backward(dx);
      optimizer.step();
      stream.dispose();
      optimizer.dispose();
      for (const layer of layers) layer.dispose();
    };
    work();
    const { used } = sc.memoryUsage;
    work();
    expect(sc.memoryUsage.used).toBe(used);
  });

  test("a stream can be disposed after its layer", () => {
    const { used } = sc.memoryUsage;
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 4 });
    const stream = lstm.stream();
    lstm.dispose();
    expect(() => stream.step(new Float32Array(3))).toThrow("this lstm is disposed");
    stream.dispose();
    expect(sc.memoryUsage.used).toBe(used);
  });
});
