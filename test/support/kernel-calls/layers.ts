// A drawn call of every kernel of dropout and layer normalization.
import type { LayerKernels } from "../../../src/contract.js";
import type { Call } from "./arguments.js";

export const LAYER_CALLS: Record<keyof LayerKernels, Call> = {
  dropout: (a) => {
    const n = a.draw.size(300);
    const x = a.floats(n);
    const [key, drop] = [a.draw.random().bits(), a.draw.pick([0, 1, 2 ** 31, 2 ** 32 - 1])];
    return [a.out(n, x), x, n, key, drop, a.draw.number()];
  },
  layerNorm: (a) => {
    const [rows, cols] = a.shape();
    const x = a.rows(rows, cols);
    const [weight, bias] = [0, 1].map(() => a.optional(a.floats(cols)));
    const y = a.outRows(rows, cols, x);
    return [y.at, x.at, weight, bias, rows, cols, y.ld, x.ld, a.draw.factor()];
  },
  layerNormBackward: (a) => {
    const [rows, cols] = a.shape();
    const [dy, x, weight] = [a.rows(rows, cols), a.rows(rows, cols), a.optional(a.floats(cols))];
    const sums = [0, 1].map(() => a.optional(a.floats(cols)));
    const dx = a.outRows(rows, cols, dy, x);
    return [...sums, dx.at, dy.at, x.at, weight, rows, cols, dx.ld, dy.ld, x.ld, a.draw.factor()];
  },
};
