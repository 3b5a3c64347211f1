// The usual way in float32: x - max, exp and log rounded to float32, sums in float32 from the first column to the last.
import type { Results, Solved } from "./functions.js";

const f = Math.fround;

/** The functions of a block; the gradient of cross-entropy is p, less 1 at the target. */
export function usualResults({ x, dy, targets, rows, cols, y, log }: Solved): Results<Float32Array> {
  const [softmax, logSoftmax] = [new Float32Array(x.length), new Float32Array(x.length)];
  const [softmaxBackward, logSoftmaxBackward] = [new Float32Array(x.length), new Float32Array(x.length)];
  const [logSumExp, loss] = [new Float32Array(rows), new Float32Array(rows)];
  for (let r = 0, at = 0; r < rows; r++, at += cols) {
    let m = x[at];
    for (let i = at; i < at + cols; i++) m = Math.max(m, x[i]);
    let [sum, dot, total] = [0, 0, 0];
    for (let i = at; i < at + cols; i++) {
      softmax[i] = Math.exp(f(x[i] - m));
      sum = f(sum + softmax[i]);
      dot = f(dot + f(dy[i] * y[i]));
      total = f(total + dy[i]);
    }
    const L = f(Math.log(sum));
    for (let i = at; i < at + cols; i++) {
      softmax[i] /= sum;
      logSoftmax[i] = f(x[i] - m) - L;
      softmaxBackward[i] = y[i] * f(dy[i] - dot);
      logSoftmaxBackward[i] = dy[i] - f(f(Math.exp(log[i])) * total);
    }
    logSumExp[r] = m + L;
    loss[r] = -logSoftmax[at + targets[r]];
  }
  const gradient = softmax.slice();
  for (let r = 0; r < rows; r++) gradient[r * cols + targets[r]] -= 1;
  const forward = { softmax, logSoftmax, logSumExp, "crossEntropy, loss": loss, "crossEntropy, gradient": gradient };
  return { ...forward, softmaxBackward, logSoftmaxBackward };
}
