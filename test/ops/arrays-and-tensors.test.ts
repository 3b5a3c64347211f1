// The public interface as its users see it, on every backend.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Floats, InitSyncOptions, ResultOf, Softcell, Tensor } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { fallback } from "../../src/js/index.js";
import { binary, describeEach, type Target } from "../support/backends.js";
import { bits, heapOf, image, open } from "../support/instance.js";
import { ELEMENTARY, type ElementaryName } from "../support/oracle/math.js";
import { Random } from "../support/random.js";

type Call = <X extends Floats>(sc: Softcell, x: X, options?: { out?: ResultOf<X> }) => ResultOf<X>;

const ELEMENTWISE = Object.keys(ELEMENTARY) as ElementaryName[];

/** Operations with a result of the shape of x, which may be x. */
const SAME_SHAPE: [name: string, call: Call][] = [
  ["softmax", (sc, x, options) => softcell.softmax(sc, x, { shape: [3, 7], ...options })],
  ["softmaxBackward", (sc, x, options) => softcell.softmaxBackward(sc, x, { y: OTHER, shape: [3, 7], ...options })],
  ["logSoftmax", (sc, x, options) => softcell.logSoftmax(sc, x, { shape: [3, 7], temperature: 0.7, ...options })],
  [
    "logSoftmaxBackward",
    (sc, x, options) => softcell.logSoftmaxBackward(sc, x, { y: OTHER, shape: [3, 7], ...options }),
  ],
  ["logSumExpBackward", (sc, x, options) => softcell.logSumExpBackward(sc, ROWS, { x, shape: [3, 7], ...options })],
  ["standardNormalize", (sc, x, options) => softcell.standardNormalize(sc, x, { shape: [3, 7], ...options })],
  [
    "standardNormalizeBackward",
    (sc, x, options) => softcell.standardNormalizeBackward(sc, x, { x: OTHER, cols: 7, ...options }),
  ],
  ["taylorSoftmax", (sc, x, options) => softcell.taylorSoftmax(sc, x, { shape: [3, 7], ...options })],
  [
    "taylorSoftmaxBackward",
    (sc, x, options) => softcell.taylorSoftmaxBackward(sc, x, { x: OTHER, shape: [3, 7], ...options }),
  ],
  ["sphericalSoftmax", (sc, x, options) => softcell.sphericalSoftmax(sc, x, { shape: [3, 7], ...options })],
  [
    "sphericalSoftmaxBackward",
    (sc, x, options) => softcell.sphericalSoftmaxBackward(sc, x, { x: OTHER, cols: 7, ...options }),
  ],
  ["sparsemax", (sc, x, options) => softcell.sparsemax(sc, x, { shape: [3, 7], ...options })],
  ["sparsemaxBackward", (sc, x, options) => softcell.sparsemaxBackward(sc, x, { y: OTHER, shape: [3, 7], ...options })],
  ["gumbelSoftmax", (sc, x, options) => softcell.gumbelSoftmax(sc, x, { shape: [3, 7], seed: 1, ...options }).soft],
  ["crossEntropy", (sc, x, options) => softcell.crossEntropy(sc, x, TARGETS, { shape: [3, 7], ...options }).dlogits],
  ["nll", (sc, x, options) => softcell.nll(sc, x, TARGETS, { shape: [3, 7], ...options }).dlogProbs],
  [
    "focal",
    (sc, x, options) =>
      softcell.focal(sc, x, TARGETS, { shape: [3, 7], weight: OTHER.subarray(7, 14), ...options }).dlogits,
  ],
  ["multiMargin", (sc, x, options) => softcell.multiMargin(sc, x, CLASSES, { shape: [3, 7], ...options }).dx],
  ["entropy", (sc, x, options) => softcell.entropy(sc, x, { shape: [3, 7], ...options }).dlogits],
  [
    "klDivergence",
    (sc, x, options) => softcell.klDivergence(sc, x, OTHER, { shape: [3, 7], target: "logits", ...options }).dlogits,
  ],
  ["mse", (sc, x, options) => softcell.mse(sc, x, OTHER, options).dx],
  ["hinge", (sc, x, options) => softcell.hinge(sc, x, OTHER.map(Math.sign), options).dx],
  ["squaredHinge", (sc, x, options) => softcell.squaredHinge(sc, x, OTHER.map(Math.sign), options).dx],
  [
    "bceWithLogits",
    (sc, x, options) =>
      softcell.bceWithLogits(sc, x, OTHER, { shape: [3, 7], posWeight: OTHER.subarray(7, 14), ...options }).dlogits,
  ],
  ["sigmoidFocal", (sc, x, options) => softcell.sigmoidFocal(sc, x, HALF, options).dlogits],
  ["prelu", (sc, x, options) => softcell.prelu(sc, x, WEIGHT, { shape: [3, 7], ...options })],
  [
    "preluBackward",
    (sc, x, options) => softcell.preluBackward(sc, x, { x: OTHER, weight: WEIGHT, shape: [3, 7], ...options }).dx,
  ],
];
for (const name of ELEMENTWISE) {
  SAME_SHAPE.push([name, (sc, x, options) => softcell[name](sc, x, options)]);
  SAME_SHAPE.push([
    `${name}Backward`,
    (sc, x, options) => softcell[`${name}Backward`](sc, x, { [ELEMENTARY[name].of]: OTHER, ...options } as never),
  ]);
}
// negative and large ones too, or relu and hardTanhBackward would be the identity
const VALUES = new Random(1).floats(21, -0.1, 3);
const OTHER = new Random(2).floats(21, -2, 2);
const WEIGHT = new Random(4).floats(7);
const ROWS = new Random(3).floats(3);
const TARGETS = Int32Array.of(6, 0, -100);
const CLASSES = Int32Array.of(6, 0, 3);
const HALF = new Float32Array(21).fill(0.5);

