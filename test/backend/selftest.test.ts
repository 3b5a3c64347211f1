// The self-test of a backend refuses one that has other bits, and says so where only denormal numbers are missing.
import { expect, test } from "vitest";
import { selfTest } from "../../src/backend/selftest.js";
import type { Backend } from "../../src/contract.js";
import { create } from "../support/backends.js";

/** strict, with something done to each result of exp. */
function spoiled(spoil: (y: Float32Array) => void): Backend {
  const { kernels, ...backend } = create("strict");
  const exp: typeof kernels.exp = (y, x, n) => {
    kernels.exp(y, x, n);
    spoil(new Float32Array(backend.memory.buffer, y, n));
  };
  return { ...backend, kernels: { ...kernels, exp } };
}

test("the bits of strict pass", () => {
  expect(() => selfTest(create("strict"))).not.toThrow();
  expect(() => selfTest(spoiled(() => {}))).not.toThrow();
});

test("denormals flushed to zero", () => {
  const flush = (y: Float32Array) => y.set(y.map((value) => (Math.abs(value) < 2 ** -126 ? 0 : value)));
  expect(() => selfTest(spoiled(flush))).toThrow("WebAssembly flushes denormal numbers to zero on this thread");
});

test("one bit", () => {
  const flip = (y: Float32Array) => {
    new Int32Array(y.buffer, y.byteOffset)[38] ^= 1;
  };
  expect(() => selfTest(spoiled(flip))).toThrow("the self-test of the kernels gave other bits than expected");
});
