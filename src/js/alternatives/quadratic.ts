import type { Views } from "../memory.js";

/** sum f; f(z) = c0 + z (c1 + z c2), z = x beta */
function sumOf(F: Float32Array, x: number, n: number, beta: number, c0: number, c1: number, c2: number): number {
  const s = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const z = F[x + i] * beta;
    s[i & 3] += c0 + z * (c1 + z * c2);
  }
  return s[0] + s[2] + (s[1] + s[3]);
}

/** sum dy f */
function dot(
  F: Float32Array, x: number, dy: number, n: number, beta: number, c0: number, c1: number, c2: number,
): number {
  const s = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const z = F[x + i] * beta;
    s[i & 3] += F[dy + i] * (c0 + z * (c1 + z * c2));
  }
  return s[0] + s[2] + (s[1] + s[3]);
}

export function quadraticSoftmax(
  m: Views, y: number, x: number, rows: number, cols: number, ldy: number, ldx: number, beta: number, c0: number,
  c1: number, c2: number,
): void {
  const F = m.f32;
  for (let r = 0, to = y >>> 2, from = x >>> 2; r < rows; r++, to += ldy, from += ldx) {
    const total = sumOf(F, from, cols, beta, c0, c1, c2);
    const k = 1 / total + (total - total); // NaN for Infinity
    for (let i = 0; i < cols; i++) {
      const z = F[from + i] * beta;
      F[to + i] = (c0 + z * (c1 + z * c2)) * k;
    }
  }
}

export function quadraticSoftmaxBackward(
  m: Views, dx: number, dy: number, x: number, rows: number, cols: number, lddx: number, lddy: number, ldx: number,
  beta: number, c0: number, c1: number, c2: number,
): void {
  const F = m.f32;
  const twice = 2 * c2;
  for (let r = 0; r < rows; r++) {
    const to = (dx >>> 2) + r * lddx;
    const d = (dy >>> 2) + r * lddy;
    const from = (x >>> 2) + r * ldx;
    const total = sumOf(F, from, cols, beta, c0, c1, c2);
    const k = beta / total;
    const mean = dot(F, from, d, cols, beta, c0, c1, c2) / total;
    for (let i = 0; i < cols; i++) F[to + i] = (F[d + i] - mean) * (c1 + F[from + i] * beta * twice) * k;
  }
}
