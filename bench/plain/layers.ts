// Plain JavaScript, as a user would write it: float64 arithmetic on Float32Array, simple loops.

const EPS = 1e-5;

/** y, x [rows][cols]; weight, bias [cols] */
export function layerNorm(
  y: Float32Array,
  x: Float32Array,
  weight: Float32Array,
  bias: Float32Array,
  rows: number,
  cols: number,
): void {
  for (let start = 0; start < rows * cols; start += cols) {
    const [mean, scale] = moments(x, start, cols, EPS);
    for (let i = 0; i < cols; i++) y[start + i] = (x[start + i] - mean) * scale * weight[i] + bias[i];
  }
}

/** dx, dy, x [rows][cols]; adds to dweight, dbias [cols]. */
export function layerNormBackward(
  dx: Float32Array,
  dweight: Float32Array,
  dbias: Float32Array,
  dy: Float32Array,
  x: Float32Array,
  weight: Float32Array,
  rows: number,
  cols: number,
): void {
  for (let start = 0; start < rows * cols; start += cols) {
    const [mean, scale] = moments(x, start, cols, EPS);
    let sum = 0;
    let dot = 0;
    for (let i = 0; i < cols; i++) {
      const normal = (x[start + i] - mean) * scale;
      dweight[i] += dy[start + i] * normal;
      dbias[i] += dy[start + i];
      sum += dy[start + i] * weight[i];
      dot += dy[start + i] * weight[i] * normal;
    }
    for (let i = 0; i < cols; i++) {
      const normal = (x[start + i] - mean) * scale;
      dx[start + i] = (dy[start + i] * weight[i] - (sum + normal * dot) / cols) * scale;
    }
  }
}

/** The mean of a row and 1 over its deviation. */
export function moments(x: Float32Array, start: number, cols: number, eps: number): [mean: number, scale: number] {
  let sum = 0;
  for (let i = start; i < start + cols; i++) sum += x[i];
  const mean = sum / cols;
  let squares = 0;
  for (let i = start; i < start + cols; i++) squares += (x[i] - mean) * (x[i] - mean);
  return [mean, 1 / Math.sqrt(squares / cols + eps)];
}

/** Drops where the mask of the library does, which is a hash of key and index: some Math.random() of a user's. */
export function dropout(y: Float32Array, x: Float32Array, key: number, p: number): void {
  const scale = 1 / (1 - p);
  for (let i = 0; i < x.length; i++) y[i] = hash(key + Math.imul(i, 0x9e3779b9)) >= p * 2 ** 32 ? x[i] * scale : 0;
}

function hash(x: number): number {
  let z = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

/** y [ids][dim], weight [..][dim] */
export function embedding(y: Float32Array, ids: Int32Array, weight: Float32Array, dim: number): void {
  for (let r = 0; r < ids.length; r++) {
    for (let i = 0; i < dim; i++) y[r * dim + i] = weight[ids[r] * dim + i];
  }
}

/** Adds dy [ids][dim] to dweight [..][dim]. */
export function embeddingBackward(dweight: Float32Array, ids: Int32Array, dy: Float32Array, dim: number): void {
  for (let r = 0; r < ids.length; r++) {
    for (let i = 0; i < dim; i++) dweight[ids[r] * dim + i] += dy[r * dim + i];
  }
}
