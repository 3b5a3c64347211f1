// A drawn call of every kernel of losses.
import type { LossKernels } from "../../../src/contract.js";
import type { Arguments, Call } from "./arguments.js";

/** Losses of n elements: where they and their gradient go, x, y, dloss; `shares`: y is in [0, 1]. */
function elements(a: Arguments, shares = false) {
  const n = a.draw.size(200);
  const [x, y] = [a.floats(n), shares ? a.image.put(a.draw.random().floats(n, 0, 1)) : a.floats(n)];
  const outputs = [a.optional(a.out(n)), a.optional(a.out(n, x, y))];
  return { n, x, y, outputs, dloss: a.optional(a.floats(n)) };
}

/** Losses of rows along the middle of three axes. */
function rows(a: Arguments) {
  const [outer, cols, inner] = [a.draw.size(5), a.draw.size(40, 1), a.draw.pick([1, a.draw.size(6)])];
  const [count, n] = [outer * inner, outer * cols * inner];
  const x = a.floats(n);
  const [outputs, targets] = [[a.optional(a.out(count)), a.optional(a.out(n, x))], a.ints(count, cols)];
  const [weight, dloss] = [a.optional(a.floats(cols)), a.optional(a.floats(count))];
  return { x, y: a.floats(n), outputs, targets, weight, dloss, sizes: [count, cols, inner] };
}

export const LOSS_CALLS: Omit<Record<keyof LossKernels, Call>, "crossEntropy" | "crossEntropyProbabilities"> = {
  mse: (a) => {
    const { n, x, y, outputs, dloss } = elements(a);
    return [...outputs, x, y, dloss, n, a.draw.number()];
  },
  hinge: (a) => {
    const { n, x, y, outputs, dloss } = elements(a);
    return [...outputs, x, y, dloss, n, a.draw.number(), a.draw.size(1), a.draw.number()];
  },
  bceWithLogits: (a) => {
    const { n, x, y, outputs, dloss } = elements(a);
    const repeated = () => {
      const size = a.draw.size(9, 1);
      return a.draw.flag() ? [a.floats(size), size] : [0, 0];
    };
    return [...outputs, x, y, ...repeated(), ...repeated(), dloss, n, a.draw.number()];
  },
  sigmoidFocal: (a) => {
    const { n, x, y, outputs, dloss } = elements(a, true);
    return [...outputs, x, y, dloss, n, a.draw.pick([0.25, 1, -1]), a.draw.pick([0, 0.5, 2]), a.draw.number()];
  },
  nll: (a) => {
    const { x, outputs, targets, weight, dloss, sizes } = rows(a);
    return [...outputs, x, targets, weight, dloss, ...sizes, a.draw.pick([-100, 0]), a.draw.number()];
  },
  multiMargin: (a) => {
    const { x, outputs, targets, weight, dloss, sizes } = rows(a);
    return [...outputs, x, targets, weight, dloss, ...sizes, a.draw.size(2, 1), a.draw.number(), a.draw.number()];
  },
  klDivergence: (a) => {
    const { x, y, outputs, dloss, sizes } = rows(a);
    return [...outputs, x, y, dloss, ...sizes, a.draw.size(1), a.draw.number()];
  },
  entropy: (a) => {
    const { x, outputs, dloss, sizes } = rows(a);
    return [...outputs, x, dloss, ...sizes, a.draw.number()];
  },
  focal: (a) => {
    const { x, outputs, targets, weight, dloss, sizes } = rows(a);
    const gamma = a.draw.pick([0, 0.5, 2]);
    return [...outputs, x, targets, weight, dloss, ...sizes, gamma, a.draw.pick([-100, 0]), a.draw.number()];
  },
};
