// What every test file runs first.
import { expect } from "vitest";

/** Arrays of numbers, when their bytes agree: compared element by element, large ones take most of the time of the suite. */
expect.addEqualityTesters([
  function sameBytes(a: unknown, b: unknown) {
    if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b) || a.constructor !== b.constructor) return undefined;
    const [x, y] = [a, b].map((v) => new Uint8Array(v.buffer, v.byteOffset, v.byteLength));
    // other bytes may still be equal: -0 is not, another NaN is
    return Buffer.compare(x, y) === 0 ? true : undefined;
  },
]);
