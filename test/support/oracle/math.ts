// What the elementary functions should compute: naive float64, PyTorch's semantics. Imports nothing, so that it shares no
// mistake with src.

export interface Elementary {
  /** y = f(x), with the function's parameters. */
  forward(x: number, a: number, b: number): number;
  /** dx from dy and v, the input x or the result y. */
  backward(dy: number, v: number, a: number, b: number): number;
  /** What backward takes. */
  of: "x" | "y";
  /** The default parameters first, then others. */
  parameters: readonly (readonly number[])[];
}

const { abs, exp, expm1, log, log1p, min, tanh } = Math;
const NONE = [[]];

export const sigmoid = (x: number): number => 1 / (1 + exp(-x));

const softplus = (x: number): number => (x < 0 ? log1p(exp(x)) : x + log1p(exp(-x)));

/** NaN stays. */
const clamp = (x: number, least: number, most: number): number => (x < least ? least : x > most ? most : x);

export const ELEMENTARY = {
  exp: { forward: exp, backward: (dy, y) => dy * y, of: "y", parameters: NONE },
  // the product overflows later than exp(x)
  expm1: { forward: expm1, backward: (dy, x) => dy * exp(min(x, 700)), of: "x", parameters: NONE },
  log: { forward: log, backward: (dy, x) => dy / x, of: "x", parameters: NONE },
  log1p: { forward: log1p, backward: (dy, x) => dy / (1 + x), of: "x", parameters: NONE },
  sigmoid: { forward: sigmoid, backward: (dy, y) => dy * y * (1 - y), of: "y", parameters: NONE },
  logSigmoid: { forward: (x) => -softplus(-x), backward: (dy, x) => dy * sigmoid(-x), of: "x", parameters: NONE },
  tanh: { forward: tanh, backward: (dy, y) => dy * (1 - y * y), of: "y", parameters: NONE },
  softplus: {
    forward: (x, beta) => softplus(beta * x) / beta,
    backward: (dy, x, beta) => dy * sigmoid(beta * x),
    of: "x",
    parameters: [[1], [0.3], [20], [-2]],
  },
  silu: {
    forward: (x) => x * sigmoid(x),
    backward: (dy, x) => dy * sigmoid(x) * (1 + x * sigmoid(-x)),
    of: "x",
    parameters: NONE,
  },
  elu: {
    forward: (x, alpha) => (x > 0 ? x : alpha * expm1(x)),
    backward: (dy, x, alpha) => (x <= 0 ? dy * alpha * exp(x) : dy),
    of: "x",
    parameters: [[1], [0.5], [-3]],
  },
  softsign: {
    forward: (x) => x / (1 + abs(x)),
    backward: (dy, x) => (abs(x) === Number.POSITIVE_INFINITY ? Number.NaN : dy / (1 + abs(x)) ** 2),
    of: "x",
    parameters: NONE,
  },
  hardSigmoid: {
    forward: (x, alpha, beta) => clamp(alpha * x + beta, 0, 1),
    backward: (dy, x, alpha, beta) => (alpha * x + beta > 0 && alpha * x + beta < 1 ? dy * alpha : 0),
    of: "x",
    parameters: [
      [1 / 6, 0.5],
      [Math.fround(0.2), 0.5],
      [-0.3, 0.1],
    ],
  },
  hardTanh: {
    forward: clamp,
    backward: (dy, x, least, most) => (x <= least || x >= most ? 0 : dy),
    of: "x",
    parameters: [
      [-1, 1],
      [0, 6],
      [-Infinity, Math.fround(1e30)],
    ],
  },
  relu: { forward: (x) => (x < 0 ? 0 : x), backward: (dy, y) => (y <= 0 ? 0 : dy), of: "y", parameters: NONE },
  leakyRelu: {
    forward: (x, slope) => (x > 0 ? x : slope * x),
    backward: (dy, x, slope) => (x > 0 ? dy : slope * dy),
    of: "x",
    parameters: [[Math.fround(0.01)], [Math.fround(0.2)], [-2]],
  },
} as const satisfies Record<string, Elementary>;

export type ElementaryName = keyof typeof ELEMENTARY;

type Numbers = ArrayLike<number>;

/** y = x where x > 0, else weight[c] x. x [N][C][inner]. */
export function prelu(x: Numbers, weight: Numbers, inner: number): Float64Array {
  return Float64Array.from(x, (v, i) => (v > 0 ? v : v * weight[Math.floor(i / inner) % weight.length]));
}

export function preluBackward(dy: Numbers, x: Numbers, weight: Numbers, inner: number) {
  const dx = new Float64Array(x.length);
  const dweight = new Float64Array(weight.length);
  for (let i = 0; i < x.length; i++) {
    const c = Math.floor(i / inner) % weight.length;
    dx[i] = x[i] > 0 ? dy[i] : dy[i] * weight[c];
    if (!(x[i] > 0)) dweight[c] += dy[i] * x[i];
  }
  return { dx, dweight };
}
