// The functions of rows on a block: the truth in float64, the numbers in whose ULP errors are counted, and what a backend
// returns.
import type { Softcell } from "../../../src/index.js";
import * as softcell from "../../../src/index.js";
import * as oracle from "../../../test/support/oracle/kernels.js";
import type { Block } from "./cases.js";

/** Each function and the kernel that has its bound. */
export const FUNCTIONS = {
  softmax: "softmax",
  softmaxBackward: "softmaxBackward",
  logSoftmax: "logSoftmax",
  logSoftmaxBackward: "logSoftmaxBackward",
  logSumExp: "logSumExp",
  "crossEntropy, loss": "crossEntropy",
  "crossEntropy, gradient": "crossEntropy",
};

export type Name = keyof typeof FUNCTIONS;
export type Results<T> = Record<Name, T>;

export const NAMES = Object.keys(FUNCTIONS) as Name[];

/** Below 2^-126 these may be 0. */
export const FLUSHED: Name[] = ["softmax", "crossEntropy, gradient"];

export interface Solved extends Block {
  want: Results<Float64Array>;
  unit: Results<Float64Array>;
  /** The results that the gradients take, rounded to float32. */
  y: Float32Array;
  log: Float32Array;
}

export function solve(block: Block): Solved {
  const { x, dy, targets, rows, cols, temperature } = block;
  const beta = 1 / temperature;
  const softmax = oracle.softmax(x, rows, cols, beta);
  const logSoftmax = oracle.logSoftmax(x, rows, cols, beta);
  const logSumExp = oracle.logSumExp(x, rows, cols, beta);
  const [y, log] = [Float32Array.from(softmax), Float32Array.from(logSoftmax)];
  const { loss, dlogits } = oracle.crossEntropy(x, targets, rows, cols, { reduction: "none" });
  const ofSoftmax = softmaxBackward(dy, y, cols, beta);
  const ofLogSoftmax = logSoftmaxBackward(dy, log, cols, beta);
  const forward = { softmax, logSoftmax, "crossEntropy, loss": loss, "crossEntropy, gradient": dlogits };
  const top = (r: number) => beta * x.subarray(r * cols, (r + 1) * cols).reduce((a, b) => Math.max(a, b));
  return {
    ...block,
    y,
    log,
    want: { ...forward, logSumExp, softmaxBackward: ofSoftmax.dx, logSoftmaxBackward: ofLogSoftmax.dx },
    unit: {
      ...forward,
      logSumExp: cols < 32 ? logSumExp : logSumExp.map((v, r) => Math.max(Math.abs(v), Math.abs(top(r)))),
      softmaxBackward: ofSoftmax.term,
      logSoftmaxBackward: ofLogSoftmax.term,
    },
  };
}

/** beta y (dy - sum(dy y) / sum(y)), and the largest of it and of what it is the difference of. */
function softmaxBackward(dy: Float32Array, y: Float32Array, cols: number, beta: number) {
  const [dx, term] = [new Float64Array(dy.length), new Float64Array(dy.length)];
  for (let at = 0; at < dy.length; at += cols) {
    let [sum, total, size] = [0, 0, 0];
    for (let i = at; i < at + cols; i++) {
      total += y[i];
      sum += dy[i] * y[i];
      size += Math.abs(dy[i] * y[i]);
    }
    for (let i = at; i < at + cols; i++) {
      dx[i] = beta * y[i] * (dy[i] - sum / total);
      term[i] = Math.max(Math.abs(dx[i]), beta * y[i] * Math.abs(dy[i]), (beta * y[i] * size) / total);
    }
  }
  return { dx, term };
}

/** beta (dy - exp(y) sum(dy)), and the largest of it and of what it is the difference of. */
function logSoftmaxBackward(dy: Float32Array, y: Float32Array, cols: number, beta: number) {
  const [dx, term] = [new Float64Array(dy.length), new Float64Array(dy.length)];
  for (let at = 0; at < dy.length; at += cols) {
    let [sum, size] = [0, 0];
    for (let i = at; i < at + cols; i++) {
      sum += dy[i];
      size += Math.abs(dy[i]);
    }
    for (let i = at; i < at + cols; i++) {
      const p = Math.exp(y[i]);
      dx[i] = beta * (dy[i] - p * sum);
      term[i] = Math.max(Math.abs(dx[i]), beta * Math.abs(dy[i]), beta * p * size);
    }
  }
  return { dx, term };
}

export function resultsOf(sc: Softcell, block: Solved): Results<Float32Array> {
  const { x, dy, targets, cols, temperature, y, log } = block;
  const { loss, dlogits } = softcell.crossEntropy(sc, x, targets, { classes: cols, reduction: "none" });
  return {
    softmax: softcell.softmax(sc, x, { cols, temperature }),
    softmaxBackward: softcell.softmaxBackward(sc, dy, { y, cols, temperature }),
    logSoftmax: softcell.logSoftmax(sc, x, { cols, temperature }),
    logSoftmaxBackward: softcell.logSoftmaxBackward(sc, dy, { y: log, cols, temperature }),
    logSumExp: softcell.logSumExp(sc, x, { cols, temperature }),
    "crossEntropy, loss": loss,
    "crossEntropy, gradient": dlogits,
  };
}
