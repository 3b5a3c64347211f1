// Softmax three ways: in float64, and in float32 as it is often written. `beta` is 1 / temperature in float32, which is
// the number that all of them are given.
const round = Math.fround;

export function inFloat64(x: Float32Array, beta: number): number[] {
  const z = [...x].map((value) => value * beta);
  const max = Math.max(...z);
  const e = z.map((value) => Math.exp(value - max));
  const sum = e.reduce((a, b) => a + b);
  return e.map((value) => value / sum);
}

/** exp(z) / sum, each operation rounded to float32. */
export function naive(x: Float32Array, beta: number): number[] {
  return shares([...x].map((value) => round(Math.exp(round(value * beta)))));
}

/** exp(z - max) / sum, each operation rounded to float32. */
export function safe(x: Float32Array, beta: number): number[] {
  const z = [...x].map((value) => round(value * beta));
  const max = Math.max(...z);
  return shares(z.map((value) => round(Math.exp(round(value - max)))));
}

function shares(e: readonly number[]): number[] {
  const sum = e.reduce((a, b) => round(a + b));
  return e.map((value) => round(value / sum));
}

/** Below it float32 has fewer digits, and an error says nothing about a method. */
const SMALLEST_NORMAL = 2 ** -126;

/** |got / want - 1|; NaN and Infinity are as wrong as 0 is, 1. Undefined for what float32 cannot hold. */
export function relativeError(got: number, want: number): number | undefined {
  if (want < SMALLEST_NORMAL) return undefined;
  return Number.isFinite(got) ? Math.min(1, Math.abs(got / want - 1)) : 1;
}
