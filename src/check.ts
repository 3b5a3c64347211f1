// Argument assertions. Each returns the value; a message is built only when it throws: what, expected, got.
// Wrong kind: TypeError. Wrong size or value: RangeError. Wrong state: Error.
import { isDetached, isStable, kindOf, lengthOf as lengthIn, plainFloat32 } from "./arrays.js";

/** A value as messages show it. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" || value == null || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `an array of length ${value.length}`;
  const kind = kindOf(value);
  if (kind) return kind;
  return typeof value === "object" ? (value.constructor?.name ?? "an object") : typeof value;
}

// apart from the checks: V8 inlines only so much code, of which messages would be the most
function wrongKind(name: string, expected: string, got: unknown): never {
  throw new TypeError(`"${name}" expected ${expected}, got ${show(got)}`);
}

function wrongValue(name: string, expected: string, got: unknown): never {
  throw new RangeError(`"${name}" expected ${expected}, got ${got}`);
}

/** The largest finite float32. */
export const FLOAT32_MAX = 3.4028234663852886e38;

/** An integer in [min, max]. */
export function integer(name: string, value: unknown, min: number, max = 2 ** 31 - 1): number {
  if (typeof value !== "number") wrongKind(name, "an integer", value);
  if (!Number.isInteger(value) || value < min || value > max) {
    wrongValue(name, `an integer from ${min} to ${max}`, value);
  }
  return value;
}

/** A number in [min, max], or in (min, max] with `open`; NaN never is. */
export function number(name: string, value: unknown, min: number, max: number, open = false): number {
  if (typeof value !== "number") wrongKind(name, "a number", value);
  if (!(value >= min && value <= max) || (open && value === min)) {
    wrongValue(name, `a number ${open ? "above" : "from"} ${min} to ${max}`, value);
  }
  return value;
}

/** A number in [0, 1). */
export function fraction(name: string, value: unknown): number {
  if (number(name, value, 0, 1) === 1) throw new RangeError(`"${name}" expected a number from 0 to below 1, got 1`);
  return value as number;
}

export function boolean(name: string, value: unknown): boolean {
  if (typeof value !== "boolean") wrongKind(name, "true or false", value);
  return value;
}

export function oneOf<T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  if (typeof value !== "string") wrongKind(name, "a string", value);
  if (!choices.includes(value as T)) wrongValue(name, `one of ${choices.join(", ")}`, show(value));
  return value as T;
}

/** Inherits nothing: what is not given is undefined, whatever names Object.prototype has. */
const Bare = /* @__PURE__ */ (() => {
  function bare() {}
  // faster than objects of Object.create(null), which V8 keeps as dictionaries
  bare.prototype = Object.create(null);
  return bare as unknown as new () => Record<string, unknown>;
})();

/** No options. */
const NONE = /* @__PURE__ */ new Bare();

/**
 * A copy of an options object, which is read once: its getters run here, and whatever they do has been done before anything is
 * checked. A misspelt option is an error.
 */
export function options<O>(name: string, value: O | undefined, known: readonly string[]): O {
  if (value === undefined) return NONE as O;
  const given = optionsToRead(name, value, known) as Record<string, unknown>;
  const copy = new Bare();
  for (const key in given) copy[key] = settled(given[key]);
  const prototype = Object.getPrototypeOf(given);
  if (prototype !== Object.prototype && prototype !== Bare.prototype) {
    // accessors of a class are not enumerable
    for (const key of known) if (!(key in copy) && has(given, key)) copy[key] = settled(given[key]);
  }
  return copy as O;
}

const isOwn = /* @__PURE__ */ (() => Object.prototype.hasOwnProperty)();

/** The same without the copy, which takes 40 ns: each option may be read once, and before anything else is looked at. */
export function optionsToRead<O>(name: string, value: O | undefined, known: readonly string[]): O {
  if (value === undefined) return NONE as O;
  if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
    wrongKind(name, "an object", value);
  }
  for (const key in value) {
    if (!isOwn.call(value, key) && key in Object.prototype) return withoutNames(name, value, known);
    if (!known.includes(key)) wrongValue(name, known.join(", "), show(key));
  }
  return value;
}

/** Without the names that Object.prototype has. */
function withoutNames<O>(name: string, value: O & object, known: readonly string[]): O {
  const copy = new Bare();
  for (const key in value) if (has(value, key)) copy[key] = value[key];
  return optionsToRead(name, copy as O, known);
}

/** An array whose elements are what they are; everything else as it is. */
export function settled<T>(value: T): T {
  if (typeof value !== "object" || value === null || kindOf(value) !== undefined) return value;
  if (Array.isArray(value)) return elements(value) as T;
  return !has(value, "shape") && has(value, "length") ? (elements(value as never) as T) : value;
}

/** The elements of an array, each read once. */
export function elements<T>(array: ArrayLike<T>): T[] {
  const { length } = array;
  // refused by whoever wants an array
  if (!isLength(length)) return null as never;
  const copy: T[] = [];
  for (let i = 0; i < length; i++) copy.push(array[i]);
  return copy;
}

const isLength = (length: unknown): length is number =>
  Number.isInteger(length) && (length as number) >= 0 && (length as number) <= 2 ** 30;

