// What an array is, told by its internal slots: an array of another realm (an iframe, node:vm, Electron, jest) is one, a
// lookalike is none, and an own `length` or a getter of a subclass is not believed.

/** The getter of a slot that all typed arrays have, or all objects of another prototype. */
function slot<T>(name: PropertyKey, of: object = Object.getPrototypeOf(Uint8Array.prototype)): (this: unknown) => T {
  return Object.getOwnPropertyDescriptor(of, name)?.get as () => T;
}

const TAG = /* @__PURE__ */ slot<string | undefined>(Symbol.toStringTag);
const LENGTH = /* @__PURE__ */ slot<number>("length");
const OFFSET = /* @__PURE__ */ slot<number>("byteOffset");
const BUFFER = /* @__PURE__ */ slot<ArrayBuffer>("buffer");
const SET = /* @__PURE__ */ (() => Float32Array.prototype.set)();
const BYTES = /* @__PURE__ */ slot<number>("byteLength", ArrayBuffer.prototype);

/** The name of a typed array's type, "Float32Array"; undefined for everything else. */
export function kindOf(value: unknown): string | undefined {
  return TAG.call(value);
}

/** The number of elements of a typed array; of an array whose buffer is detached or too small now, 0. */
export const lengthOf = (array: unknown): number => LENGTH.call(array);

/** The byte where a typed array begins in its buffer. */
export const offsetOf = (array: unknown): number => OFFSET.call(array);

/** The buffer of a typed array. */
export const bufferOf = (array: unknown): ArrayBuffer => BUFFER.call(array);

/** A Float32Array of this realm whose length is what it says: the array itself, or a view on its memory. */
export function plainFloat32(array: Float32Array): Float32Array {
  if (Object.getPrototypeOf(array) === Float32Array.prototype && !Object.hasOwn(array, "length")) return array;
  const length = lengthOf(array);
  return length === 0 ? new Float32Array(0) : new Float32Array(bufferOf(array), offsetOf(array), length);
}

/** Elements of the largest array that V8 keeps on its heap; `buffer` would move it off that, 250 ns. */
export const SMALL = 16;

/**
 * Whether nobody else can change an array or its length during a call: another thread, if its buffer is shared. Small arrays are
 * passed over: copyFloats() takes as many elements of them as there is room for.
 */
export function isStable(array: Float32Array): boolean {
  return array.length <= SMALL || isArrayBuffer(bufferOf(array));
}

/** Copies the first n elements of an array, which has as many or more. */
export function copyFloats(to: Float32Array, at: number, from: Float32Array, n: number): void {
  // of a small array a loop takes half the time of set(), and no more than n
  if (n <= SMALL) for (let i = 0; i < n; i++) to[at + i] = from[i];
  else SET.call(to, from, at);
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
    BYTES.call(value);
    return true;
  } catch {
    return false;
  }
}
