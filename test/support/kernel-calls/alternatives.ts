// A drawn call of every kernel of the alternatives to softmax.
import type { AlternativeKernels } from "../../../src/contract.js";
import type { Call } from "./arguments.js";

/** y, x, their sizes, and so many factors. */
const forward =
  (factors: number): Call =>
  (a) => {
    const [rows, cols] = a.shape();
    const x = a.rows(rows, cols);
    const y = a.outRows(rows, cols, x);
    return [y.at, x.at, rows, cols, y.ld, x.ld, ...Array.from({ length: factors }, () => a.draw.factor())];
  };

const backward =
  (factors: number): Call =>
  (a) => {
    const [rows, cols] = a.shape();
    const [dy, x] = [a.rows(rows, cols), a.rows(rows, cols)];
    const dx = a.outRows(rows, cols, dy, x);
    const sizes = [rows, cols, dx.ld, dy.ld, x.ld];
    return [dx.at, dy.at, x.at, ...sizes, ...Array.from({ length: factors }, () => a.draw.factor())];
  };

export const ALTERNATIVE_CALLS: Record<keyof AlternativeKernels, Call> = {
  standardNormalize: forward(1),
  standardNormalizeBackward: backward(1),
  quadraticSoftmax: forward(4),
  quadraticSoftmaxBackward: backward(4),
  sparsemax: forward(1),
  sparsemaxBackward: backward(1),
  argmax: (a) => {
    const [rows, n] = a.shape();
    const x = a.rows(rows, n + 1);
    return [a.out(rows), x.at, rows, n + 1, x.ld];
  },
  addGumbel: (a) => {
    const n = a.draw.size(300);
    const [x, random] = [a.floats(n), a.draw.random()];
    // inside 0..1
    const u = a.image.put(random.floats(n, 2 ** -24, 1 - 2 ** -24));
    return [a.out(n, x), x, u, n];
  },
  expWeights: (a) => {
    const n = a.draw.size(300);
    const x = a.draw.values(n);
    const most = x.reduce((m, v) => (v > m ? v : m), Number.NEGATIVE_INFINITY);
    return [a.image.place(2 * n), a.image.put(x), n, most, a.draw.pick([1, 0.7, 1e-3, 1e30])];
  },
};
