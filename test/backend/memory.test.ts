// init({ memory }) with a WebAssembly.Memory of the user.
import { describe, expect, test } from "vitest";
import type { InitSyncOptions } from "../../src/index.js";
import * as lean from "../../src/index.js";
import { fallback } from "../../src/js/index.js";
import { bits } from "../support/instance.js";
import { Random } from "../support/random.js";

const PAGE = 65536;
const memoryOf = (initial = 4, maximum = 64) => new WebAssembly.Memory({ initial, maximum });
const x = new Random(1).normals(300);
const expected = bits(lean.softmax(lean.initSync(), x, { cols: 30 }));

/** The bits of a softmax and of a step of training. */
function work(sc: lean.Softcell): Uint32Array[] {
  const lstm = lean.lstm(sc, { inputSize: 6, hiddenSize: 5 });
  const { output } = lstm.forward(x, { batch: 5 });
  const { dx } = lstm.backward(output);
  const all = [lean.softmax(sc, x, { cols: 30 }), output, dx, lstm.params.weight_hh_l0.grad].map(bits);
  lstm.dispose();
  return all;
}

test("tensors lie in it, and it grows with what they need", async () => {
  const memory = memoryOf();
  const sc = await lean.init({ memory });
  expect([sc.backend, sc.memoryUsage.total]).toEqual(["strict", 4 * PAGE]);
  const tensor = lean.tensor(sc, [300], x);
  expect(tensor.data.buffer).toBe(memory.buffer);
  expect(new Float32Array(memory.buffer, tensor.pointer, 300)).toEqual(x);
  expect(bits(lean.softmax(sc, x, { cols: 30 }))).toEqual(expected);
  lean.tensor(sc, [4 * PAGE]);
  expect(sc.memoryUsage.total).toBe(memory.buffer.byteLength);
  expect(tensor.data).toEqual(x);
  expect(() => lean.tensor(sc, [16 * PAGE])).toThrow("cannot grow past its");
});

test("pages that the user adds are the user's", async () => {
  const memory = memoryOf();
  const sc = await lean.init({ memory });
  const tensor = lean.tensor(sc, [300], x);
  const base = PAGE * memory.grow(2);
  new Uint8Array(memory.buffer, base, 2 * PAGE).fill(7);
  const large = [lean.tensor(sc, [4 * PAGE]), lean.tensor(sc, [PAGE])];
  for (const { data } of large) data.fill(1);
  expect(new Uint8Array(memory.buffer, base, 2 * PAGE).every((byte) => byte === 7)).toBe(true);
  expect(tensor.data).toEqual(x);
  for (const each of large) each.dispose();
  expect(lean.tensor(sc, [5 * PAGE - 1000]).pointer).toBe(base + 2 * PAGE);
});

describe.each([
  ["init", lean.init],
  ["initSync", async (options: InitSyncOptions) => lean.initSync(options)],
  ["init of the lean entry", lean.init],
] as const)("%s", (_, start) => {
  test("one instance at a time; after its dispose() the next one finds it as new", async () => {
    const memory = memoryOf();
    const first = await start({ memory });
    const want = work(first);
    await expect(start({ memory })).rejects.toThrow(
      new Error('"memory" expected one without an instance, got that of one not disposed'),
    );
    expect(bits(lean.softmax(first, x, { cols: 30 }))).toEqual(expected);
    first.dispose();
    new Uint8Array(memory.buffer).fill(255);
    const second = await start({ memory });
    expect(work(second)).toEqual(want);
    expect(lean.tensor(second, [1000]).data).toEqual(new Float32Array(1000));
    expect(() => lean.tensor(first, [1])).toThrow("this instance is disposed");
  });

  test("a start that fails leaves it free", async () => {
    const memory = memoryOf();
    const garbage = Uint8Array.of(0, 97, 115, 109);
    await expect(start({ memory, module: garbage })).rejects.toThrow("strict cannot run here");
    await expect(start({ memory, module: 3 as never })).rejects.toThrow(TypeError);
    await expect(start({ memory, seed: -1 })).rejects.toThrow(RangeError);
    expect(bits(lean.softmax(await start({ memory }), x, { cols: 30 }))).toEqual(expected);
  });

  test.each<[string, InitSyncOptions, typeof Error, string]>([
    [
      "shared",
      { memory: new WebAssembly.Memory({ initial: 4, maximum: 8, shared: true }) },
      TypeError,
      "expected one that is not shared",
    ],
    ["without a page", { memory: memoryOf(0) }, RangeError, "expected at least one page, got none"],
    [
      "for js",
      { memory: memoryOf(), backend: "js", fallback },
      TypeError,
      "expected initial and maximum for js, got a WebAssembly.Memory",
    ],
  ])("refuses one %s", async (_, options, kind, message) => {
    const error = await start(options).then(
      () => new Error("it was taken"),
      (reason: Error) => reason,
    );
    expect([error.constructor, error.message]).toEqual([kind, `"memory" ${message}`]);
  });
});

test("of two that start at once, one has it", async () => {
  const memory = memoryOf();
  const [a, b] = await Promise.allSettled([lean.init({ memory }), lean.init({ memory })]);
  expect([a.status, b.status].sort()).toEqual(["fulfilled", "rejected"]);
});

test("an engine that refuses the binary is an Error: js has a memory of its own", async () => {
  class Instance {
    constructor() {
      throw new WebAssembly.CompileError("forbidden by a policy");
    }
  }
  const real = WebAssembly.Instance;
  const memory = memoryOf();
  Object.defineProperty(WebAssembly, "Instance", { value: Instance, configurable: true, writable: true });
  try {
    await expect(lean.init({ memory })).rejects.toThrow("strict cannot run here: forbidden by a policy");
  } finally {
    Object.defineProperty(WebAssembly, "Instance", { value: real, configurable: true, writable: true });
  }
  expect((await lean.init({ memory })).backend).toBe("strict");
});
