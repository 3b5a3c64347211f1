// A memory that cannot grow: whatever allocation of a call fails, nothing has changed, and the call works once there is
// room again.
import { describe, expect, test } from "vitest";
import type { Floats, Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { heldBy } from "../../src/memory/held.js";
import type { Owner, Piece } from "../../src/memory/piece.js";
import { describeEach, type Target } from "../support/backends.js";
import { bits, heapOf, open, piecesOf } from "../support/instance.js";
import { Random } from "../support/random.js";

/** A third of it are whole lines, so that arrays end where their memory does. */
const N = 624;
const X = new Random(1).normals(N);
const TARGETS = new Int32Array(N / 3);
const LENGTHS = Int32Array.of(5, 1, 3, 5);
const PROJECTED = { inputSize: 3, hiddenSize: 3, projSize: 2, peepholes: true, bidirectional: true };
const BOTH = { inputSize: 3, hiddenSize: 2, numLayers: 2, bidirectional: true };

/** Prepares a call that allocates; the call gives its results. */
const CALLS: Record<string, (sc: Softcell) => () => Floats[]> = {
  tensor: (sc) => () => [softcell.tensor(sc, [N], X)],
  "softmax of an array": (sc) => () => [softcell.softmax(sc, X, { cols: 3 })],
  "softmax of one row": (sc) => () => [softcell.softmax(sc, X)],
  "logSoftmax of one row": (sc) => () => [softcell.logSoftmax(sc, X)],
  "logSumExp of one row": (sc) => () => [softcell.logSumExp(sc, X)],
  "exp of an array": (sc) => () => [softcell.exp(sc, X)],
  "tanh of an array": (sc) => () => [softcell.tanh(sc, X)],
  "softmax of a tensor": (sc) => {
    const x = softcell.tensor(sc, [N / 3, 3], X);
    return () => [softcell.softmax(sc, x)];
  },
  "softmaxBackward of a tensor": (sc) => {
    const x = softcell.tensor(sc, [N / 3, 3], X);
    return () => [softcell.softmaxBackward(sc, x, { y: X })];
  },
  "logSumExp of a tensor": (sc) => {
    const x = softcell.tensor(sc, [N / 3, 3], X);
    return () => [softcell.logSumExp(sc, x)];
  },
  "exp of a tensor": (sc) => {
    const x = softcell.tensor(sc, [N], X);
    return () => [softcell.exp(sc, x)];
  },
  "sparsemax of a tensor": (sc) => {
    const x = softcell.tensor(sc, [N / 3, 3], X);
    return () => [softcell.sparsemax(sc, x)];
  },
  "gumbelSoftmax of a tensor, hard": (sc) => {
    const x = softcell.tensor(sc, [N / 3, 3], X);
    return () => Object.values(softcell.gumbelSoftmax(sc, x, { hard: true }));
  },
  "argmax of an array": (sc) => () => [Float32Array.from(softcell.argmax(sc, X, { cols: 3 }))],
  "topK of a tensor along the first axis": (sc) => {
    const x = softcell.tensor(sc, [3, N / 3], X);
    return () => [softcell.topK(sc, x, 2, { axis: 0 }).values];
  },
  "sample of an array": (sc) => () => [Float32Array.from(softcell.sample(sc, X, { cols: 3 }))],
  "preluBackward of tensors": (sc) => {
    const x = softcell.tensor(sc, [N / 3, 3], X);
    return () => {
      const { dx, dweight } = softcell.preluBackward(sc, x, { x: X, weight: X.subarray(0, 3) });
      return [dx, dweight];
    };
  },
  "crossEntropy of an array": (sc) => () => [softcell.crossEntropy(sc, X, TARGETS, { classes: 3 }).dlogits],
  "crossEntropy of a tensor": (sc) => {
    const x = softcell.tensor(sc, [N / 3, 3], X);
    return () => [softcell.crossEntropy(sc, x, TARGETS).dlogits];
  },
  "nll of a tensor": (sc) => {
    const x = softcell.tensor(sc, [N / 3, 3], X);
    return () => [softcell.nll(sc, x, TARGETS).dlogProbs];
  },
  "klDivergence of arrays": (sc) => () => [softcell.klDivergence(sc, X, X, { classes: 3, target: "logits" }).dlogits],
  "mse of a tensor": (sc) => {
    const x = softcell.tensor(sc, [N / 3, 3], X);
    return () => [softcell.mse(sc, x, X).dx];
  },
  embedding: (sc) => () => [softcell.embedding(sc, { numEmbeddings: 50, embeddingDim: 6 }).params.weight.data],
  linear: (sc) => () => [softcell.linear(sc, { inFeatures: 20, outFeatures: 10 }).params.weight.data],
  lstm: (sc) => () => [softcell.lstm(sc, { inputSize: 6, hiddenSize: 5 }).params.weight_hh_l0.data],
  "embedding, forward": (sc) => {
    const embedding = softcell.embedding(sc, { numEmbeddings: 4, embeddingDim: 3 });
    return () => [embedding.forward(TARGETS)];
  },
  "embedding, forward of another shape": (sc) => {
    const embedding = softcell.embedding(sc, { numEmbeddings: 4, embeddingDim: 3 });
    embedding.forward(TARGETS.subarray(1));
    return () => {
      const y = embedding.forward(TARGETS);
      embedding.backward(X);
      return [y, embedding.params.weight.grad];
    };
  },
  "embedding, backward": (sc) => {
    const embedding = softcell.embedding(sc, { numEmbeddings: 4, embeddingDim: 3 });
    embedding.forward(TARGETS);
    return () => {
      embedding.backward(X);
      return [embedding.params.weight.grad];
    };
  },
  "linear, forward": (sc) => {
    const linear = softcell.linear(sc, { inFeatures: 3, outFeatures: 5 });
    return () => [linear.forward(X)];
  },
  "linear, backward": (sc) => {
    const linear = softcell.linear(sc, { inFeatures: 3, outFeatures: 2 });
    linear.forward(X.subarray(0, 300));
    return () => [linear.backward(X.subarray(0, 200)), linear.params.weight.grad, linear.params.bias.grad];
  },
  layerNorm: (sc) => () => [softcell.layerNorm(sc, { normalizedShape: 50 }).params.weight.data],
  "layerNorm, forward of another shape": (sc) => {
    const norm = softcell.layerNorm(sc, { normalizedShape: 3 });
    norm.forward(X.subarray(0, 300));
    return () => [norm.forward(X)];
  },
  "layerNorm, backward": (sc) => {
    const norm = softcell.layerNorm(sc, { normalizedShape: 3 });
    norm.forward(X);
    return () => [norm.backward(X), norm.params.weight.grad, norm.params.bias.grad];
  },
  // a mask that was drawn in vain would be missing afterwards
  "dropout, forward": (sc) => {
    const dropout = softcell.dropout(sc);
    dropout.forward(X.subarray(1));
    return () => [dropout.forward(X)];
  },
  "dropout, backward": (sc) => {
    const dropout = softcell.dropout(sc);
    dropout.forward(X);
    return () => [dropout.backward(X)];
  },
  "lstm, forward": (sc) => {
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 2 });
    return () => Object.values(lstm.forward(X.subarray(0, 60), { batch: 4 }));
  },
  "lstm, forward of another shape": (sc) => {
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 2 });
    lstm.forward(X.subarray(0, 54), { batch: 3 });
    return () => Object.values(lstm.forward(X.subarray(0, 60), { batch: 4 }));
  },
  "lstm, backward": (sc) => {
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 2 });
    lstm.forward(X.subarray(0, 60), { batch: 4 });
    return () => {
      const gradients = Object.values(lstm.backward(X.subarray(0, 40)));
      return [...gradients, ...Object.values(lstm.params).map(({ grad }) => grad)];
    };
  },
  "lstm of two layers and directions": (sc) => () =>
    Object.values(softcell.lstm(sc, { ...BOTH, hiddenSize: 5 }).params).map(({ data }) => data),
  "lstm of two layers and directions, forward": (sc) => {
    const lstm = softcell.lstm(sc, BOTH);
    return () => Object.values(lstm.forward(X.subarray(0, 60), { batch: 4, h0: X.subarray(0, 32) }));
  },
  "lstm of two layers and directions, forward of another shape": (sc) => {
    const lstm = softcell.lstm(sc, BOTH);
    lstm.forward(X.subarray(0, 54), { batch: 3 });
    return () => Object.values(lstm.forward(X.subarray(0, 60), { batch: 4, lengths: LENGTHS }));
  },
  "lstm of two layers and directions, backward": (sc) => {
    const lstm = softcell.lstm(sc, BOTH);
    lstm.forward(X.subarray(0, 60), { batch: 4, lengths: LENGTHS });
    return () => {
      const gradients = Object.values(lstm.backward(X.subarray(0, 80), { dcN: X.subarray(0, 32) }));
      return [...gradients, ...Object.values(lstm.params).map(({ grad }) => grad)];
    };
  },
  "lstm of a projected cell, forward": (sc) => {
    const lstm = softcell.lstm(sc, PROJECTED);
    return () => Object.values(lstm.forward(X.subarray(0, 30), { batch: 2 }));
  },
  "lstm of a projected cell, backward": (sc) => {
    const lstm = softcell.lstm(sc, PROJECTED);
    lstm.forward(X.subarray(0, 30), { batch: 2 });
    return () => Object.values(lstm.backward(X.subarray(0, 40)));
  },
  "stream of two layers": (sc) => {
    const lstm = softcell.lstm(sc, { ...BOTH, bidirectional: false });
    return () => [lstm.stream({ batch: 4 }).step(X.subarray(0, 12)).slice()];
  },
  stream: (sc) => {
    const lstm = softcell.lstm(sc, { inputSize: 3, hiddenSize: 2 });
    return () => [lstm.stream({ batch: 4 }).step(X.subarray(0, 12)).slice()];
  },
  "stream, step of two layers": (sc) => {
    const stream = softcell.lstm(sc, { ...BOTH, bidirectional: false }).stream({ batch: 4 });
    return () => [stream.step(X.subarray(0, 12)).slice()];
  },
  "stream, step": (sc) => {
    const stream = softcell.lstm(sc, { inputSize: 3, hiddenSize: 2 }).stream({ batch: 4 });
    return () => [stream.step(X.subarray(0, 12)).slice()];
  },
  rmsprop: (sc) => {
    const layers = [
      softcell.linear(sc, { inFeatures: 9, outFeatures: 5 }),
      softcell.linear(sc, { inFeatures: 9, outFeatures: 5 }),
    ];
    return () => {
      const rmsprop = softcell.rmsprop(sc, layers, { centered: true, momentum: 0.5 });
      for (const { params } of layers) params.weight.grad.fill(1);
      rmsprop.step();
      return layers.map(({ params }) => params.weight.data);
    };
  },
  adam: (sc) => {
    const layers = [
      softcell.linear(sc, { inFeatures: 9, outFeatures: 5 }),
      softcell.linear(sc, { inFeatures: 9, outFeatures: 5 }),
    ];
    return () => {
      const adam = softcell.adam(sc, layers);
      for (const { params } of layers) params.weight.grad.fill(1);
      adam.step();
      return layers.map(({ params }) => params.weight.data);
    };
  },
};

