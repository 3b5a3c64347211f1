// Argument assertions. Each returns the value; a message is built only when it throws: what, expected, got.
// Wrong kind: TypeError. Wrong size or value: RangeError. Wrong state: Error.

/** A value as messages show it. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" || value == null || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `an array of length ${value.length}`;
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
  for (const key in value) if (!known.includes(key)) wrongValue(name, known.join(", "), show(key));
}

export function float32Array(name: string, value: unknown): Float32Array {
  if (!(value instanceof Float32Array)) wrongKind(name, "Float32Array", value);
  return value.length > 0 ? value : living(name, value);
}

export function int32Array(name: string, value: unknown): Int32Array {
  if (!(value instanceof Int32Array)) wrongKind(name, "Int32Array", value);
  return value.length > 0 ? value : living(name, value);
}

export function uint8Array(name: string, value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) wrongKind(name, "Uint8Array", value);
  return value.length > 0 ? value : living(name, value);
}

/** Refuses a view on a memory that has grown since: it has length 0, and must not pass for an empty array. */
function living<T extends Float32Array | Int32Array | Uint8Array>(name: string, view: T): T {
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
    wrongValue(name, `${(value as object).constructor.name} of length ${expected}`, `length ${value.length}`);
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