describeEach(["strict", "relaxed", "js"], (target) => {
  let sc: Softcell;
  beforeEach(() => {
    sc = open(target);
  });

  describe.each(SAME_SHAPE)("%s", (_, call) => {
    let x: Float32Array;
    let expected: Uint32Array;
    beforeEach(() => {
      x = VALUES.slice();
      expected = bits(call(sc, x));
    });

    test("an array in gives a new array out", () => {
      const y = call(sc, x);
      expect(y).toBeInstanceOf(Float32Array);
      expect(y.buffer).not.toBe(heapOf(sc).buffer);
      expect(x).toEqual(VALUES);
      expect(bits(call(sc, x))).toEqual(expected);
      expect(bits(y)).toEqual(expected);
    });

    test("a tensor in gives a tensor out", () => {
      const t = softcell.tensor(sc, [3, 7], x);
      const y = call(sc, t);
      expect(y).not.toBe(t);
      expect(y.shape).toEqual([3, 7]);
      expect(bits(y)).toEqual(expected);
      expect(t.data).toEqual(VALUES);
    });

    test("a tensor is used where it lies", () => {
      const [t, out] = [softcell.tensor(sc, [3, 7], x), softcell.tensor(sc, [3, 7])];
      const places = copiesOf(x, image(sc));
      call(sc, t, { out });
      expect(bits(out)).toEqual(expected);
      expect(copiesOf(x, image(sc))).toEqual(places);
    });

    test("out takes the result, and nothing is allocated", () => {
      const out = new Float32Array(21);
      expect(call(sc, x, { out })).toBe(out);
      expect(bits(out)).toEqual(expected);
      const [t, into] = [softcell.tensor(sc, [3, 7], x), softcell.tensor(sc, [3, 7])];
      const { used } = sc.memoryUsage;
      expect(call(sc, t, { out: into })).toBe(into);
      expect(bits(into)).toEqual(expected);
      expect(sc.memoryUsage.used).toBe(used);
    });

    test("in place", () => {
      const t = softcell.tensor(sc, [3, 7], x);
      expect(call(sc, t, { out: t })).toBe(t);
      expect(bits(t)).toEqual(expected);
      expect(call(sc, x, { out: x })).toBe(x);
      expect(bits(x)).toEqual(expected);
    });

    test("a view on linear memory", () => {
      const t = softcell.tensor(sc, [40]);
      const view = t.data.subarray(5, 26);
      view.set(x);
      const y = call(sc, view);
      expect(y.buffer).not.toBe(heapOf(sc).buffer);
      expect(bits(y)).toEqual(expected);
      expect(call(sc, view, { out: view })).toBe(view);
      expect(bits(t.data.subarray(5, 26))).toEqual(expected);
      expect(t.data.subarray(0, 5)).toEqual(new Float32Array(5));
      expect(t.data.subarray(26)).toEqual(new Float32Array(14));
    });
  });

  test("shape, cols and the shape of a tensor say the same", () => {
    const expected = bits(softcell.softmax(sc, VALUES, { shape: [3, 7] }));
    expect(bits(softcell.softmax(sc, VALUES, { cols: 7 }))).toEqual(expected);
    expect(bits(softcell.softmax(sc, VALUES, { shape: [3, 1, 7], axis: 2 }))).toEqual(expected);
    expect(bits(softcell.softmax(sc, softcell.tensor(sc, [3, 7], VALUES)))).toEqual(expected);
    expect(bits(softcell.softmax(sc, softcell.tensor(sc, [3, 7], VALUES), { axis: -1, temperature: 1 }))).toEqual(
      expected,
    );
    expect(softcell.softmax(sc, VALUES).reduce((a, b) => a + b)).toBeCloseTo(1);
  });

  test("logSumExp has an element for each row", () => {
    const lse = softcell.logSumExp(sc, VALUES, { cols: 7 });
    expect(lse).toHaveLength(3);
    const t = softcell.logSumExp(sc, softcell.tensor(sc, [3, 1, 7], VALUES));
    expect(t.shape).toEqual([3, 1]);
    expect(bits(t)).toEqual(bits(lse));
    expect(softcell.logSumExp(sc, softcell.tensor(sc, [7])).shape).toEqual([1]);
    const out = new Float32Array(3);
    expect(softcell.logSumExp(sc, VALUES, { cols: 7, out })).toBe(out);
    expect(bits(out)).toEqual(bits(lse));
  });

  test("nothing in, nothing out", () => {
    const empty = new Float32Array(0);
    expect(softcell.softmax(sc, empty, { shape: [0, 5] })).toEqual(empty);
    expect(softcell.softmax(sc, empty, { shape: [5, 0] })).toEqual(empty);
    expect(softcell.logSumExp(sc, empty, { shape: [2, 0] })).toEqual(new Float32Array(2).fill(-Infinity));
    expect(softcell.exp(sc, empty)).toEqual(empty);
    const { loss, dlogits } = softcell.crossEntropy(sc, empty, new Int32Array(0), { shape: [0, 3] });
    expect(loss).toBeNaN();
    expect(dlogits).toEqual(empty);
  });

  test("crossEntropy: reductions, dLoss and gradient: false", () => {
    const options = { classes: 7, ignoreIndex: -1 };
    const targets = Int32Array.of(6, 0, -1);
    const none = softcell.crossEntropy(sc, VALUES, targets, { ...options, reduction: "none" });
    expect(none.loss).toHaveLength(3);
    expect(none.loss[2]).toBe(0);
    const sum = softcell.crossEntropy(sc, VALUES, targets, { ...options, reduction: "sum" });
    expect(sum.loss).toBeCloseTo(none.loss[0] + none.loss[1], 5);
    expect(bits(sum.dlogits)).toEqual(bits(none.dlogits));
    const mean = softcell.crossEntropy(sc, VALUES, targets, options);
    expect(mean.loss).toBeCloseTo(sum.loss / 2, 5);
    const twice = softcell.crossEntropy(sc, VALUES, targets, { ...options, reduction: "sum", dLoss: 2 });
    expect(twice.dlogits).toEqual(sum.dlogits.map((v) => 2 * v));
    const each = softcell.crossEntropy(sc, VALUES, targets, {
      ...options,
      reduction: "none",
      dLoss: Float32Array.of(2, 2, 2),
    });
    expect(each.dlogits).toEqual(twice.dlogits);
    const only = softcell.crossEntropy(sc, VALUES, targets, { ...options, gradient: false });
    expect(only).toEqual({ loss: mean.loss, dlogits: undefined });
  });

  test("training lowers the loss", () => {
    const { losses } = trained(target);
    expect(losses[39]).toBeLessThan(losses[0] / 4);
  });
});