/** Leaves `free` bytes of a memory, in one piece; what it takes for that can be disposed. */
function fill(sc: Softcell, free: number): { dispose(): void }[] {
  const room = free > 0 ? softcell.tensor(sc, [free / 4]) : undefined;
  const taken: { dispose(): void }[] = [];
  for (let bytes = 2 ** 15; bytes >= 64; bytes /= 2) {
    try {
      for (;;) taken.push(softcell.tensor(sc, [bytes / 4]));
    } catch {
      // the next smaller size
    }
  }
  room?.dispose();
  return taken;
}

/** The bytes of everything that is allocated, by address. */
function allocated(sc: Softcell): Map<number, string> {
  const { pieces, scratch } = piecesOf(sc);
  // what scratch holds is lost with the call anyway
  const kept = [...pieces].filter((piece) => piece !== scratch);
  const bytes = new Uint8Array(heapOf(sc).buffer);
  return new Map(
    kept.map(({ start, size }) => [start, Buffer.from(bytes.slice(start, start + size)).toString("base64")]),
  );
}

describeEach(["strict", "js"], (target) => {
  test.each(Object.entries(CALLS))("%s", (name, prepare) => {
    const expected = prepare(open(target))().map(bits);
    let failed = 0;
    // every number of free bytes, until the call has enough
    for (let free = 0; ; free += 64) {
      const sc = open(target, { memory: { initial: 2, maximum: 2 } });
      const call = prepare(sc);
      const taken = fill(sc, free);
      const [before, usage] = [allocated(sc), sc.memoryUsage];
      try {
        call();
        break;
      } catch (error) {
        expect((error as Error).message).toContain("memory expected");
        expect((error as Error).constructor).toBe(RangeError);
      }
      failed++;
      expect(sc.memoryUsage, `with ${free} bytes free`).toEqual(usage);
      expect(allocated(sc), `with ${free} bytes free`).toEqual(before);
      for (const tensor of taken) tensor.dispose();
      expect(call().map(bits), `with ${free} bytes free`).toEqual(expected);
    }
    // a step has its memory already
    expect(failed > 0).toBe(!name.startsWith("stream, step"));
  });

  test("init({ memory }) holds its maximum", () => {
    const sc = open(target, { memory: { initial: 2, maximum: 3 } });
    const x = softcell.tensor(sc, [20_000]);
    const { used } = sc.memoryUsage;
    expect(() => softcell.tensor(sc, [40_000])).toThrow(
      new RangeError(
        "memory expected 160000 free bytes in one piece, has 30528, and cannot grow past its 131072 bytes; it holds " +
          "1 tensor of shape [20000] (80 KB), scratch (17 KB)",
      ),
    );
    expect(sc.memoryUsage.used).toBe(used);
    expect(softcell.tensor(sc, [20_000])).toHaveLength(20_000);
    expect(sc.memoryUsage.total).toBe(3 * 65536);
    expect(x.data.every((v) => v === 0)).toBe(true);
  });
});

