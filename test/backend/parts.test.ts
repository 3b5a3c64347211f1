// The parts in which strict is loaded: what they declare, and that together, on one memory, they are the kernels of the
// contract.
import { describe, expect, test } from "vitest";
import * as PARTS from "../../src/backend/parts.js";
import { decode } from "../../src/backend/text.js";
import { ARITY, HEAP_BASE, type KernelName } from "../../src/contract.js";
import { binary } from "../support/binaries.js";
import { drawCall } from "../support/kernel-calls/index.js";
import { holds } from "../support/property.js";
import { twins } from "../support/twins.js";
import { readWasm } from "../support/wasm-reader.js";

const parts = Object.entries(PARTS);
const modules = new Map(parts.map(([name, { text }]) => [name, readWasm(decode(text))]));
const exported = (name: string) => modules.get(name)?.exports.map((entry) => entry.name) ?? [];
/** It is inside of gemm. */
const INNER = ["gemv"];

test("each has a bit of its own and names one of its kernels", () => {
  expect(new Set(parts.map(([, { bit }]) => bit)).size).toBe(parts.length);
  for (const [name, { bit, kernel }] of parts) {
    expect(bit & (bit - 1), name).toBe(0);
    expect(exported(name), name).toContain(kernel);
  }
});

test("a kernel by which a part is known is in no other", () => {
  for (const [name, { kernel }] of parts) {
    expect(parts.filter(([other]) => exported(other).includes(kernel)).map(([other]) => other)).toEqual([name]);
  }
});

test("together they have every kernel", () => {
  const all = new Set([...INNER, ...parts.flatMap(([name]) => exported(name))]);
  expect([...all].sort()).toEqual(Object.keys(ARITY).sort());
});

describe.each(parts.map(([name]) => name))("%s", (name) => {
  const { exports, imports, globals, memories, tables, start, data } = modules.get(name) as ReturnType<typeof readWasm>;

  test("exports kernels with the parameters of the contract", () => {
    for (const { name, signature } of exports) expect(signature?.parameters.length).toBe(ARITY[name as KernelName]);
  });

  test("imports the memory only and has no state", () => {
    expect(imports).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
    expect([globals.filter(({ mutable }) => mutable), memories, tables, start]).toEqual([[], 0, 0, false]);
  });

  test("has tables if it is the probe, the same as the whole binary, and no others", () => {
    expect(data).toEqual(name === "PROBE" ? readWasm(binary("strict")).data : []);
    for (const { offset, length } of data) expect(offset >= 1024 && offset + length <= HEAP_BASE).toBe(true);
  });
});

describe("the bits of the fallback, with all of them on one memory", () => {
  const same = twins("parts");
  for (const kernel of Object.keys(ARITY).filter((name) => !INNER.includes(name)) as KernelName[]) {
    holds(kernel, (draw) => {
      const { image, args } = drawCall(kernel, draw);
      same(args.join(" "), image, kernel, args);
    });
  }
});