/** Where the values of x lie in an image of the memory. */
function copiesOf(x: Float32Array, memory: Uint8Array): number[] {
  const [all, words] = [new Int32Array(memory.buffer), new Int32Array(x.slice().buffer)];
  const places: number[] = [];
  for (let i = all.indexOf(words[0]); i >= 0; i = all.indexOf(words[0], i + 1)) {
    if (words.every((word, k) => all[i + k] === word)) places.push(4 * i);
  }
  return places;
}

/** Losses and weights of a small model that learns the next of a cycle of tokens. */
function trained(target: Target, name: "sgd" | "adam" | "adamW" = "adam") {
  const sc = open(target, { seed: 3 });
  const [vocabulary, hiddenSize, T, B] = [5, 8, 6, 2];
  const embedding = softcell.embedding(sc, { numEmbeddings: vocabulary, embeddingDim: 4 });
  const lstm = softcell.lstm(sc, { inputSize: 4, hiddenSize });
  const linear = softcell.linear(sc, { inFeatures: hiddenSize, outFeatures: vocabulary });
  const layers = [embedding, lstm, linear];
  const optimizer = {
    sgd: () => softcell.sgd(sc, layers, { lr: 0.3, momentum: 0.9 }),
    adam: () => softcell.adam(sc, layers, { lr: 0.05 }),
    adamW: () => softcell.adamW(sc, layers, { lr: 0.05 }),
  }[name]();
  const ids = Int32Array.from({ length: T * B }, (_, i) => (Math.floor(i / B) * 2 + (i % B)) % vocabulary);
  const targets = ids.map((id) => (id + 2) % vocabulary);
  const losses: number[] = [];
  for (let step = 0; step < 40; step++) {
    optimizer.zeroGrad();
    const { output } = lstm.forward(embedding.forward(ids, { shape: [T, B] }));
    const logits = linear.forward(output);
    const { loss, dlogits } = softcell.crossEntropy(sc, logits, targets, { out: logits });
    embedding.backward(lstm.backward(linear.backward(dlogits)).dx);
    softcell.clipGradNorm(sc, layers, 5);
    optimizer.step();
    losses.push(loss);
  }
  return { losses, weights: layers.map((layer) => layer.stateDict()) };
}

