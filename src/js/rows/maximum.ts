// Rows of the twin are given by indices into the float32 view. Four elements side by side hide the latency of one.

export function maximum(F: Float32Array, x: number, n: number): number {
  let a = Number.NEGATIVE_INFINITY;
  let b = a;
  let c = a;
  let d = a;
  const end = x + n;
  for (const quads = x + (n & ~3); x < quads; x += 4) {
    if (F[x] > a) a = F[x];
    if (F[x + 1] > b) b = F[x + 1];
    if (F[x + 2] > c) c = F[x + 2];
    if (F[x + 3] > d) d = F[x + 3];
  }
  for (; x < end; x++) if (F[x] > a) a = F[x];
  return Math.max(a, b, c, d);
}

/** Index in the row of the first entry with the largest beta x, n > 0; 0 where all are NaN. */
export function topOf(F: Float32Array, x: number, n: number, beta: number): number {
  let best = 0;
  if (beta < 0) {
    for (let i = 0, m = Number.POSITIVE_INFINITY; i < n; i++) {
      if (F[x + i] < m) {
        m = F[x + i];
        best = i;
      }
    }
    return best;
  }
  const m = maximum(F, x, n);
  for (let i = 0; i < n; i++) if (F[x + i] === m) return i;
  return 0;
}

/** The x whose beta x is largest. */
export function topValue(F: Float32Array, x: number, n: number, beta: number): number {
  return beta < 0 && n ? F[x + topOf(F, x, n, beta)] : maximum(F, x, n);
}