/** Whether an object has a property that is not only a name on Object.prototype. */
export function has<K extends string>(value: object, key: K): value is Record<K, unknown> {
  return key in value && (!(key in Object.prototype) || Object.hasOwn(value, key));
}

/** A Float32Array that is written to, or is shown to users. */
export function float32Array(name: string, value: unknown): Float32Array {
  if (kindOf(value) !== "Float32Array") wrongKind(name, "Float32Array", value);
  return plainFloat32(attached(name, value as Float32Array));
}

/**
 * Numbers: a Float32Array as it is, any other array copied as float32, and so one that another thread may change. What it returns
 * keeps its length as long as no code of the user runs.
 */
export function numbers(name: string, value: unknown): Float32Array {
  if (kindOf(value) !== "Float32Array") return copyNumbers(name, value);
  const array = float32Array(name, value);
  return isStable(array) ? array : new Float32Array(array);
}

function copyNumbers(name: string, value: unknown): Float32Array {
  const kind = kindOf(value);
  if (kind?.startsWith("Big")) wrongKind(name, "an array of numbers", value);
  if (kind) return new Float32Array(attached(name, value as Float64Array));
  const copy = new Float32Array(arrayLength(name, "an array of numbers or a Tensor", value));
  for (let i = 0; i < copy.length; i++) {
    const v = (value as ArrayLike<unknown>)[i];
    copy[i] = typeof v === "number" ? v : wrongKind(`${name}[${i}]`, "a number", v);
  }
  return copy;
}

/** Integers of 32 bits, always a copy: any array of numbers or bigints, or a single number. */
export function integers(name: string, value: unknown): Int32Array {
  if (typeof value === "number") return Int32Array.of(int32(name, value));
  const kind = kindOf(value);
  if (kind === "Int32Array") return new Int32Array(attached(name, value as Int32Array));
  const copy = new Int32Array(
    kind ? lengthIn(attached(name, value)) : arrayLength(name, "an array of integers", value),
  );
  for (let i = 0; i < copy.length; i++) {
    const v = (value as ArrayLike<unknown>)[i];
    copy[i] = int32(`${name}[${i}]`, typeof v === "bigint" ? Number(v) : v);
  }
  return copy;
}

const int32 = (name: string, value: unknown): number => integer(name, value, -(2 ** 31));

/** Zeros and ones, always a copy: a Uint8Array, or an array of booleans. */
export function bits(name: string, value: unknown): Uint8Array {
  if (kindOf(value) !== "Uint8Array") {
    const copy = new Uint8Array(arrayLength(name, "a Uint8Array of 0 and 1 or an array of booleans", value));
    for (let i = 0; i < copy.length; i++) copy[i] = boolean(`${name}[${i}]`, (value as ArrayLike<unknown>)[i]) ? 1 : 0;
    return copy;
  }
  const copy = new Uint8Array(attached(name, value as Uint8Array));
  const wrong = copy.findIndex((bit) => bit > 1);
  if (wrong >= 0) wrongValue(name, "0 or 1", `${copy[wrong]} at ${wrong}`);
  return copy;
}

/** The length of what has one and elements, and is no function or text; read once. */
function arrayLength(name: string, expected: string, value: unknown): number {
  if (typeof value !== "object" || value === null) wrongKind(name, expected, value);
  let length: unknown;
  try {
    ({ length } = value as ArrayLike<unknown>);
  } catch {
    // of what has the prototype of a typed array only
  }
  // a tensor has a shape
  return has(value, "shape") || !isLength(length) ? wrongKind(name, expected, value) : length;
}

/** Refuses a view on a memory that has grown since: it has length 0, and must not pass for an empty array. */
function attached<T>(name: string, array: T): T {
  if (lengthIn(array) === 0 && isDetached(array)) {
    throw new Error(`"${name}" expected a living array, got a view that was detached when its memory grew`);
  }
  return array;
}

export function lengthOf<T extends { length: number }>(name: string, value: T, expected: number): T {
  if (value.length !== expected) {
    wrongValue(name, `length ${expected}`, value.length);
  }
  return value;
}

/** Whole numbers, none negative: a copy. */
export function shapeOf(name: string, value: unknown): readonly number[] {
  const shape = Array.isArray(value) ? elements<number>(value) : undefined;
  if (!shape) wrongKind(name, "an array of sizes", value);
  for (let i = 0; i < shape.length; i++) {
    const size = shape[i];
    // the name only where it is needed
    if (!(Number.isInteger(size) && size >= 0 && size < 2 ** 31)) integer(`${name}[${i}]`, size, 0);
  }
  return shape;
}

export function sameShape(name: string, got: readonly number[], expected: readonly number[]): void {
  let same = got.length === expected.length;
  for (let i = 0; i < got.length; i++) same &&= got[i] === expected[i];
  if (!same) wrongValue(name, `shape [${expected}]`, `[${got}]`);
}

/** Every index in [0, below), or equal to `ignored`. */
export function indices(name: string, values: Int32Array, below: number, ignored?: number): Int32Array {
  for (let i = 0; i < values.length; i++) {
    const v = values[i];
    if ((v < 0 || v >= below) && v !== ignored) wrongValue(name, `indices from 0 to ${below - 1}`, `${v} at ${i}`);
  }
  return values;
}

export function product(shape: readonly number[]): number {
  let n = 1;
  for (let i = 0; i < shape.length; i++) n *= shape[i];
  return n;
}
