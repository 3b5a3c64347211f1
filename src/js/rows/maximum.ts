// Rows of the fallback are given by indices into the float32 view. Four elements side by side hide the latency of one.

/** The first place in the row of what topOf() has returned; 0 where nothing is left but NaN. */
export let place = 0;

/** The x whose beta x is largest, never -0; infinite where nothing is left but NaN. Its place goes to `place`. */
export function topOf(F: Float32Array, x: number, n: number, beta: number): number {
  return (beta < 0 ? minimum(F, x, n) : maximum(F, x, n)) + 0;
}

function minimum(F: Float32Array, x: number, n: number): number {
  let m = Number.POSITIVE_INFINITY;
  place = 0;
  for (let i = 0; i < n; i++) {
    if (F[x + i] < m) {
      m = F[x + i];
      place = i;
    }
  }
  return m;
}

function maximum(F: Float32Array, x: number, n: number): number {
  let a = Number.NEGATIVE_INFINITY;
  let b = a;
  let c = a;
  let d = a;
  let atA = x;
  let atB = x;
  let atC = x;
  let atD = x;
  const start = x;
  const end = x + n;
  for (const quads = x + (n & ~3); x < quads; x += 4) {
    if (F[x] > a) {
      a = F[x];
      atA = x;
    }
    if (F[x + 1] > b) {
      b = F[x + 1];
      atB = x + 1;
    }
    if (F[x + 2] > c) {
      c = F[x + 2];
      atC = x + 2;
    }
    if (F[x + 3] > d) {
      d = F[x + 3];
      atD = x + 3;
    }
  }
  for (; x < end; x++) {
    if (F[x] > a) {
      a = F[x];
      atA = x;
    }
  }
  const m = Math.max(a, b, c, d);
  let at = end;
  if (a === m && atA < at) at = atA;
  if (b === m && atB < at) at = atB;
  if (c === m && atC < at) at = atC;
  if (d === m && atD < at) at = atD;
  place = at - start;
  return m;
}
