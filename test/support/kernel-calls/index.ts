// A drawn call of every kernel: sizes, leading dimensions, alignments, what is aliased, and any bits as values. One row a
// kernel, which places its arguments in the image and returns them.
import { gemmTNScratch, type KernelName, packedSize } from "../../../src/contract.js";
import type { Image } from "../image.js";
import type { Draw } from "../property.js";
import { ALTERNATIVE_CALLS } from "./alternatives.js";
import { Arguments, type Call } from "./arguments.js";
import { LAYER_CALLS } from "./layers.js";
import { LOSS_CALLS } from "./losses.js";
import { LSTM_CALLS } from "./lstm.js";
import { MATH_CALLS } from "./math.js";

const forward = (a: Arguments, [rows, cols] = a.shape()): number[] => {
  const x = a.rows(rows, cols);
  const y = a.outRows(rows, cols, x);
  return [y.at, x.at, rows, cols, y.ld, x.ld, a.draw.factor(), a.rowScratch()];
};

const backward: Call = (a) => {
  const [rows, cols] = a.shape();
  const [dy, y] = [a.rows(rows, cols), a.rows(rows, cols)];
  const dx = a.outRows(rows, cols, dy, y);
  return [dx.at, dy.at, y.at, rows, cols, dx.ld, dy.ld, y.ld, a.draw.factor(), a.rowScratch()];
};

/** What both kernels of cross-entropy take: where the losses and gradients go, weights and dloss. */
function crossEntropy(a: Arguments, rows: number, cols: number) {
  const logits = a.rows(rows, cols);
  const dlogits = a.draw.size(3) ? a.outRows(rows, cols, logits) : { at: 0, ld: 0 };
  const outputs = [a.optional(a.out(rows)), dlogits.at];
  return { outputs, logits, inputs: [a.optional(a.floats(cols)), a.optional(a.floats(rows))], lddlogits: dlogits.ld };
}

/** Smoothing, the weight of the square, the scale, a sum to start from, scratch. */
const terms = (a: Arguments): number[] => [
  a.draw.pick([0, 0.1, 0.7, 1]),
  a.draw.pick([0, 1e-3]),
  a.draw.factor(),
  a.draw.pick([0, 1.5]),
  a.rowScratch(),
];

const packing =
  (transposed: boolean): Call =>
  (a) => {
    const [K, N] = [a.draw.size(40), a.draw.size(70)];
    const b = transposed ? a.rows(N, K) : a.rows(K, N);
    return [a.out(packedSize(K, N)), b.at, K, N, b.ld];
  };

