// The entry: that every backend trains to the same bits, how its kernels get there, and what a function needs.
import { afterEach, describe, expect, test, vi } from "vitest";
import { decode, encode } from "../../src/backend/text.js";
import type { Softcell } from "../../src/index.js";
import * as softcell from "../../src/index.js";
import { fallback } from "../../src/js/index.js";
import { bits } from "../support/instance.js";
import { Random } from "../support/random.js";

const SIZES = { inputSize: 40, hiddenSize: 30 };
const [T, B] = [3, 2];

/** The bits after two steps of training. */
function train(sc: Softcell): Uint32Array[] {
  const [lstm, head] = [softcell.lstm(sc, SIZES), softcell.linear(sc, { inFeatures: 30, outFeatures: 4 })];
  const layers = [lstm, head];
  const adam = softcell.adam(sc, layers, { lr: 0.01 });
  const x = new Random(1).normals(T * B * SIZES.inputSize);
  for (let step = 0; step < 2; step++) {
    adam.zeroGrad();
    const logits = head.forward(lstm.forward(x, { batch: B }).hN);
    const { dlogits } = softcell.crossEntropy(sc, logits, Int32Array.of(1, 2));
    lstm.backward(undefined, { dhN: head.backward(dlogits) });
    softcell.clipGradNorm(sc, layers, 0.1);
    adam.step();
  }
  return layers.flatMap(({ params }) => Object.values(params).map(({ data }) => bits(data)));
}

test("init() and initSync() have the same bits on strict and js", async () => {
  const { init, initSync } = softcell;
  const expected = train(await init({ backend: "strict" }));
  expect(train(await init({ backend: "js" }))).toEqual(expected);
  expect(train(initSync({ backend: "js", fallback }))).toEqual(expected);
  const sc = initSync();
  expect(sc.backend).toBe("strict");
  expect(train(sc)).toEqual(expected);
});

test("an instance has no functions of its own but for its end", () => {
  const sc = softcell.initSync();
  for (const name of ["backend", "backendReason", "memoryUsage", "dispose"]) expect(sc).toHaveProperty(name);
  for (const name of Object.keys(softcell)) expect(sc).not.toHaveProperty(name);
});

test("a function needs an instance", () => {
  const other = {} as Softcell;
  for (const call of [() => softcell.lstm(other, SIZES), () => softcell.softmax(other, Float32Array.of(1))]) {
    expect(call).toThrow(TypeError);
    expect(call).toThrow('"sc" expected');
  }
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
    const sc = await softcell.init({ backend: "strict" });
    expect(train(sc)).toEqual(train(await softcell.init({ backend: "js" })));
  });
});

test("bytes come back from their text, which no string, template or page escapes", () => {
  const bytes = Uint8Array.from({ length: 256 * 3 }, (_, i) => (i * 167) & 255);
  const text = encode(bytes);
  expect(decode(text)).toEqual(bytes);
  expect(text).toMatch(/^[!-~]+$/);
  expect(text).not.toMatch(/["'`\\$<&]/);
});
