// Plain JavaScript, as a user would write it: Math functions, float64 arithmetic on Float32Array, simple loops along
// rows. What draws takes the numbers of the library, so that the results can be compared.
import { Random } from "../../src/random.js";
import { moments } from "./layers.js";
import { softmax } from "./softmax.js";

type Rows = (y: Float32Array, x: Float32Array, rows: number, cols: number) => void;
/** dx, dy, v [rows][cols] */
type RowsBackward = (dx: Float32Array, dy: Float32Array, v: Float32Array, rows: number, cols: number) => void;

export const standardNormalize: Rows = (y, x, rows, cols) => {
  for (let start = 0; start < rows * cols; start += cols) {
    const [mean, scale] = moments(x, start, cols, 0);
    for (let i = start; i < start + cols; i++) y[i] = (x[i] - mean) * scale;
  }
};

export const standardNormalizeBackward: RowsBackward = (dx, dy, x, rows, cols) => {
  for (let start = 0; start < rows * cols; start += cols) {
    const [mean, scale] = moments(x, start, cols, 0);
    let sum = 0;
    let dot = 0;
    for (let i = start; i < start + cols; i++) {
      sum += dy[i];
      dot += dy[i] * (x[i] - mean) * scale;
    }
    for (let i = start; i < start + cols; i++) {
      dx[i] = (dy[i] - sum / cols - ((x[i] - mean) * scale * dot) / cols) * scale;
    }
  }
};

/** f(x) / sum f(x) */
function quotient(f: (x: number) => number): Rows {
  return (y, x, rows, cols) => {
    for (let start = 0; start < rows * cols; start += cols) {
      let sum = 0;
      for (let i = start; i < start + cols; i++) {
        const v = f(x[i]);
        y[i] = v;
        sum += v;
      }
      const scale = 1 / sum;
      for (let i = start; i < start + cols; i++) y[i] *= scale;
    }
  };
}

function quotientBackward(f: (x: number) => number, slope: (x: number) => number): RowsBackward {
  return (dx, dy, x, rows, cols) => {
    for (let start = 0; start < rows * cols; start += cols) {
      let sum = 0;
      let dot = 0;
      for (let i = start; i < start + cols; i++) {
        const v = f(x[i]);
        sum += v;
        dot += dy[i] * v;
      }
      const [mean, scale] = [dot / sum, 1 / sum];
      for (let i = start; i < start + cols; i++) dx[i] = (dy[i] - mean) * slope(x[i]) * scale;
    }
  };
}

const taylor = (x: number): number => 1 + x + 0.5 * x * x;
const square = (x: number): number => x * x;

export const taylorSoftmax = quotient(taylor);
export const taylorSoftmaxBackward = quotientBackward(taylor, (x) => 1 + x);
export const sphericalSoftmax = quotient(square);
export const sphericalSoftmaxBackward = quotientBackward(square, (x) => 2 * x);

/** By sorting, as in the paper (arXiv 1602.02068). */
export const sparsemax: Rows = (y, x, rows, cols) => {
  for (let start = 0; start < rows * cols; start += cols) {
    const sorted = x.slice(start, start + cols).sort();
    let sum = 0;
    let tau = 0;
    for (let k = 1; k <= cols; k++) {
      const v = sorted[cols - k];
      sum += v;
      if (1 + k * v <= sum) break;
      tau = (sum - 1) / k;
    }
    for (let i = start; i < start + cols; i++) y[i] = Math.max(x[i] - tau, 0);
  }
};

/** v: the result. */
export const sparsemaxBackward: RowsBackward = (dx, dy, y, rows, cols) => {
  for (let start = 0; start < rows * cols; start += cols) {
    let sum = 0;
    let support = 0;
    for (let i = start; i < start + cols; i++) {
      if (y[i] > 0) {
        sum += dy[i];
        support++;
      }
    }
    for (let i = start; i < start + cols; i++) dx[i] = y[i] > 0 ? dy[i] - sum / support : 0;
  }
};

export function gumbelSoftmax(y: Float32Array, x: Float32Array, rows: number, cols: number, seed: number): void {
  const random = new Random(seed);
  for (let i = 0; i < x.length; i++) y[i] = x[i] - Math.log(-Math.log(random.inside()));
  softmax(y, y, rows, cols);
}

export function argmax(x: Float32Array, rows: number, cols: number): Int32Array {
  const index = new Int32Array(rows);
  for (let r = 0; r < rows; r++) {
    let best = 0;
    for (let c = 1; c < cols; c++) if (x[r * cols + c] > x[r * cols + best]) best = c;
    index[r] = best;
  }
  return index;
}

/** The indices [rows][k], by sorting. */
export function topK(x: Float32Array, rows: number, cols: number, k: number): Int32Array {
  const indices = new Int32Array(rows * k);
  for (let r = 0; r < rows; r++) {
    const row = x.subarray(r * cols, (r + 1) * cols);
    const order = Array.from(row, (_, i) => i).sort((a, b) => row[b] - row[a]);
    indices.set(order.slice(0, k), r * k);
  }
  return indices;
}

export function sample(x: Float32Array, rows: number, cols: number, seed: number): Int32Array {
  const random = new Random(seed);
  const index = new Int32Array(rows);
  const weights = new Float64Array(cols);
  for (let r = 0; r < rows; r++) {
    let max = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < cols; c++) max = Math.max(max, x[r * cols + c]);
    let sum = 0;
    for (let c = 0; c < cols; c++) {
      weights[c] = Math.exp(x[r * cols + c] - max);
      sum += weights[c];
    }
    let left = random.double() * sum;
    let c = 0;
    while (c < cols - 1 && left >= weights[c]) left -= weights[c++];
    index[r] = c;
  }
  return index;
}
