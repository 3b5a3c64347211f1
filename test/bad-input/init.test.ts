// Invalid calls of init, initSync and tensor: the class and the text of the error.
import { describe, expect, test } from "vitest";
import { init, initSync, tensor } from "../../src/index.js";
import { binary, describeEach } from "../support/backends.js";
import { BIGINTS, not, type Row, refuses, sizes, thrownBy, X } from "../support/refused.js";

const TENSOR: Row[] = [
  ["shape a number", ({ sc }) => tensor(sc, not(3)), TypeError, `"shape" expected an array of sizes, got 3`],
  ["shape undefined", ({ sc }) => tensor(sc, not(undefined)), TypeError, `"shape" expected an array of sizes`],
  ...sizes("shape[1]", 0, ({ sc }, size) => tensor(sc, [2, size])),
  ["too large", ({ sc }) => tensor(sc, [2 ** 16, 2 ** 16]), RangeError, `"shape" expected at most 2^30 elements`],
  [
    "data bigints",
    ({ sc }) => tensor(sc, [6], not(BIGINTS)),
    TypeError,
    `"data" expected an array of numbers, got BigInt64Array`,
  ],
  [
    "data null",
    ({ sc }) => tensor(sc, [6], not(null)),
    TypeError,
    `"data" expected an array of numbers or a Tensor, got null`,
  ],
  ["data too short", ({ sc }) => tensor(sc, [7], X), RangeError, `"data" expected length 7, got 6`],
  ["data of a disposed tensor", ({ gone }) => gone.data, Error, "this tensor of shape [2,3] is disposed"],
  ["disposed twice", ({ gone }) => gone.dispose(), Error, "this tensor of shape [2,3] is disposed"],
];

describeEach(["strict", "js"], (target) => {
  refuses(target, [["tensor", TENSOR]]);
});

describe("init", () => {
  const wrong: [name: string, options: unknown, kind: typeof Error, text: string][] = [
    ["options null", null, TypeError, `"options" expected an object, got null`],
    ["an unknown option", { backends: "js" }, RangeError, `got "backends"`],
    ["an unknown backend", { backend: "wasm" }, RangeError, `"backend" expected one of auto, strict, relaxed, js`],
    ["backend 1", { backend: 1 }, TypeError, `"backend" expected a string, got 1`],
    ["memory 3", { memory: 3 }, TypeError, `"memory" expected an object, got 3`],
    ["memory null", { memory: null }, TypeError, `"memory" expected an object, got null`],
    ["an unknown option of memory", { memory: { min: 1 } }, RangeError, `got "min"`],
    ["initial 0", { memory: { initial: 0 } }, RangeError, `"memory.initial" expected an integer from 1`],
    ["initial NaN", { memory: { initial: Number.NaN } }, RangeError, `"memory.initial" expected an integer`],
    ["initial a string", { memory: { initial: "2" } }, TypeError, `"memory.initial" expected an integer, got "2"`],
    [
      "maximum 65537",
      { memory: { maximum: 65537 } },
      RangeError,
      `"memory.maximum" expected an integer from 1 to 65536`,
    ],
    ["more than the maximum", { memory: { initial: 3, maximum: 2 } }, RangeError, `"memory.initial" expected`],
    ["seed -1", { seed: -1 }, RangeError, `"seed" expected an integer from 0 to 4294967295, got -1`],
    ["seed 0.5", { seed: 0.5 }, RangeError, `"seed" expected an integer`],
    ["seed a string", { seed: "1" }, TypeError, `"seed" expected an integer, got "1"`],
    ["module 42", { module: 42 }, TypeError, `"module" expected a WebAssembly.Module or bytes, got 42`],
    ["module a string", { module: "strict.wasm" }, TypeError, `"module" expected a WebAssembly.Module or bytes`],
    ["module null", { module: null }, TypeError, `"module" expected a WebAssembly.Module or bytes, got null`],
    ["fallback true", { fallback: true }, TypeError, `"fallback" expected fallback of softcell/js, got true`],
    ["fallback null", { fallback: null }, TypeError, `"fallback" expected fallback of softcell/js, got null`],
  ];

  test.each(wrong)("%s", async (_, options, kind, text) => {
    const error = await init(not(options)).then(
      ({ backend }) => new Error(`init() was expected to reject, and gave ${backend}`),
      (reason: Error) => reason,
    );
    expect(error.message).toContain(text);
    expect(error.constructor).toBe(kind);
  });

  test.each(wrong)("initSync, %s", (_, options, kind, text) => {
    const given = typeof options === "object" && options !== null ? { module: binary("strict"), ...options } : options;
    const error = thrownBy(() => initSync(not(given)));
    expect(error.message).toContain(text);
    expect(error.constructor).toBe(kind);
  });

  test.each([
    ["relaxed", `"module" expected a WebAssembly.Module or bytes, got undefined`],
    ["js", `"fallback" expected fallback of softcell/js, got undefined`],
  ] as const)("initSync has nothing for %s", (backend, text) => {
    const error = thrownBy(() => initSync({ backend }));
    expect(error.message).toContain(text);
    expect(error.constructor).toBe(TypeError);
  });
});
