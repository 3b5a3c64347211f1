// Argument assertions. Each returns the value; a message is built only when it throws: what, expected, got.
// Wrong kind: TypeError. Wrong size or value: RangeError. Wrong state: Error.

/** A value as messages show it. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" || value == null || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `an array of length ${value.length}`;
  return typeof value === "object" ? (value.constructor?.name ?? "an object") : typeof value;
}

/** An integer in [min, max]. */
export function integer(name: string, value: unknown, min: number, max = 2 ** 31 - 1): number {
  if (typeof value !== "number") throw new TypeError(`"${name}" expected an integer, got ${show(value)}`);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`"${name}" expected an integer from ${min} to ${max}, got ${value}`);
  }
  return value;
}

/** A number in [min, max], or in (min, max] with `open`; NaN never is. */
export function number(name: string, value: unknown, min: number, max: number, open = false): number {
  if (typeof value !== "number") throw new TypeError(`"${name}" expected a number, got ${show(value)}`);
  if (!(value >= min && value <= max) || (open && value === min)) {
    throw new RangeError(`"${name}" expected a number ${open ? "above" : "from"} ${min} to ${max}, got ${value}`);
  }
  return value;
}

/** A number in [0, 1). */
export function fraction(name: string, value: unknown): number {
  if (number(name, value, 0, 1) === 1) throw new RangeError(`"${name}" expected a number from 0 to below 1, got 1`);
  return value as number;
}

export function boolean(name: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw new TypeError(`"${name}" expected true or false, got ${show(value)}`);
  return value;
}

export function oneOf<T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  if (typeof value !== "string") throw new TypeError(`"${name}" expected a string, got ${show(value)}`);
  if (!choices.includes(value as T)) {
    throw new RangeError(`"${name}" expected one of ${choices.join(", ")}, got ${show(value)}`);
  }
  return value as T;
}

/** An options object; a misspelt option is an error. */
export function options(name: string, value: unknown, known: readonly string[]): void {
  if (value === undefined) return;
  if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
    throw new TypeError(`"${name}" expected an object, got ${show(value)}`);
  }
  for (const key in value) {
    if (!known.includes(key)) throw new RangeError(`"${name}" expected ${known.join(", ")}, got ${show(key)}`);
  }
}

export function float32Array(name: string, value: unknown): Float32Array {
  if (!(value instanceof Float32Array)) throw new TypeError(`"${name}" expected Float32Array, got ${show(value)}`);
  return living(name, value);
}

export function int32Array(name: string, value: unknown): Int32Array {
  if (!(value instanceof Int32Array)) throw new TypeError(`"${name}" expected Int32Array, got ${show(value)}`);
  return living(name, value);
}

export function uint8Array(name: string, value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError(`"${name}" expected Uint8Array, got ${show(value)}`);
  return living(name, value);
}

/** Refuses a view on a memory that has grown since: it has length 0, and must not pass for an empty array. */
function living<T extends Float32Array | Int32Array | Uint8Array>(name: string, view: T): T {
  if (view.length > 0) return view;
  try {
    // throws where the buffer is detached, which older engines tell in no other way
    new Uint8Array(view.buffer);
  } catch {
    throw new Error(`"${name}" expected a living array, got a view that was detached when its memory grew`);
  }
  return view;
}

export function lengthOf<T extends { length: number }>(name: string, value: T, expected: number): T {
  if (value.length !== expected) {
    const kind = (value as object).constructor.name;
    throw new RangeError(`"${name}" expected ${kind} of length ${expected}, got length ${value.length}`);
  }
  return value;
}

/** Whole numbers, none negative. */
export function shapeOf(name: string, value: unknown): readonly number[] {
  if (!Array.isArray(value)) throw new TypeError(`"${name}" expected an array of sizes, got ${show(value)}`);
  for (const [i, size] of value.entries()) integer(`${name}[${i}]`, size, 0);
  return value;
}

export function sameShape(name: string, got: readonly number[], expected: readonly number[]): void {
  let same = got.length === expected.length;
  for (let i = 0; i < got.length; i++) same &&= got[i] === expected[i];
  if (!same) throw new RangeError(`"${name}" expected shape [${expected}], got [${got}]`);
}

/** Every index in [0, below), or equal to `ignored`. */
export function indices(name: string, values: Int32Array, below: number, ignored?: number): Int32Array {
  for (let i = 0; i < values.length; i++) {
    const v = values[i];
    if ((v < 0 || v >= below) && v !== ignored) {
      throw new RangeError(`"${name}" expected indices from 0 to ${below - 1}, got ${v} at ${i}`);
    }
  }
  return values;
}

export function product(shape: readonly number[]): number {
  let n = 1;
  for (let i = 0; i < shape.length; i++) n *= shape[i];
  return n;
}