test("the error names the four largest groups of what holds the memory", () => {
  const sc = open("strict", { memory: { initial: 4, maximum: 4 } });
  const linear = softcell.linear(sc, { inFeatures: 20, outFeatures: 30 });
  softcell.linear(sc, { inFeatures: 1, outFeatures: 1 });
  linear.backward(linear.forward(X.subarray(0, 600)));
  softcell.adam(sc, linear);
  softcell.sgd(sc, linear, { lr: 1, momentum: 0.9 });
  const tensors = [];
  const fill = () => {
    for (;;) tensors.push(softcell.tensor(sc, [64, 100]));
  };
  expect(fill).toThrow(
    /^memory expected 25600 free bytes in one piece, has \d+, and cannot grow past its 262144 bytes; it holds \d tensors of shape \[64, 100\] \(\d+ KB\), scratch \(\d+ KB\), 2 linear layers \(\d+ KB\), 1 adam optimizer \(\d+ KB\) and others$/,
  );
});

test("what holds memory is counted by owners, and bytes are rounded up", () => {
  const [shape, layer] = [() => [2, 3], { kind: "lstm layer" }];
  const of = (...owners: Owner[]) => owners.map((owner) => ({ owner, size: 1e6 }));
  expect(heldBy([])).toBe("");
  expect(heldBy(of("scratch", "scratch"))).toBe("scratch (2,000 KB)");
  expect(heldBy(of(layer, shape(), layer, layer))).toBe("1 lstm layer (3,000 KB), 1 tensor of shape [2, 3] (1,000 KB)");
  expect(heldBy(of(shape(), [], shape(), { ...layer }, { ...layer }, { ...layer }))).toBe(
    "3 lstm layers (3,000 KB), 2 tensors of shape [2, 3] (2,000 KB), 1 tensor of shape [] (1,000 KB)",
  );
  const many = Array.from({ length: 1038 }, () => ({ owner: [64, 4000], size: 1_024_000 }));
  expect(heldBy([...many, { owner: { kind: "stream" }, size: 64 }])).toBe(
    "1,038 tensors of shape [64, 4000] (1,063 MB), 1 stream (1 KB)",
  );
});

