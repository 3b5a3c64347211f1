// The types of elements in safetensors files.
import { kindOf } from "../arrays.js";

/** What elements are read into: the array that fits their type. */
export type Elements =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/**
 * Bits of an element, and the array that holds elements as they are, where there is one: by name, since not every engine
 * has all of them. In the order in which the reference implementation sorts them, from the last to the first.
 */
const DTYPES: Readonly<Record<string, readonly [bits: number, array?: string]>> = {
  BOOL: [8, "Uint8Array"],
  F4: [4],
  F6_E2M3: [6],
  F6_E3M2: [6],
  U8: [8, "Uint8Array"],
  I8: [8, "Int8Array"],
  F8_E5M2: [8],
  F8_E4M3: [8],
  F8_E8M0: [8],
  F8_E4M3FNUZ: [8],
  F8_E5M2FNUZ: [8],
  I16: [16, "Int16Array"],
  U16: [16, "Uint16Array"],
  F16: [16],
  BF16: [16],
  I32: [32, "Int32Array"],
  U32: [32, "Uint32Array"],
  F32: [32, "Float32Array"],
  C64: [64],
  F64: [64, "Float64Array"],
  I64: [64, "BigInt64Array"],
  U64: [64, "BigUint64Array"],
};

/** Bits of an element; undefined for a type that is not known. */
export const bitsOf = (dtype: string): number | undefined =>
  Object.hasOwn(DTYPES, dtype) ? DTYPES[dtype][0] : undefined;

/** The type under which an array is saved, and its place among those of a file; undefined for what is no such array. */
export function dtypeOf(array: unknown): { dtype: string; rank: number } | undefined {
  const kind = kindOf(array);
  // the last: U8 for bytes
  const rank =
    kind === undefined
      ? -1
      : Object.values(DTYPES)
          .map(([, name]) => name)
          .lastIndexOf(kind);
  return rank < 0 ? undefined : { dtype: Object.keys(DTYPES)[rank], rank };
}

/** A float of a sign, `exponent` and `mantissa` bits, in which nothing is infinite or NaN. */
function finite(bits: number, exponent: number, mantissa: number, bias: number): number {
  const power = (bits >>> mantissa) & (2 ** exponent - 1);
  const fraction = bits & (2 ** mantissa - 1);
  const size = power
    ? (2 ** mantissa + fraction) * 2 ** (power - bias - mantissa)
    : fraction * 2 ** (1 - bias - mantissa);
  return bits >>> (exponent + mantissa) ? -size : size;
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  if ((bits & 0x7c00) !== 0x7c00) return finite(bits, 5, 10, 15);
  if (bits & 0x3ff) return Number.NaN;
  return bits & 0x8000 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Floats that fit into a float32: those of 8 bits by arXiv 2209.05433, with FNUZ by arXiv 2206.02915, E8M0 by OCP's MX. */
const FLOATS: Readonly<Record<string, (bits: number) => number>> = {
  F16: half,
  F8_E5M2: (bits) => half(bits << 8),
  F8_E4M3: (bits) => ((bits & 127) === 127 ? Number.NaN : finite(bits, 4, 3, 7)),
  F8_E8M0: (bits) => (bits === 255 ? Number.NaN : 2 ** (bits - 127)),
  F8_E4M3FNUZ: (bits) => (bits === 128 ? Number.NaN : finite(bits, 4, 3, 8)),
  F8_E5M2FNUZ: (bits) => (bits === 128 ? Number.NaN : finite(bits, 5, 2, 16)),
};

/** Elements in the array that fits; the bytes where none does. */
export function stored(bytes: Uint8Array<ArrayBuffer>, dtype: string): Elements {
  const { buffer } = bytes;
  const kind = bitsOf(dtype) === undefined ? undefined : DTYPES[dtype][1];
  if (kind) return new (globalThis as unknown as Record<string, new (from: ArrayBuffer) => Elements>)[kind](buffer);
  if (dtype === "BF16") {
    return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
  }
  if (!Object.hasOwn(FLOATS, dtype)) return bytes;
  return Float32Array.from(dtype === "F16" ? new Uint16Array(buffer) : bytes, FLOATS[dtype]);
}

/** Elements as the nearest float32; undefined for a type that has none. */
export function converted(bytes: Uint8Array<ArrayBuffer>, dtype: string): Float32Array | undefined {
  if (dtype === "I64" || dtype === "U64") return nearest(new Uint32Array(bytes.buffer), dtype === "I64");
  const elements = stored(bytes, dtype);
  if (elements === bytes && dtype !== "U8" && dtype !== "BOOL") return undefined;
  return elements instanceof Float32Array ? elements : Float32Array.from(elements as Float64Array);
}

/** Integers of 64 bits. Their last 11 are gathered in one, or the sum would be rounded twice: to float64, then to float32. */
function nearest(words: Uint32Array, signed: boolean): Float32Array {
  return Float32Array.from({ length: words.length / 2 }, (_, i) => {
    const high = signed ? words[2 * i + 1] | 0 : words[2 * i + 1];
    const low = words[2 * i];
    const large = high >= 2 ** 21 || high < -(2 ** 21);
    return 2 ** 32 * high + (large ? ((low & ~2047) | (low & 2047 ? 2048 : 0)) >>> 0 : low);
  });
}
