// The lean entry: what it has, that its results are those of softcell/full, and how its kernels get there.
import { afterEach, describe, expect, test, vi } from "vitest";
import * as full from "../src/index.js";
import * as lean from "../src/index.js";
import { fallback } from "../src/js/index.js";
import { decode, encode } from "../src/wasm/text.js";
import { binary, type Target } from "./backends.js";
import { bits, heapOf } from "./instance.js";
import { Random } from "./random.js";

const SIZES = { inputSize: 40, hiddenSize: 30 };
const [T, B] = [3, 2];

/** The bits after two steps of training. */
function train(
  sc: lean.Softcell,
  make: (sc: lean.Softcell) => { lstm: lean.Lstm; head: lean.Linear; adam: lean.Adam; clip: () => void },
): Uint32Array[] {
  const random = new Random(1);
  const { lstm, head, adam, clip } = make(sc);
  const x = random.normals(T * B * SIZES.inputSize);
  for (let step = 0; step < 2; step++) {
    adam.zeroGrad();
    const logits = head.forward(lstm.forward(x, { batch: B }).hN);
    const { dlogits } = full.crossEntropy(sc, logits, Int32Array.of(1, 2), { axis: -1 });
    lstm.backward(undefined, { dhN: head.backward(dlogits) });
    clip();
    adam.step();
  }
  return [lstm, head].flatMap(({ params }) => Object.values(params).map(({ data }) => bits(data)));
}

const leanTraining = (sc: lean.Softcell) => {
  const [lstm, head] = [lean.lstm(sc, SIZES), lean.linear(sc, { inFeatures: 30, outFeatures: 4 })];
  const adam = lean.adam(sc, [lstm, head], { lr: 0.01 });
  return { lstm, head, adam, clip: () => void lean.clipGradNorm(sc, [lstm, head], 0.1) };
};

const fullTraining = (sc: lean.Softcell) => {
  const all = sc as full.Softcell;
  const [lstm, head] = [full.lstm(all, SIZES), full.linear(all, { inFeatures: 30, outFeatures: 4 })];
  const adam = full.adam(all, [lstm, head], { lr: 0.01 });
  return { lstm, head, adam, clip: () => void full.clipGradNorm(all, [lstm, head], 0.1) };
};

const x = new Random(2).normals(40);

describe.each(["strict", "js"] as const)("%s", (backend: Target & lean.BackendName) => {
  test("has the bits of softcell/full", async () => {
    const [a, b] = [await lean.init({ backend }), await full.init({ backend })];
    expect(bits(full.softmax(a, x))).toEqual(bits(full.softmax(b, x)));
    expect(bits(full.logSoftmax(a, x, { cols: 8 }))).toEqual(bits(full.logSoftmax(b, x, { cols: 8 })));
    expect(train(a, leanTraining)).toEqual(train(b, fullTraining));
    expect(train(await full.init({ backend }), leanTraining)).toEqual(
      train(await full.init({ backend }), fullTraining),
    );
  });

  test("a general LSTM is an Error that names softcell/full, and nothing is allocated", async () => {
    const sc = await lean.init({ backend });
    lean.lstm(sc, SIZES);
    const { used } = sc.memoryUsage;
    for (const make of [lean.lstm, lean.lstmCell]) {
      expect(() => make(sc, { ...SIZES, clip: 1 })).toThrow(/clip.* expected an instance of softcell\/full/);
    }
    expect(sc.memoryUsage.used).toBe(used);
    expect(lean.lstm(await full.init({ backend }), { ...SIZES, clip: 1 }).hiddenSize).toBe(30);
  });
});

test("has functions of rows as methods, and no layers", async () => {
  const sc = await lean.init();
  expect(sc).toBeInstanceOf(Object);
  for (const name of ["softmax", "logSumExpBackward", "crossEntropy", "tensor"]) expect(sc).toHaveProperty(name);
  for (const name of ["lstm", "adam", "exp", "mse", "sparsemax"]) expect(sc).not.toHaveProperty(name);
});

test("the kernels of layers are compiled for the first layer", async () => {
  const sc = await lean.init();
  const { kernels } = heapOf(sc as full.Softcell);
  expect([kernels.softmax, kernels.lstmForward].map((kernel) => typeof kernel)).toEqual(["function", "undefined"]);
  lean.linear(sc, { inFeatures: 1, outFeatures: 1 });
  expect(typeof kernels.lstmForward).toBe("function");
});

test("a layer needs an instance, and one that has its kernels", async () => {
  expect(() => lean.lstm({} as lean.Softcell, SIZES)).toThrow(TypeError);
  const sc = await lean.init({ module: binary("rows-strict") });
  expect(full.softmax(sc, x)).toEqual(full.softmax(await lean.init(), x));
  expect(() => lean.lstm(sc, SIZES)).toThrow("layers expected an init() after their import, or that of softcell/full");
});

test("initSync() has all that strict needs", () => {
  const sc = lean.initSync();
  expect([sc.backend, full.initSync().backend]).toEqual(["strict", "strict"]);
  expect(train(sc, leanTraining)).toEqual(train(lean.initSync({ backend: "js", fallback }), leanTraining));
});

describe("an engine that instantiates large modules only later, as Chrome before 115 does", () => {
  afterEach(() => void vi.unstubAllGlobals());

  test("has the kernels of layers from the start", async () => {
    // Node compiles more when Response is asked for first, and must not find the stub
    void globalThis.Response;
    await new Promise((done) => setTimeout(done, 100));
    const { compile, instantiate, Memory, Module } = WebAssembly;
    class Instance {
      constructor() {
        throw new RangeError("WebAssembly.Instance is disallowed on the main thread");
      }
    }
    vi.stubGlobal("WebAssembly", { compile, instantiate, Memory, Module, Instance });
    const sc = await lean.init({ backend: "strict" });
    expect(train(sc, leanTraining)).toEqual(train(await lean.init({ backend: "js" }), leanTraining));
  });
});

test("bytes come back from their text, which no string, template or page escapes", () => {
  const bytes = Uint8Array.from({ length: 256 * 3 }, (_, i) => (i * 167) & 255);
  const text = encode(bytes);
  expect(decode(text)).toEqual(bytes);
  expect(text).toMatch(/^[!-~]+$/);
  expect(text).not.toMatch(/["'`\\$<&]/);
});
