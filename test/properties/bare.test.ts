// With nothing but what the language has, as in an AudioWorklet, which has no TextDecoder, performance, structuredClone, atob,
// URL, fetch or setTimeout: every public function does the same, and the entry can be loaded.
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { describeEach } from "../support/backends.js";
import { layersAfter, make, prepare, valuesOf } from "../support/public/calls.js";
import type { Plan } from "../support/public/case.js";
import { TABLE } from "../support/public/table.js";

const LANGUAGE = new Set<string>(vm.runInNewContext("Object.getOwnPropertyNames(globalThis)"));
const OTHERS = Object.getOwnPropertyNames(globalThis).filter((name) => !LANGUAGE.has(name));

/** Calls without the globals that are of the host and not of the language. */
function bare<T>(call: () => T): T {
  const found = OTHERS.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  for (const name of OTHERS) Reflect.deleteProperty(globalThis, name);
  try {
    return call();
  } finally {
    for (const [name, descriptor] of found) Object.defineProperty(globalThis, name, descriptor as PropertyDescriptor);
  }
}

test("the globals of the host are gone meanwhile, and only then", () => {
  const names = ["TextDecoder", "TextEncoder", "performance", "structuredClone", "atob", "URL", "fetch", "setTimeout"];
  const missing = () => names.filter((name) => !(name in globalThis));
  expect(missing()).toEqual([]);
  expect(bare(missing)).toEqual(names);
  expect(bare(() => [typeof WebAssembly, typeof FinalizationRegistry])).toEqual(["object", "function"]);
  expect(missing()).toEqual([]);
});

const planOf = (target: Plan["target"], i: number): Plan => ({
  target,
  seed: i,
  rows: 2 + (i % 2),
  cols: 3,
  hidden: 2,
  batch: 2,
  layers: 2,
  both: i % 2 === 0,
  cell: i % 3,
  axis: i % 2,
  places: i,
  out: i % 2 === 1,
  full: i % 4 === 3,
  explicit: true,
});

describeEach(["strict", "relaxed", "js"], (target) => {
  // init() awaits: hosts without these globals have initSync()
  const entries = TABLE.filter(({ name }) => name !== "init" && (name !== "Symbol.dispose" || Symbol.dispose));
  test.each(entries.map((entry) => [`${entry.on}.${entry.name}`, entry] as const))("%s", (_, entry) => {
    for (let i = 0; i < 8; i++) {
      const [call, same] = [0, 1].map(() => prepare(entry, planOf(target, i)));
      const want = make(same);
      const got = bare(() => make(call));
      expect(valuesOf(got)).toEqual(valuesOf(want));
      expect(layersAfter(call)).toEqual(layersAfter(same));
    }
  });
});

const PROGRAM = `
  const { initSync, softmax, lstm, linear, adam, saveSafetensors, listSafetensors,
    saveCheckpoint, loadCheckpoint } = softcell;
  const sc = initSync({ backend, fallback });
  const model = { lstm: lstm(sc, { inputSize: 2, hiddenSize: 3 }), head: linear(sc, { inFeatures: 3, outFeatures: 2 }) };
  const optimizer = adam(sc, Object.values(model));
  const names = { "ключ 钥匙 🔑": Float32Array.of(1, 2) };
  const file = saveSafetensors({ ...model, ...names }, { metadata: { "à": "ü" } });
  const checkpoint = saveCheckpoint(sc, { model, optimizer, step: 3 });
  const { step } = loadCheckpoint(sc, checkpoint, { model, optimizer });
  return [sc.backend, Object.keys(listSafetensors(file)).at(-1), softmax(sc, [1, 1]).join(), step].join(" | ");
`;

describe("the entry is loaded and runs where there is only the language", async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `export * as softcell from "./src/index.js"; export { fallback } from "./src/js/index.js";`,
      resolveDir: fileURLToPath(new URL("../..", import.meta.url)),
    },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "all",
  });
  test.each(["strict", "js"])("%s", (backend) => {
    const context = vm.createContext({ backend });
    vm.runInContext(`${outputFiles[0].text}; var { softcell, fallback } = all;`, context);
    expect(vm.runInContext(`(() => { ${PROGRAM} })()`, context)).toBe(`${backend} | ключ 钥匙 🔑 | 0.5,0.5 | 3`);
  });
});
