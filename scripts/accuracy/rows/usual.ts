// The usual way in float32: x / temperature and x - max, exp and log rounded to float32, sums in float32 from the first
// column to the last.
import type { Results, Solved } from "./functions.js";

const f = Math.fround;

/** The functions of a block; the gradient of cross-entropy is p, less 1 at the target. */
export function usualResults(block: Solved): Results<Float32Array> {
  const { x, targets, rows, cols, temperature } = block;
  const forward = forwardOf(
    x.map((v) => v / temperature),
    rows,
    cols,
  );
  const { softmax, logSoftmax } = temperature === 1 ? forward : forwardOf(x, rows, cols);
  const loss = new Float32Array(rows);
  const gradient = softmax.slice();
  for (let r = 0; r < rows; r++) {
    const t = r * cols + targets[r];
    loss[r] = -logSoftmax[t];
    gradient[t] -= 1;
  }
  return { ...forward, ...backwardOf(block), "crossEntropy, loss": loss, "crossEntropy, gradient": gradient };
}

function forwardOf(z: Float32Array, rows: number, cols: number) {
  const [softmax, logSoftmax, logSumExp] = [z.length, z.length, rows].map((n) => new Float32Array(n));
  for (let r = 0, at = 0; r < rows; r++, at += cols) {
    const m = z.subarray(at, at + cols).reduce((a, b) => Math.max(a, b));
    let sum = 0;
    for (let i = at; i < at + cols; i++) {
      softmax[i] = Math.exp(f(z[i] - m));
      sum = f(sum + softmax[i]);
    }
    const L = f(Math.log(sum));
    for (let i = at; i < at + cols; i++) {
      softmax[i] /= sum;
      logSoftmax[i] = f(z[i] - m) - L;
    }
    logSumExp[r] = m + L;
  }
  return { softmax, logSoftmax, logSumExp };
}

function backwardOf({ dy, rows, cols, y, log, temperature }: Solved) {
  const [softmaxBackward, logSoftmaxBackward] = [new Float32Array(dy.length), new Float32Array(dy.length)];
  for (let r = 0, at = 0; r < rows; r++, at += cols) {
    let [dot, total] = [0, 0];
    for (let i = at; i < at + cols; i++) {
      dot = f(dot + f(dy[i] * y[i]));
      total = f(total + dy[i]);
    }
    for (let i = at; i < at + cols; i++) {
      softmaxBackward[i] = f(y[i] * f(dy[i] - dot)) / temperature;
      logSoftmaxBackward[i] = f(dy[i] - f(f(Math.exp(log[i])) * total)) / temperature;
    }
  }
  return { softmaxBackward, logSoftmaxBackward };
}
