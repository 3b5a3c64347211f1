// What is dropped without dispose() is freed when it is collected, and said once.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type * as Entry from "../../src/index.js";
import type { Softcell, Tensor } from "../../src/index.js";

const collect = globalThis.gc as () => void;

const task = () => new Promise((done) => setTimeout(done, 2));

/** Collects, in a task of its own, since none collects what it has looked at, and lets finalizers run. */
async function rest(): Promise<void> {
  await task();
  collect();
  await task();
}

/** Collects until it holds; false where it does not in a second. */
async function becomes(holds: () => boolean): Promise<boolean> {
  for (let i = 0; i < 200 && !holds(); i++) await rest();
  return holds();
}

/** The copy of the library that fresh() has loaded. */
let softcell: typeof Entry;

/** An instance of a copy of the library that has said nothing yet. */
async function fresh(backend: "strict" | "js" = "strict"): Promise<Softcell> {
  vi.resetModules();
  softcell = await import("../../src/index.js");
  return softcell.init({ backend });
}

const spy = () => vi.spyOn(console, "warn").mockImplementation(() => {});
let warn: ReturnType<typeof spy>;
beforeEach(() => {
  warn = spy();
});
afterEach(() => {
  warn.mockRestore();
  vi.unstubAllGlobals();
});

const SIZES = { inputSize: 5, hiddenSize: 4 };

/** Makes something and forgets it; what the console says of it. */
const DROPS: [name: string, said: RegExp, drop: (sc: Softcell) => void][] = [
  [
    "tensors",
    /^\d tensors? of shape \[1000\] \(\d+ KB\), \d tensors? of shape \[10\] \(1 KB\)$/,
    (sc) => void [softcell.tensor(sc, [10]), softcell.tensor(sc, [1000])],
  ],
  [
    "results",
    /^\d tensors? of shape \[3, 7\] \(1 KB\)$/,
    (sc) => void softcell.softmax(sc, softcell.tensor(sc, [3, 7])),
  ],
  [
    "a loss",
    /^\d tensors? of shape \[3, 7\] \(1 KB\)$/,
    (sc) => void softcell.crossEntropy(sc, softcell.tensor(sc, [3, 7]), new Int32Array(3)),
  ],
  [
    "a linear layer",
    /^\d linear layers? \(\d KB\)$/,
    (sc) => void softcell.linear(sc, { inFeatures: 3, outFeatures: 4 }),
  ],
  [
    "a linear layer after a step",
    /^\d linear layers? \(\d+ KB\)$/,
    (sc) => {
      const layer = softcell.linear(sc, { inFeatures: 3, outFeatures: 4 });
      layer.backward(layer.forward(new Float32Array(6)));
    },
  ],
  ["an LSTM after a step", /\b\d lstm layers? \(\d+ KB\)/, (sc) => void trained(sc)],
  [
    "a stream",
    /\b\d lstm layers? \(\d+ KB\)/,
    (sc) => void softcell.lstm(sc, SIZES).stream().step(new Float32Array(5)),
  ],
  ["an optimizer", /\b\d adam optimizers? \(\d+ KB\)/, (sc) => void softcell.adam(sc, trained(sc)).step()],
  [
    "a step of a cell",
    /\b\d tensors? of shape \[1, 4\] \(\d+ KB\)/,
    (sc) => void softcell.lstmCell(sc, SIZES).forward(new Float32Array(5)),
  ],
  [
    "one with the memory of several shapes",
    /\b\d lstm layers? \(\d+ KB\)/,
    (sc) => {
      const lstm = trained(sc);
      lstm.backward(lstm.forward(new Float32Array(300), { batch: 3 }).output);
    },
  ],
];

function trained(sc: Softcell) {
  const lstm = softcell.lstm(sc, SIZES);
  lstm.backward(lstm.forward(new Float32Array(50), { batch: 2 }).output);
  return lstm;
}

describe.each(["strict", "js"] as const)("%s", (backend) => {
  test.each(DROPS)("%s: freed, and one warning", async (_, said, drop) => {
    const sc = await fresh(backend);
    const { used } = sc.memoryUsage;
    for (let i = 0; i < 3; i++) drop(sc);
    expect(sc.memoryUsage.used).toBeGreaterThan(used);
    expect(await becomes(() => sc.memoryUsage.used === used)).toBe(true);
    expect(warn).toHaveBeenCalledTimes(1);
    const [, what] =
      /^softcell: dropped without dispose\(\): (.*)\. This memory is free .*`using`/.exec(warn.mock.calls[0][0]) ?? [];
    expect(what).toMatch(said);
  });
});

test.each(["strict", "js"] as const)(
  "%s: 10,000 tensors dropped in 100 tasks take the memory of four",
  async (backend) => {
    const sc = await fresh(backend);
    const before = sc.memoryUsage.used;
    const EACH = 100 * 4096;
    const drop = () => {
      for (let i = 0; i < 100; i++) softcell.tensor(sc, [1024]).data[0] = i;
    };
    let most = 0;
    for (let i = 0; i < 100; i++) {
      drop();
      most = Math.max(most, sc.memoryUsage.used - before);
      await rest();
    }
    // a tensor is watched after a first collection, free after a second, or after a third if its view outlives it
    expect(most).toBeLessThanOrEqual(4 * EACH);
    expect(sc.memoryUsage.total).toBeLessThan(2 * 4 * EACH);
    expect(await becomes(() => sc.memoryUsage.used === before)).toBe(true);
  },
);

