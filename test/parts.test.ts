// The parts that the lean entry loads: what they declare, and that they are the same kernels as those of the whole binary.
import { describe, expect, test } from "vitest";
import { ARITY, HEAP_BASE, type KernelName } from "../src/contract.js";
import { kernels as layers } from "../src/js/parts/layers.js";
import { kernels as rows } from "../src/js/parts/rows.js";
import { binary, PARTS } from "./binaries.js";
import { drawCall } from "./kernel-calls.js";
import { holds } from "./property.js";
import { twins } from "./twins.js";
import { readWasm } from "./wasm-reader.js";

const NAMES = { rows: Object.keys(rows), layers: Object.keys(layers) } as Record<string, KernelName[]>;

test("no kernel is in both", () => {
  expect(NAMES.rows.filter((name) => NAMES.layers.includes(name))).toEqual([]);
});

describe.each(PARTS)("%s", (name) => {
  const [part, variant] = name.split("-");
  const module = readWasm(binary(name));

  test("exports the kernels of its twin, with the parameters of the contract", () => {
    const exports = module.exports.map(({ name, kind, signature }) => [name, signature?.parameters.length ?? kind]);
    expect(Object.fromEntries(exports)).toEqual(Object.fromEntries(NAMES[part].map((name) => [name, ARITY[name]])));
  });

  test("imports the memory only and has no state", () => {
    expect(module.imports).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
    const { globals, memories, tables, start } = module;
    expect([globals.filter(({ mutable }) => mutable), memories, tables, start]).toEqual([[], 0, 0, false]);
  });

  test("keeps its constants apart from those of the other part, and below HEAP_BASE", () => {
    const [first, end] = part === "rows" ? [1024, 2048] : [2048, HEAP_BASE];
    expect(module.data).not.toEqual([]);
    expect(module.data.filter(({ offset, length }) => !(offset >= first && offset + length <= end))).toEqual([]);
  });

  test("is small", () => {
    expect(binary(name).length).toBeLessThan(part === "rows" ? 18_500 : 30_500);
    expect(variant).toMatch(/strict|relaxed/);
  });
});

describe("the bits of the twin, on two modules and one memory", () => {
  const same = twins("parts");
  for (const kernel of Object.values(NAMES).flat()) {
    holds(kernel, (draw) => {
      const { image, args } = drawCall(kernel, draw);
      same(args.join(" "), image, kernel, args);
    });
  }
});