export const CALLS: Record<KernelName, Call> = {
  probeMadd: (a) => [a, a, a].map(({ draw }) => Math.fround(draw.number())),
  softmax: (a) => forward(a),
  softmaxColumns: (a) => forward(a, [a.draw.size(31), a.draw.size(40)]),
  softmaxBackward: (a) => backward(a).slice(0, -1),
  logSoftmax: (a) => forward(a),
  logSoftmaxBackward: backward,
  logSumExp: (a) => {
    const [rows, cols] = a.shape();
    const x = a.rows(rows, cols);
    return [a.out(rows), x.at, rows, cols, x.ld, a.draw.factor(), a.rowScratch()];
  },
  logSumExpBackward: (a) => {
    const [rows, cols] = a.shape();
    const [x, dlse] = [a.rows(rows, cols), a.floats(rows)];
    const dx = a.outRows(rows, cols, x);
    return [dx.at, dlse, x.at, rows, cols, dx.ld, x.ld, a.draw.factor(), a.rowScratch()];
  },
  transpose: (a) => {
    const [rows, cols] = [a.draw.size(70), a.draw.size(70)];
    const [x, ldy] = [a.rows(rows, cols), rows + a.draw.size(4)];
    return [a.out(cols * ldy), x.at, rows, cols, ldy, x.ld];
  },
  addMask: (a) => {
    const [n, cols] = [a.draw.size(5), a.draw.size(70)];
    const [x, mask] = [a.floats(n * cols), a.floats(cols)];
    return [a.out(n * cols, x), x, mask, n, cols, a.draw.number(), a.draw.pick([-1, 1]) * Number.POSITIVE_INFINITY];
  },
  crossEntropy: (a) => {
    const [rows, n] = a.shape();
    const cols = n + 1;
    const { outputs, logits, inputs, lddlogits } = crossEntropy(a, rows, cols);
    const flags = [a.draw.pick([-100, 0, cols - 1]), ...terms(a)];
    return [...outputs, logits.at, a.ints(rows, cols), ...inputs, rows, cols, lddlogits, logits.ld, ...flags];
  },
  crossEntropyProbabilities: (a) => {
    const [rows, n] = a.shape();
    const cols = n + 1;
    const { outputs, logits, inputs, lddlogits } = crossEntropy(a, rows, cols);
    const targets = a.rows(rows, cols);
    const lds = [lddlogits, logits.ld, targets.ld];
    return [...outputs, logits.at, targets.at, ...inputs, rows, cols, ...lds, ...terms(a)];
  },
  pack: packing(false),
  packTransposed: packing(true),
  gemm: (a) => {
    const [M, N, K] = [a.draw.size(7), a.draw.size(70), a.draw.size(100)];
    const [x, one] = [a.rows(M, K), a.draw.flag()];
    const cin = a.rows(one ? 1 : M, N);
    const c = one ? a.outRows(M, N) : a.outRows(M, N, cin);
    const p = a.floats(packedSize(K, N));
    return [c.at, cin.at, x.at, p, M, N, K, c.ld, one ? 0 : cin.ld, x.ld, 16 * K, a.scratch(32)];
  },
  gemv: (a) => {
    const [N, K] = [a.draw.size(70), a.draw.size(100)];
    const cin = a.floats(N);
    return [a.out(N, cin), cin, a.floats(K), a.floats(packedSize(K, N)), N, K, 16 * K, a.scratch(32)];
  },
  gemmTN: (a) => {
    const [M, N, R, chunk] = [a.draw.size(40), a.draw.size(70), a.draw.size(50), a.draw.size(60, 1)];
    const [c, x, y] = [a.rows(M, N), a.rows(R, M), a.rows(R, N)];
    return [c.at, x.at, y.at, M, N, R, c.ld, x.ld, y.ld, chunk, a.scratch(gemmTNScratch(M, N, R, chunk))];
  },
  columnSums: (a) => {
    const [rows, cols] = [a.draw.size(20), a.draw.size(70)];
    const x = a.rows(rows, cols);
    return [a.floats(cols), x.at, rows, cols, x.ld];
  },
  ...MATH_CALLS,
  ...LOSS_CALLS,
  ...ALTERNATIVE_CALLS,
  ...LAYER_CALLS,
  ...LSTM_CALLS,
  embedding: (a) => {
    const [n, dim, rows] = [a.draw.size(9), a.draw.size(40), a.draw.size(9, 1)];
    return [a.out(n * dim), a.floats(rows * dim), a.ints(n, rows), n, dim];
  },
  embeddingBackward: (a) => {
    const [n, dim, rows] = [a.draw.size(9), a.draw.size(40), a.draw.size(9, 1)];
    return [a.floats(rows * dim), a.floats(n * dim), a.ints(n, rows), n, dim, a.draw.size(rows) - 1];
  },
  sumSquares: (a) => {
    const n = a.draw.size(300);
    return [a.floats(n), n];
  },
  sgd: (a) => {
    const n = a.draw.size(300);
    const arrays = [n, n, n].map((size) => a.floats(size));
    const alpha = a.draw.pick([1, 0.5, a.draw.number()]);
    return [...arrays, n, a.draw.number(), a.draw.number(), alpha, a.draw.size(1), a.draw.number()];
  },
  adam: (a) => {
    const n = a.draw.size(300);
    const arrays = [n, n, n, n].map((size) => a.floats(size));
    return [...arrays, a.optional(a.floats(n)), n, ...Array.from({ length: 9 }, () => a.draw.number())];
  },
  rmsprop: (a) => {
    const n = a.draw.size(300);
    const arrays = [n, n, n].map((size) => a.floats(size));
    const more = [0, 1].map(() => a.optional(a.floats(n)));
    return [...arrays, ...more, n, ...Array.from({ length: 7 }, () => a.draw.number())];
  },
};

/** A drawn call of a kernel, and the image that it is made on. */
export function drawCall(kernel: KernelName, draw: Draw): { image: Image; args: number[] } {
  const a = new Arguments(draw);
  return { args: CALLS[kernel](a), image: a.image };
}