/** Pages of 64 KiB: 4 GiB, of which the last one is never handed out. */
const ALL = { initial: 65536 };
const END = 65535 * 65536;

/** An instance with 4 GiB, or why there is none. */
function openAll(target: Target): Softcell | string {
  try {
    return open(target, { memory: ALL });
  } catch (error) {
    return (error as Error).message;
  }
}

/** Takes all but the last `free` bytes, which touches none. */
function leave(sc: Softcell, free: number): Piece {
  const heap = heapOf(sc);
  const size = Reflect.get(heap, "gaps").largest() - free;
  return Reflect.get(heap, "take").call(heap, size, "nobody");
}

describeEach(["strict", "relaxed", "js"], (target) => {
  const found = openAll(target);
  if (typeof found === "string") {
    describe.skip(`at the end of 4 GiB: skipped, ${found}`, () => test("everything", () => {}));
    return;
  }
  found.dispose();
  const open4 = () => openAll(target) as Softcell;

  describe("at the end of 4 GiB", () => {
    test.each(Object.entries(CALLS))("%s", (_, prepare) => {
      const expected = prepare(open(target))().map(bits);
      const sc = open4();
      leave(sc, 2 ** 20);
      const call = prepare(sc);
      for (let free = 0, got: Uint32Array[] | undefined; !got; free += 64) {
        const taken = leave(sc, free);
        try {
          got = call().map(bits);
          expect(got, `with ${free} bytes free`).toEqual(expected);
        } catch (error) {
          if ((error as Error).constructor !== RangeError) throw error;
          heapOf(sc).free(taken);
        }
      }
      const ends = [...piecesOf(sc).pieces].map(({ start, size }) => start + size);
      // what lay last may have been given back in the call
      expect(Math.max(...ends)).toBeGreaterThan(END - 2048);
      sc.dispose();
    });

    // the JavaScript fallback copies 4 GiB to grow
    test.runIf(target !== "js")("memory grows up to the last page, and no further", () => {
      const sc = open(target, { memory: { initial: 65534 } });
      leave(sc, 0);
      expect(softcell.tensor(sc, [16384]).pointer).toBe(END - 65536);
      const { total } = sc.memoryUsage;
      expect(() => softcell.tensor(sc, [1])).toThrow(RangeError);
      expect(sc.memoryUsage.total).toBe(total);
      sc.dispose();
    });

    test("the last tensor is zeros, ends before the last page, and there is none behind it", () => {
      const sc = open4();
      leave(sc, 64);
      new Float32Array(heapOf(sc).buffer, END - 64).fill(1);
      const tensor = softcell.tensor(sc, [16]);
      expect(tensor.pointer).toBe(END - 64);
      expect(tensor.data).toEqual(new Float32Array(16));
      expect(() => softcell.tensor(sc, [1])).toThrow(
        /^memory expected 64 free bytes in one piece, has 0, and cannot grow/,
      );
      tensor.dispose();
      expect(softcell.tensor(sc, [16]).pointer).toBe(END - 64);
      sc.dispose();
    });
  });
});
