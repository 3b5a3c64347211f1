import { exp64 } from "./scalar.js";

/** Where row r of an array at index x begins. */
export function rowAt(x: number, r: number, cols: number, inner: number): number {
  return x + Math.floor(r / inner) * cols * inner + (r % inner);
}

export function weightOf(F: Float32Array, weight: number, c: number): number {
  return weight ? F[(weight >>> 2) + c] : 1;
}

export function factorOf(F: Float32Array, scale: number, dloss: number, r: number): number {
  return dloss ? scale * F[(dloss >>> 2) + r] : scale;
}

export function clearRow(F: Float32Array, row: number, cols: number, inner: number): void {
  if (inner === 1) F.fill(0, row, row + cols);
  else for (let c = 0; c < cols; c++) F[row + c * inner] = 0;
}

/** The first of the largest entries; a NaN is passed over. */
export function topOf(F: Float32Array, row: number, cols: number, inner: number): number {
  let top = 0;
  let m = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < cols; c++) {
    const v = F[row + c * inner];
    if (v > m) {
      m = v;
      top = c;
    }
  }
  return top;
}

/** The sum of exp(x - m) without the entry m at `top`. */
export function othersOf(F: Float32Array, row: number, cols: number, inner: number, top: number): number {
  const m = F[row + top * inner];
  let sum = m - m;
  for (let c = 0; c < cols; c++) if (c !== top) sum += exp64(F[row + c * inner] - m);
  return sum;
}
