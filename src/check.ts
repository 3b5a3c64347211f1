// Argument assertions. Each returns the value; a message is built only when it throws: what, expected, got.
// Wrong kind: TypeError. Wrong size or value: RangeError. Wrong state: Error.
import { bytesOf, isDetached, kindOf, plainFloat32 } from "./arrays.js";

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

/** An options object; a misspelt option is an error. */
export function options(name: string, value: unknown, known: readonly string[]): void {
  if (value === undefined) return;
  if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
    wrongKind(name, "an object", value);
  }
  for (const key in value) if (!known.includes(key)) wrongValue(name, known.join(", ") || "no keys", show(key));
}

/** A Float32Array that is written to, or is shown to users. */
export function float32Array(name: string, value: unknown): Float32Array {
  if (kindOf(value) !== "Float32Array") wrongKind(name, "Float32Array", value);
  const array = plainFloat32(value as Float32Array);
  return array.length > 0 ? array : living(name, array);
}

/** Numbers: a Float32Array as it is, any other array copied as float32. */
export function numbers(name: string, value: unknown): Float32Array {
  return kindOf(value) === "Float32Array" ? float32Array(name, value) : copyNumbers(name, value);
}

function copyNumbers(name: string, value: unknown): Float32Array {
  const kind = kindOf(value);
  if (kind?.startsWith("Big")) wrongKind(name, "an array of numbers", value);
  if (kind) return living(name, new Float32Array(value as Float64Array), value);
  const array = arrayLike(name, "an array of numbers or a Tensor", value);
  return Float32Array.from(array, (v, i) => (typeof v === "number" ? v : wrongKind(`${name}[${i}]`, "a number", v)));
}

/** Integers of 32 bits, always a copy: any array of numbers or bigints, or a single number. */
export function integers(name: string, value: unknown): Int32Array {
  if (typeof value === "number") return Int32Array.of(int32(name, value));
  const kind = kindOf(value);
  if (kind === "Int32Array") return living(name, new Int32Array(value as Int32Array), value);
  const array = kind ? (value as ArrayLike<unknown>) : arrayLike(name, "an array of integers", value);
  const copy = Int32Array.from(array, (v, i) => int32(`${name}[${i}]`, typeof v === "bigint" ? Number(v) : v));
  return kind ? living(name, copy, value) : copy;
}

const int32 = (name: string, value: unknown): number => integer(name, value, -(2 ** 31));

/** Zeros and ones, always a copy: a Uint8Array, or an array of booleans. */
export function bits(name: string, value: unknown): Uint8Array {
  if (kindOf(value) !== "Uint8Array") {
    const array = arrayLike(name, "a Uint8Array of 0 and 1 or an array of booleans", value);
    return Uint8Array.from(array, (v, i) => (boolean(`${name}[${i}]`, v) ? 1 : 0));
  }
  const copy = living(name, new Uint8Array(value as Uint8Array), value);
  const wrong = copy.findIndex((bit) => bit > 1);
  if (wrong >= 0) wrongValue(name, "0 or 1", `${copy[wrong]} at ${wrong}`);
  return copy;
}

/** What has a length and elements, and is no function or text. */
function arrayLike(name: string, expected: string, value: unknown): ArrayLike<unknown> {
  if (typeof value !== "object" || value === null) wrongKind(name, expected, value);
  let length: unknown;
  try {
    ({ length } = value as ArrayLike<unknown>);
  } catch {
    // of what has the prototype of a typed array only
  }
  // a tensor has a shape
  if ("shape" in value || !Number.isInteger(length) || (length as number) < 0 || (length as number) > 2 ** 30) {
    wrongKind(name, expected, value);
  }
  return value as ArrayLike<unknown>;
}

/** A view on the bytes of a typed array, which is not detached. */
export function bytes(name: string, value: unknown): Uint8Array {
  if (isDetached(value)) detached(name);
  return bytesOf(value);
}

/** Refuses a view on a memory that has grown since: it has length 0, and must not pass for an empty array. */
function living<T extends { length: number }>(name: string, array: T, of: unknown = array): T {
  if (array.length === 0 && isDetached(of)) detached(name);
  return array;
}

function detached(name: string): never {
  throw new Error(`"${name}" expected a living array, got a view that was detached when its memory grew`);
}

export function lengthOf<T extends { length: number }>(name: string, value: T, expected: number): T {
  if (value.length !== expected) {
    wrongValue(name, `length ${expected}`, value.length);
  }
  return value;
}

/** Whole numbers, none negative. */
export function shapeOf(name: string, value: unknown): readonly number[] {
  if (!Array.isArray(value)) wrongKind(name, "an array of sizes", value);
  for (let i = 0; i < value.length; i++) {
    // the name only where it is needed
    if (!(Number.isInteger(value[i]) && value[i] >= 0 && value[i] < 2 ** 31)) integer(`${name}[${i}]`, value[i], 0);
  }
  return value;
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
