// Numbers as people have them: any array, of this realm or of another (an iframe, Electron, jest), and no lookalikes.
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import * as softcell from "../../src/index.js";
import { binary, describeEach } from "../support/backends.js";
import { open } from "../support/instance.js";

/** Evaluates code in a realm of its own, whose constructors are others. */
const foreign = <T>(code: string): T => runInNewContext(code) as T;

const X = [0.5, -1.25, 3];

describeEach(["strict", "js"], (target) => {
  const sc = open(target);
  const expected = softcell.softmax(sc, Float32Array.from(X));

  test.each<[string, ArrayLike<number>]>([
    ["an array", X],
    ["Float64Array", Float64Array.from(X)],
    ["an object with a length", { length: 3, 0: X[0], 1: X[1], 2: X[2] }],
    ["a subclass of Float32Array", new (class extends Float32Array {})(X)],
    ["Float32Array of another realm", foreign(`Float32Array.of(${X})`)],
    ["Float64Array of another realm", foreign(`Float64Array.of(${X})`)],
    ["an array of another realm", foreign(`[${X}]`)],
  ])("%s", (_, x) => {
    expect(softcell.softmax(sc, x)).toEqual(expected);
    expect(Array.from(softcell.tensor(sc, [3], x).data)).toEqual(X);
    expect(softcell.mse(sc, x, x).loss).toBe(0);
    const layer = softcell.linear(sc, { inFeatures: 3, outFeatures: 1, bias: false });
    layer.loadStateDict({ weight: x });
    expect(layer.forward(x).data[0]).toBe(layer.forward(Float32Array.from(X)).data[0]);
  });

  test("integers are taken as float32", () => {
    const rows = [Int8Array.of(1, 2), Uint32Array.of(1, 2), Uint8ClampedArray.of(1, 2)];
    for (const x of rows) expect(softcell.softmax(sc, x)).toEqual(softcell.softmax(sc, [1, 2]));
  });

  const logits = Float32Array.of(1, 2, 3, 3, 2, 1);
  const lossOf = (targets: Parameters<typeof softcell.crossEntropy>[2]) =>
    softcell.crossEntropy(sc, logits, targets, { classes: 3 }).loss;
  test.each<[string, Parameters<typeof softcell.crossEntropy>[2]]>([
    ["an array", [2, 0]],
    ["Uint8Array", Uint8Array.of(2, 0)],
    ["BigInt64Array", BigInt64Array.of(2n, 0n)],
    ["an array of bigints", [2n, 0n]],
    ["Int32Array of another realm", foreign("Int32Array.of(2, 0)")],
    ["probabilities in an array", [0, 0, 1, 1, 0, 0]],
    ["probabilities of another realm", foreign("Float32Array.of(0, 0, 1, 1, 0, 0)")],
  ])("targets as %s", (_, targets) => {
    expect(lossOf(targets)).toBe(lossOf(Int32Array.of(2, 0)));
  });

  test("one number for one row", () => {
    expect(softcell.crossEntropy(sc, [1, 2, 3], 2).loss).toBe(softcell.crossEntropy(sc, [1, 2, 3], [2]).loss);
    expect(softcell.nll(sc, [-1, -2], 1).loss).toBe(2);
    expect(softcell.oneHot(sc, 1, 3)).toEqual(Float32Array.of(0, 1, 0));
  });

  test("indices, lengths and masks", () => {
    const table = softcell.embedding(sc, { numEmbeddings: 4, embeddingDim: 2 });
    expect(table.forward([3, 1]).data).toEqual(table.forward(BigInt64Array.of(3n, 1n)).data.slice());
    const layer = softcell.lstm(sc, { inputSize: 1, hiddenSize: 2 });
    const run = (options: softcell.LstmForwardOptions) =>
      layer.forward([1, 2, 3, 4], { batch: 2, ...options }).output.data.slice();
    expect(run({ lengths: [2, 1] })).toEqual(run({ lengths: Int32Array.of(2, 1) }));
    expect(run({ mask: [true, true, true, false] })).toEqual(run({ lengths: [2, 1] }));
    expect(run({ mask: foreign("Uint8Array.of(1, 1, 1, 0)") })).toEqual(run({ lengths: [2, 1] }));
    const masked = softcell.softmax(sc, X, { mask: Uint8Array.of(1, 0, 1) });
    expect(softcell.softmax(sc, X, { mask: [true, false, true] })).toEqual(masked);
    expect(softcell.softmax(sc, X, { mask: Float64Array.of(0, Number.NEGATIVE_INFINITY, 0) })).toEqual(masked);
  });

  test("out of another realm is filled and returned", () => {
    const out = foreign<Float32Array>("new Float32Array(3)");
    expect(softcell.softmax(sc, X, { out })).toBe(out);
    expect(Array.from(out)).toEqual(Array.from(expected));
  });

  test("files and their bytes of another realm", () => {
    const bytes = softcell.saveSafetensors({ x: foreign<Float32Array>("Float32Array.of(1, 2)") });
    const copy = foreign<(bytes: Uint8Array) => Uint8Array>("(bytes) => Uint8Array.from(bytes)")(bytes);
    expect(Array.from(softcell.loadSafetensors(copy).x.data)).toEqual([1, 2]);
    expect(Array.from(softcell.loadSafetensors(copy.buffer as ArrayBuffer).x.data)).toEqual([1, 2]);
  });

  test.each<[string, unknown, RegExp]>([
    ["an object like a Float32Array", Object.create(Float32Array.prototype), /"x" expected/],
    ["BigInt64Array", BigInt64Array.of(1n), /"x" expected an array of numbers/],
    ["an array of text", ["1"], /"x\[0\]" expected a number, got "1"/],
    ["a hole", Object.assign(new Array(3), { 0: 1, 2: 3 }), /"x\[1\]" expected a number, got undefined/],
    ["a text", "12", /"x" expected an array of numbers or a Tensor, got "12"/],
    ["DataView", new DataView(new ArrayBuffer(8)), /"x" expected an array of numbers/],
    ["a length that is none", { length: 1.5 }, /"x" expected an array of numbers/],
    ["a function", (a: number, b: number) => a + b, /"x" expected an array of numbers/],
  ])("%s is refused", (_, x, message) => {
    expect(() => softcell.softmax(sc, x as number[])).toThrow(TypeError);
    expect(() => softcell.softmax(sc, x as number[])).toThrow(message);
  });

  test("what could mean two things is refused", () => {
    expect(() => softcell.softmax(sc, X, { mask: [1, 0, 1] as unknown as boolean[] })).toThrow(
      /"mask\[0\]" expected true or false, got 1/,
    );
    expect(() => lossOf([0.5, 1])).toThrow(RangeError);
    expect(() => lossOf([2 ** 40, 0])).toThrow(RangeError);
    expect(() => lossOf(BigInt64Array.of(2n ** 60n, 0n))).toThrow(RangeError);
  });

  test("an own length is not believed", () => {
    const x = Float32Array.from(X);
    Object.defineProperty(x, "length", { value: 1e6 });
    expect(softcell.softmax(sc, x)).toEqual(expected);
  });
});

describe("init() takes them of another realm", () => {
  test("a memory, a module, bytes", async () => {
    const code =
      "({ memory: new WebAssembly.Memory({ initial: 16 }), compile: (bytes) => new WebAssembly.Module(bytes) })";
    const realm = foreign<{ memory: WebAssembly.Memory; compile: (bytes: Uint8Array) => WebAssembly.Module }>(code);
    const module = realm.compile(binary("strict"));
    const sc = softcell.initSync({ backend: "strict", memory: realm.memory, module });
    expect(softcell.tensor(sc, [2], [1, 2]).data.buffer).toBe(realm.memory.buffer);
    expect(Array.from(softcell.softmax(sc, [0, 0]))).toEqual([0.5, 0.5]);
    sc.dispose();
    const bytes = foreign<(bytes: Uint8Array) => Uint8Array<ArrayBuffer>>("(bytes) => Uint8Array.from(bytes)")(
      binary("strict"),
    );
    for (const given of [module, bytes, bytes.buffer]) {
      expect((await softcell.init({ backend: "strict", module: given })).backend).toBe("strict");
    }
  });
});
