// Errors in units in the last place of float32.

const value = new Float64Array(1);
const words = new Uint32Array(value.buffer);

/** The distance between the float32 numbers around x: 2^-149 below 2^-126. */
export function ulp32(x: number): number {
  value[0] = x;
  const exponent = ((words[1] >>> 20) & 0x7ff) - 1023;
  return 2 ** (Math.max(exponent, -126) - 23);
}

/** |got - want| in ULP of want. NaN for NaN and the same infinity are 0, another class is Infinity. */
export function ulpError(got: number, want: number): number {
  const rounded = Math.fround(want);
  if (!Number.isFinite(rounded)) return Object.is(got, rounded) ? 0 : Number.POSITIVE_INFINITY;
  return Number.isFinite(got) ? Math.abs(got - want) / ulp32(want) : Number.POSITIVE_INFINITY;
}
