// The binaries and the twin against src/contract.ts: names, numbers of parameters, and that a binary brings nothing with it
// but its code and its constants.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ARITY, HEAP_BASE } from "../../src/contract.js";
import { binary, create, describeEach } from "../support/backends.js";
import { readWasm } from "../support/wasm-reader.js";

describeEach(["strict", "relaxed", "debug", "js"], (target) => {
  test("has the kernels of the contract and their numbers of parameters", () => {
    const kernels = Object.entries(create(target).kernels);
    expect(Object.fromEntries(kernels.map(([name, kernel]) => [name, kernel.length]))).toEqual(ARITY);
  });
});

describe.each(["strict", "relaxed", "debug"] as const)("the binary %s", (target) => {
  const bytes = binary(target);
  const module = readWasm(bytes);

  test("exports the kernels of the contract, and nothing else", () => {
    const exports = module.exports.map(({ name, kind, signature }) => [name, signature?.parameters.length ?? kind]);
    expect(Object.fromEntries(exports)).toEqual(ARITY);
  });

  test("takes and returns numbers only", () => {
    const types = module.exports.flatMap(({ signature }) => [
      ...(signature?.parameters ?? []),
      ...(signature?.results ?? []),
    ]);
    expect(types.filter((type) => !["i32", "f32", "f64"].includes(type))).toEqual([]);
  });

  test("imports the memory only", () => {
    expect(module.imports).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
  });

  test("has no state: no mutable global, no memory, no table, no start function", () => {
    const { globals, memories, tables, start } = module;
    expect(globals.filter((global) => global.mutable)).toEqual([]);
    // without optimisation asc declares an empty table
    expect({ memories, tables, start }).toEqual({
      memories: 0,
      tables: target === "debug" ? 1 : 0,
      start: false,
    });
  });

  test("keeps its constants below HEAP_BASE", () => {
    // without optimisation asc starts at 8; with it, Binaryen takes the first KiB to be unused
    const lowest = target === "debug" ? 8 : 1024;
    const outside = module.data.filter(({ offset, length }) => !(offset >= lowest && offset + length <= HEAP_BASE));
    expect(outside).toEqual([]);
    expect(module.data).not.toEqual([]);
  });

  test(`has ${target === "relaxed" ? "" : "no "}relaxed instructions`, () => {
    const text = readFileSync(new URL(`../../build/${target}.wat`, import.meta.url), "utf8");
    const relaxed = new Set(text.match(/\b\w+\.relaxed_\w+/g));
    if (target === "relaxed") expect([...relaxed]).toContain("f32x4.relaxed_madd");
    else expect([...relaxed]).toEqual([]);
  });
});

// the reader itself, on what every engine can compile
test.each(["strict", "debug"] as const)("%s is read here as by the engine", (target) => {
  const module = readWasm(binary(target));
  const compiled = new WebAssembly.Module(binary(target));
  expect(module.imports).toEqual(WebAssembly.Module.imports(compiled));
  expect(module.exports.map(({ name, kind }) => ({ name, kind }))).toEqual(WebAssembly.Module.exports(compiled));
});

test("strict is below 74,500 bytes", () => {
  expect(binary("strict").length).toBeLessThan(74_500);
});
