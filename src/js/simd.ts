// What every kernel of the fallback is made of. + - x / and sqrt in float64, rounded once by Math.fround, are the float32
// operations.
import type { Views } from "./memory.js";

export const fround = Math.fround;

/** a * b + c, rounded twice. */
export function madd(a: number, b: number, c: number): number {
  return fround(fround(a * b) + c);
}

export function probeMadd(_m: Views, a: number, b: number, c: number): number {
  return madd(a, b, c);
}

/** 2^(i - 127); entry 0 is 0, which flushes. Reading a table is faster than building the bits. */
export const POWER = new Float64Array(256);
for (let i = 1, p = 2 ** -126; i < 256; i++, p *= 2) POWER[i] = p;

/** 2^(i - 1023) in float64. */
export const POWER_F64 = new Float64Array(2047);
for (let i = 1, p = 2.2250738585072014e-308; i < 2047; i++, p *= 2) POWER_F64[i] = p;

const float = new Float32Array(1);
const int = new Int32Array(float.buffer);

export function bitsOf(x: number): number {
  float[0] = x;
  return int[0];
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** The high word of a float64. */
export function highOf(x: number): number {
  double[0] = x;
  return words[1];
}
