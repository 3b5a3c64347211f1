// Plain JavaScript, as a user would write it: Math functions, float64 arithmetic on Float32Array, simple loops.

function maximum(x: Float32Array, start: number, end: number): number {
  let max = x[start];
  for (let i = start + 1; i < end; i++) if (x[i] > max) max = x[i];
  return max;
}

/** y, x [rows][cols] */
export function softmax(y: Float32Array, x: Float32Array, rows: number, cols: number): void {
  for (let r = 0; r < rows; r++) {
    const start = r * cols;
    const end = start + cols;
    const max = maximum(x, start, end);
    let sum = 0;
    for (let i = start; i < end; i++) {
      const e = Math.exp(x[i] - max);
      y[i] = e;
      sum += e;
    }
    const scale = 1 / sum;
    for (let i = start; i < end; i++) y[i] *= scale;
  }
}

function rowLogSumExp(x: Float32Array, start: number, end: number): number {
  const max = maximum(x, start, end);
  let sum = 0;
  for (let i = start; i < end; i++) sum += Math.exp(x[i] - max);
  return max + Math.log(sum);
}

/** lse [rows], x [rows][cols] */
export function logSumExp(lse: Float32Array, x: Float32Array, rows: number, cols: number): void {
  for (let r = 0; r < rows; r++) lse[r] = rowLogSumExp(x, r * cols, (r + 1) * cols);
}

/** y, x [rows][cols] */
export function logSoftmax(y: Float32Array, x: Float32Array, rows: number, cols: number): void {
  for (let r = 0; r < rows; r++) {
    const start = r * cols;
    const end = start + cols;
    const lse = rowLogSumExp(x, start, end);
    for (let i = start; i < end; i++) y[i] = x[i] - lse;
  }
}

/** The mean loss; dlogits, logits [rows][cols], targets [rows]. */
export function crossEntropy(
  dlogits: Float32Array,
  logits: Float32Array,
  targets: Int32Array,
  rows: number,
  cols: number,
): number {
  let loss = 0;
  for (let r = 0; r < rows; r++) {
    const start = r * cols;
    const end = start + cols;
    const target = start + targets[r];
    const max = maximum(logits, start, end);
    let sum = 0;
    for (let i = start; i < end; i++) {
      const e = Math.exp(logits[i] - max);
      dlogits[i] = e;
      sum += e;
    }
    loss += max + Math.log(sum) - logits[target];
    const scale = 1 / (sum * rows);
    for (let i = start; i < end; i++) dlogits[i] *= scale;
    dlogits[target] -= 1 / rows;
  }
  return loss / rows;
}

/** dx, dy, y [rows][cols] */
export function softmaxBackward(dx: Float32Array, dy: Float32Array, y: Float32Array, rows: number, cols: number): void {
  for (let start = 0; start < rows * cols; start += cols) {
    const end = start + cols;
    let sum = 0;
    for (let i = start; i < end; i++) sum += dy[i] * y[i];
    for (let i = start; i < end; i++) dx[i] = (dy[i] - sum) * y[i];
  }
}

/** dx, dy, y [rows][cols] */
export function logSoftmaxBackward(
  dx: Float32Array,
  dy: Float32Array,
  y: Float32Array,
  rows: number,
  cols: number,
): void {
  for (let start = 0; start < rows * cols; start += cols) {
    const end = start + cols;
    let sum = 0;
    for (let i = start; i < end; i++) sum += dy[i];
    for (let i = start; i < end; i++) dx[i] = dy[i] - Math.exp(y[i]) * sum;
  }
}

/** dlse [rows], dx, x [rows][cols] */
export function logSumExpBackward(
  dx: Float32Array,
  dlse: Float32Array,
  x: Float32Array,
  rows: number,
  cols: number,
): void {
  softmax(dx, x, rows, cols);
  for (let r = 0; r < rows; r++) for (let i = r * cols; i < (r + 1) * cols; i++) dx[i] *= dlse[r];
}
