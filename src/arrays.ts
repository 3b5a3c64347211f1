// What an array is, told by its internal slots: an array of another realm (an iframe, node:vm, Electron, jest) is one, a
// lookalike is none, and an own `length` or a getter of a subclass is not believed.

/** The getter of a slot that all typed arrays have. */
function slot<T>(name: PropertyKey): (this: unknown) => T {
  return Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), name)?.get as () => T;
}

const TAG = /* @__PURE__ */ slot<string | undefined>(Symbol.toStringTag);
const LENGTH = /* @__PURE__ */ slot<number>("length");
const BYTES = /* @__PURE__ */ slot<number>("byteLength");
const OFFSET = /* @__PURE__ */ slot<number>("byteOffset");
const BUFFER = /* @__PURE__ */ slot<ArrayBuffer>("buffer");

/** The name of a typed array's type, "Float32Array"; undefined for everything else. */
export function kindOf(value: unknown): string | undefined {
  return TAG.call(value);
}

/** A Float32Array of this realm without properties of its own: the array itself, or a view on its memory. */
export function plainFloat32(array: Float32Array): Float32Array {
  const length = LENGTH.call(array);
  if (Object.getPrototypeOf(array) === Float32Array.prototype && array.length === length) return array;
  return new Float32Array(BUFFER.call(array), OFFSET.call(array), length);
}

/** A view on the bytes of a typed array. */
export function bytesOf(array: unknown): Uint8Array {
  return new Uint8Array(BUFFER.call(array), OFFSET.call(array), BYTES.call(array));
}

/** Whether the buffer under a typed array is gone, as that of a view on a memory that has grown since. */
export function isDetached(array: unknown): boolean {
  try {
    // throws where it is, which older engines tell in no other way
    new Uint8Array(BUFFER.call(array));
    return false;
  } catch {
    return true;
  }
}

/** An ArrayBuffer of any realm, not a shared one. */
export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  try {
    ArrayBuffer.prototype.slice.call(value, 0, 0);
    return true;
  } catch {
    return false;
  }
}