describe("strict and js have the same bits", () => {
  test.each(["sgd", "adam", "adamW"] as const)("after training with %s", (name) => {
    expect(trained("js", name)).toEqual(trained("strict", name));
  });
});

/** Its properties, which do not show in a spread. */
const own = (object: object): object =>
  Object.fromEntries(Object.getOwnPropertyNames(object).map((name) => [name, Reflect.get(object, name)]));

describe("init", () => {
  const x = Float32Array.of(1, 2, 3);

  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test("auto takes strict, and says why", async () => {
    const sc = await softcell.init();
    expect(sc.backend).toBe("strict");
    expect(sc.backendReason).toBe("the fastest backend with the same bits everywhere");
    expect((await softcell.init({ backend: "auto" })).backend).toBe("strict");
  });

  test("a backend by name", async () => {
    for (const backend of ["strict", "js"] as const) {
      const sc = await softcell.init({ backend });
      expect([sc.backend, sc.backendReason]).toEqual([backend, "asked for"]);
    }
  });

  test("initSync takes bytes and a module, init a module", async () => {
    const bytes = binary("strict");
    const module = new WebAssembly.Module(bytes);
    const expected = softcell.softmax(await softcell.init(), x);
    const options: InitSyncOptions[] = [{ module: bytes }, { module }, { module: new Uint8Array(bytes).buffer }];
    for (const each of options) {
      for (const sc of [
        softcell.initSync(each),
        softcell.initSync({ backend: "strict", ...each }),
        await softcell.init(each),
      ]) {
        expect(sc.backend).toBe("strict");
        expect(softcell.softmax(sc, x)).toEqual(expected);
      }
    }
    expect(softcell.softmax(softcell.initSync(), x)).toEqual(expected);
    expect(softcell.softmax(softcell.initSync({ backend: "js", fallback }), x)).toEqual(expected);
  });

  test("an engine that instantiates large modules only later, as Chrome before 115 does", async () => {
    const expected = softcell.softmax(await softcell.init(), x);
    // Node compiles more when Response is asked for first, and must not find the stubs of this test or the next ones
    void globalThis.Response;
    await new Promise((done) => setTimeout(done, 100));
    let refused = 0;
    class Instance {
      constructor() {
        refused++;
        throw new RangeError("WebAssembly.Instance is disallowed on the main thread");
      }
    }
    vi.stubGlobal("WebAssembly", { ...own(WebAssembly), Instance });
    const sc = await softcell.init();
    // the probe, by which it is known; the whole binary is compiled in the background
    expect(refused).toBe(1);
    expect(sc.backend).toBe("strict");
    expect(softcell.softmax(sc, x)).toEqual(expected);
  });

  test("an engine without Buffer decodes the binary itself", async () => {
    const expected = softcell.softmax(await softcell.init(), x);
    vi.stubGlobal("Buffer", undefined);
    const sc = await softcell.init();
    vi.unstubAllGlobals();
    expect(sc.backend).toBe("strict");
    expect(softcell.softmax(sc, x)).toEqual(expected);
  });

  test("auto falls back to js where WebAssembly is missing", async () => {
    const bytes = binary("strict");
    const expected = softcell.softmax(await softcell.init(), x);
    vi.stubGlobal("WebAssembly", undefined);
    for (const sc of [
      await softcell.init(),
      softcell.initSync({ module: bytes, fallback }),
      softcell.initSync({ fallback }),
      await softcell.init({ fallback }),
    ]) {
      expect(sc.backend).toBe("js");
      expect(sc.backendReason).toContain("strict cannot run here: ");
      expect(softcell.softmax(sc, x)).toEqual(expected);
    }
  });

  test("without a fallback initSync() has nothing to fall back to", () => {
    vi.stubGlobal("WebAssembly", undefined);
    const message = '"fallback" expected fallback of softcell/js; strict cannot run here: ';
    expect(() => softcell.initSync()).toThrow(message);
  });

  test("a backend by name that cannot run is an Error", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    const message = '"backend" expected one that runs; strict cannot run here: ';
    await expect(softcell.init({ backend: "strict" })).rejects.toThrow(message);
    await expect(softcell.init({ backend: "relaxed" })).rejects.toThrow("relaxed cannot run here: ");
    expect(() => softcell.initSync({ backend: "strict", module: new Uint8Array(8) })).toThrow(message);
    expect((await softcell.init({ backend: "js" })).backend).toBe("js");
  });

  test("bytes that are no module: js with auto, an Error by name", async () => {
    const module = new Uint8Array([0, 97, 115, 109]);
    const sc = await softcell.init({ module });
    expect([sc.backend, sc.backendReason.slice(0, 24)]).toEqual(["js", "strict cannot run here: "]);
    await expect(softcell.init({ backend: "strict", module })).rejects.toThrow("strict cannot run here");
  });

  test("memory: the first size, and the largest", async () => {
    const sc = await softcell.init({ memory: { initial: 2, maximum: 3 } });
    expect(sc.memoryUsage.total).toBe(2 * 65536);
    softcell.tensor(sc, [30_000]);
    expect(sc.memoryUsage.total).toBe(3 * 65536);
    expect(() => softcell.tensor(sc, [30_000])).toThrow(RangeError);
    expect((await softcell.init({ memory: { maximum: 1 } })).memoryUsage.total).toBe(65536);
  });

  test("instances are apart", async () => {
    const [a, b] = [await softcell.init(), await softcell.init()];
    const t = softcell.tensor(a, [3], x);
    expect(() => softcell.exp(b, t as Tensor)).toThrow('"x" expected a tensor of this instance');
    // a view on another instance is an array as any other
    expect(softcell.exp(b, t.data)).toEqual(softcell.exp(a, x));
  });
});
