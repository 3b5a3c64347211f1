// Thousands of instances, one after the other: memory returns to where it was. LIVES=100000 makes more of them.
import { expect, test } from "vitest";
import * as lean from "../../src/index.js";
import { initSync, lstm, type Softcell, softmax, tensor } from "../../src/index.js";
import { fallback } from "../../src/js/index.js";
import { binary } from "../support/backends.js";

const collect = globalThis.gc as () => void;
const MIB = 2 ** 20;
const TIMES = Number(process.env.LIVES ?? 20_000);
/** Lives before the first measurement: by then allocators keep what they will, however late garbage is collected. */
const WARM_UP = TIMES / 5;
const x = Float32Array.of(1, 2, 3);
const module = new WebAssembly.Module(binary("strict"));
const memory = { initial: 1, maximum: 2 };

/** Bytes of the process, of its heap and of what lies outside of that, once garbage is gone. */
async function resident() {
  for (let i = 0; i < 5; i++) {
    collect();
    await new Promise((done) => setTimeout(done, 20));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heapUsed, external };
}

let refused = 0;

/** Works, meets the limit of memory in the middle, and leaves everything as it is. */
function use(sc: Softcell): Softcell {
  tensor(sc, [3], x).data[0] = 4;
  lstm(sc, { inputSize: 1, hiddenSize: 1 }).stream().step(x.subarray(1, 2));
  try {
    softmax(sc, tensor(sc, [16384]));
  } catch {
    refused++;
  }
  softmax(sc, x);
  return sc;
}

const LIVES: [string, number, () => unknown][] = [
  ["strict", TIMES, () => use(initSync({ module, memory })).dispose()],
  ["js", TIMES, () => use(initSync({ backend: "js", fallback, memory })).dispose()],
  ["strict, dropped without dispose()", TIMES / 10, () => use(initSync({ module, memory }))],
  ["js, dropped without dispose()", TIMES / 10, () => use(initSync({ backend: "js", fallback, memory }))],
  [
    "strict of the lean entry, compiled anew",
    TIMES / 10,
    async () => {
      const sc = await lean.init({ memory });
      softmax(sc, x);
      sc.dispose();
    },
  ],
];

test.each(LIVES)(
  "%s, %i times",
  async (name, times, life) => {
    for (let i = 0; i < WARM_UP; i++) await life();
    refused = 0;
    const before = await resident();
    const start = performance.now();
    for (let i = 0; i < times; i++) await life();
    const each = (performance.now() - start) / times;
    const after = await resident();
    expect(refused).toBe(name.includes("anew") ? 0 : times);
    const added = (key: keyof typeof after) => (after[key] - before[key]) / MIB;
    console.log(
      `${name}: ${each.toFixed(3)} ms each; added ${added("rss").toFixed(1)} MiB of the process, ` +
        `${added("heapUsed").toFixed(2)} of the heap, ${added("external").toFixed(2)} outside of it`,
    );
    // 50 bytes an instance are 1 MiB; a page of memory of each would be 1 GiB
    expect(added("heapUsed")).toBeLessThan(1);
    expect(added("external")).toBeLessThan(1);
    // pages that the allocators of engine and system keep
    expect(added("rss")).toBeLessThan(64);
  },
  600_000,
);
