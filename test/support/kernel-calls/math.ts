// A drawn call of every kernel of elementary functions.
import type { MathKernels } from "../../../src/contract.js";
import type { Arguments, Call } from "./arguments.js";

const forward: Call = (a) => {
  const n = a.draw.size(300);
  const x = a.floats(n);
  return [a.out(n, x), x, n];
};

const backward: Call = (a) => {
  const n = a.draw.size(300);
  const [dy, x] = [a.floats(n), a.floats(n)];
  return [a.out(n, dy, x), dy, x, n];
};

/** The same with so many numbers behind. */
const and =
  (call: Call, numbers: number): Call =>
  (a) => [...call(a), ...Array.from({ length: numbers }, () => a.draw.number())];

/** Two numbers of which the first is smaller. */
function ordered({ draw }: Arguments): number[] {
  const [a, b] = [draw.number(), draw.number()].sort((x, y) => x - y);
  return a < b ? [a, b] : [-1, 1];
}

/** [N][C][inner] of a channel each, and its weights. */
function channels(a: Arguments) {
  const sizes = [a.draw.size(5), a.draw.size(5, 1), a.draw.size(20)];
  const [N, C, inner] = sizes;
  return { sizes, n: N * C * inner, C, weight: a.floats(C) };
}

export const MATH_CALLS: Record<keyof MathKernels, Call> = {
  exp: forward,
  expm1: forward,
  log: forward,
  log1p: forward,
  sigmoid: forward,
  logSigmoid: forward,
  tanh: forward,
  softplus: and(forward, 1),
  silu: forward,
  elu: and(forward, 1),
  softsign: forward,
  hardSigmoid: and(forward, 2),
  hardTanh: (a) => [...forward(a), ...ordered(a)],
  relu: forward,
  leakyRelu: and(forward, 1),
  prelu: (a) => {
    const { sizes, n, weight } = channels(a);
    const x = a.floats(n);
    return [a.out(n, x), x, weight, ...sizes];
  },
  scale: and(forward, 1),
  expBackward: backward,
  expm1Backward: backward,
  logBackward: backward,
  log1pBackward: backward,
  sigmoidBackward: backward,
  logSigmoidBackward: backward,
  tanhBackward: backward,
  softplusBackward: and(backward, 1),
  siluBackward: backward,
  eluBackward: and(backward, 1),
  softsignBackward: backward,
  hardSigmoidBackward: and(backward, 2),
  hardTanhBackward: (a) => [...backward(a), ...ordered(a)],
  reluBackward: backward,
  leakyReluBackward: and(backward, 1),
  preluBackward: (a) => {
    const { sizes, n, C, weight } = channels(a);
    const [dy, x] = [a.floats(n), a.floats(n)];
    return [a.out(n, dy, x), a.out(C), dy, x, weight, ...sizes];
  },
};