test("what is disposed is freed once, without a warning", async () => {
  const sc = await fresh();
  const { used } = sc.memoryUsage;
  const work = () => {
    for (let i = 0; i < 100; i++) softcell.tensor(sc, [i]).dispose();
    const lstm = trained(sc);
    const stream = lstm.stream();
    const adam = softcell.adam(sc, lstm);
    for (const each of [stream, adam, lstm]) each.dispose();
  };
  work();
  const kept = Array.from({ length: 100 }, (_, i) => softcell.tensor(sc, [8], new Float32Array(8).fill(i)));
  for (let i = 0; i < 10; i++) await rest();
  expect(warn).not.toHaveBeenCalled();
  expect(kept.every(({ data }, i) => data.every((v) => v === i))).toBe(true);
  for (const tensor of kept) tensor.dispose();
  expect(sc.memoryUsage.used).toBe(used);
});

test("nothing is freed before the task ends", async () => {
  const sc = await fresh();
  const drop = () => void softcell.tensor(sc, [1000]);
  drop();
  const { used } = sc.memoryUsage;
  for (let i = 0; i < 5; i++) collect();
  await Promise.resolve();
  expect(sc.memoryUsage.used).toBe(used);
  expect(await becomes(() => sc.memoryUsage.used < used)).toBe(true);
});

describe("what is still in use is not freed", () => {
  /** Takes what was freed, and writes there. */
  async function overwrite(sc: Softcell): Promise<void> {
    for (let i = 0; i < 10; i++) await rest();
    for (let i = 0; i < 100; i++) softcell.tensor(sc, [64]).data.fill(9);
  }

  test("a tensor of which only a view is left", async () => {
    const sc = await fresh();
    const view = (() => softcell.tensor(sc, [64], new Float32Array(64).fill(3)).data)();
    await overwrite(sc);
    expect(view.every((v) => v === 3)).toBe(true);
  });

  test("the output of a stream, a parameter and a gradient", async () => {
    const sc = await fresh();
    const [output, weight, grad] = (() => {
      const lstm = softcell.lstm(sc, SIZES);
      const { data, grad } = softcell.linear(sc, { inFeatures: 4, outFeatures: 4 }).params.weight;
      return [lstm.stream().step(new Float32Array(5).fill(1)), data, grad];
    })();
    const copies = [output, weight, grad].map((view) => view.slice());
    await overwrite(sc);
    expect([output, weight, grad]).toEqual(copies);
  });

  test("the result of a layer that is dropped", async () => {
    const sc = await fresh();
    const { output } = (() => softcell.lstm(sc, SIZES).forward(new Float32Array(50).fill(1), { batch: 2 }))();
    const copy = output.data.slice();
    await overwrite(sc);
    expect(output.data).toEqual(copy);
  });

  test("the layers of an optimizer, and the layer of a stream", async () => {
    const sc = await fresh();
    const [adam, stream] = (() => {
      const lstm = trained(sc);
      return [softcell.adam(sc, lstm), softcell.lstm(sc, SIZES).stream()];
    })();
    const before = stream.step(new Float32Array(5).fill(1)).slice();
    stream.reset();
    await overwrite(sc);
    adam.step();
    expect(stream.step(new Float32Array(5).fill(1))).toEqual(before);
  });
});

describe("nothing is kept alive", () => {
  test("a tensor whose view was read, a layer, an instance", async () => {
    const refs = await (async () => {
      const sc = await fresh();
      const tensor = softcell.tensor(sc, [10]);
      tensor.data.fill(1);
      const lstm = trained(sc);
      lstm.params.weight_ih_l0.data.fill(1);
      return [sc, tensor, lstm].map((each) => new WeakRef<object>(each));
    })();
    expect(await becomes(() => refs.every((ref) => ref.deref() === undefined))).toBe(true);
  });

  test("an instance that is dropped with what is in it says nothing", async () => {
    const ref = await (async () => {
      const sc = await fresh();
      for (let i = 0; i < 10; i++) softcell.tensor(sc, [10]);
      return new WeakRef(sc);
    })();
    expect(await becomes(() => ref.deref() === undefined)).toBe(true);
    await rest();
    expect(warn).not.toHaveBeenCalled();
  });

  test("an instance that is disposed says nothing of its tensors", async () => {
    const sc = await fresh();
    (() => {
      for (let i = 0; i < 10; i++) softcell.tensor(sc, [10]);
    })();
    await rest(); // from the first collection on they are watched
    for (let i = 0; i < 10; i++) softcell.tensor(sc, [10]);
    sc.dispose();
    for (let i = 0; i < 5; i++) await rest();
    expect(warn).not.toHaveBeenCalled();
    expect(() => sc.dispose()).toThrow("this instance is disposed");
  });
});

test("an engine without FinalizationRegistry frees what is disposed, and nothing else", async () => {
  vi.stubGlobal("FinalizationRegistry", undefined);
  const sc = await fresh();
  const { used } = sc.memoryUsage;
  const tensors: Tensor[] = [softcell.tensor(sc, [10]), softcell.softmax(sc, softcell.tensor(sc, [10]))];
  for (const tensor of tensors) tensor.dispose();
  for (let i = 0; i < 5; i++) await rest();
  expect(sc.memoryUsage.used).toBe(used + 64);
  expect(warn).not.toHaveBeenCalled();
});

test("an engine without console frees without a word", async () => {
  const sc = await fresh();
  const { used } = sc.memoryUsage;
  (() => void softcell.tensor(sc, [10]))();
  vi.stubGlobal("console", undefined);
  const freed = await becomes(() => sc.memoryUsage.used === used);
  vi.unstubAllGlobals();
  expect(freed).toBe(true);
});
