import type { Arity } from "./arity.js";

/**
 * Elementary functions over arrays, y[i] = f(x[i]), and their gradients, dx[i] = dy[i] f'(x[i]). y, x, dx, dy [n].
 * Aliasing: y, x; dx, dy; dx and the array beside dy. Elementwise, so without an order of summation. Functions that name
 * float64 round once, at the end. The bounds stand with the functions in assembly/math.
 */
export interface MathKernels {
  /** exp(x) */
  exp(y: number, x: number, n: number): void;
  /** exp(x) - 1, in float64 */
  expm1(y: number, x: number, n: number): void;
  /** log(x); 0 gives -Infinity, a negative NaN. */
  log(y: number, x: number, n: number): void;
  /** log(1 + x), in float64; -1 gives -Infinity, below it NaN. */
  log1p(y: number, x: number, n: number): void;
  /** 1 / (1 + exp(-x)) */
  sigmoid(y: number, x: number, n: number): void;
  /** -(log(1 + exp(-|x|)) - min(x, 0)), in float64 */
  logSigmoid(y: number, x: number, n: number): void;
  /** tanh(x) */
  tanh(y: number, x: number, n: number): void;
  /** (max(beta x, 0) + log(1 + exp(-|beta x|))) / beta, in float64 */
  softplus(y: number, x: number, n: number, beta: number): void;
  /** x (x < 0 ? e : 1) / (1 + e), e = exp(-|x|), in float64; -Infinity gives NaN. */
  silu(y: number, x: number, n: number): void;
  /** x > 0 ? x : alpha (exp(x) - 1), in float64 */
  elu(y: number, x: number, n: number, alpha: number): void;
  /** x / (1 + |x|), in float64; an infinite x gives NaN. */
  softsign(y: number, x: number, n: number): void;
  /** min(max(alpha x + beta, 0), 1), in float64 */
  hardSigmoid(y: number, x: number, n: number, alpha: number, beta: number): void;
  /** min(max(x, least), most) */
  hardTanh(y: number, x: number, n: number, least: number, most: number): void;
  /** max(x, 0) */
  relu(y: number, x: number, n: number): void;
  /** x > 0 ? x : x slope */
  leakyRelu(y: number, x: number, n: number, slope: number): void;
  /** leakyRelu with the slope weight[c]. y, x [N][C][inner], weight [C]. */
  prelu(y: number, x: number, weight: number, N: number, C: number, inner: number): void;
  /** y[i] = x[i] factor: float64, rounded to float32 where that is a normal number; else in float64. */
  scale(y: number, x: number, n: number, factor: number): void;

  /** dy y, y = exp(x) */
  expBackward(dx: number, dy: number, y: number, n: number): void;
  /** dy exp(x), in float64; exp(x) is Infinity above EXP_OVERFLOW_F64, 0 below EXP_UNDERFLOW_F64 (src/coefficients.ts) */
  expm1Backward(dx: number, dy: number, x: number, n: number): void;
  /** dy / x */
  logBackward(dx: number, dy: number, x: number, n: number): void;
  /** dy / (1 + x), in float64 */
  log1pBackward(dx: number, dy: number, x: number, n: number): void;
  /** dy (y (1 - y)), y = sigmoid(x), in float64 */
  sigmoidBackward(dx: number, dy: number, y: number, n: number): void;
  /** dy ((x < 0 ? 1 : e) / (1 + e)), e = exp(-|x|), in float64 */
  logSigmoidBackward(dx: number, dy: number, x: number, n: number): void;
  /** dy (1 - y y), y = tanh(x), in float64 */
  tanhBackward(dx: number, dy: number, y: number, n: number): void;
  /** dy sigmoid(beta x), in float64 */
  softplusBackward(dx: number, dy: number, x: number, n: number, beta: number): void;
  /** dy (s (1 + x (1 - s))), s = sigmoid(x), 1 - s = sigmoid(-x), in float64; an infinite x gives NaN. */
  siluBackward(dx: number, dy: number, x: number, n: number): void;
  /** dy (x > 0 ? 1 : alpha exp(x)), in float64, exp(x) as for expm1Backward */
  eluBackward(dx: number, dy: number, x: number, n: number, alpha: number): void;
  /** dy / ((1 + |x|) (1 + |x|)), in float64; an infinite x gives NaN. */
  softsignBackward(dx: number, dy: number, x: number, n: number): void;
  /** 0 < alpha x + beta < 1 ? dy alpha : 0, in float64 */
  hardSigmoidBackward(dx: number, dy: number, x: number, n: number, alpha: number, beta: number): void;
  /** x <= least or x >= most ? 0 : dy */
  hardTanhBackward(dx: number, dy: number, x: number, n: number, least: number, most: number): void;
  /** y <= 0 ? 0 : dy; y = relu(x) or x */
  reluBackward(dx: number, dy: number, y: number, n: number): void;
  /** x > 0 ? dy : dy slope */
  leakyReluBackward(dx: number, dy: number, x: number, n: number, slope: number): void;
  /**
   * dx as leakyReluBackward with the slope weight[c]; dweight[c] = the sum of x > 0 ? 0 : dy x, in float64, from +0
   * ascending. dx, dy, x [N][C][inner], dweight, weight [C]. Aliasing: dx, dy or dx, x.
   */
  preluBackward(
    dx: number, dweight: number, dy: number, x: number, weight: number, N: number, C: number, inner: number,
  ): void;
}

export const MATH: Arity<MathKernels> = {
  exp: 3, expm1: 3, log: 3, log1p: 3, sigmoid: 3, logSigmoid: 3, tanh: 3, softplus: 4, silu: 3, elu: 4, softsign: 3,
  hardSigmoid: 5, hardTanh: 5, relu: 3, leakyRelu: 4, prelu: 6, scale: 4,
  expBackward: 4, expm1Backward: 4, logBackward: 4, log1pBackward: 4, sigmoidBackward: 4, logSigmoidBackward: 4,
  tanhBackward: 4, softplusBackward: 5, siluBackward: 4, eluBackward: 5, softsignBackward: 4, hardSigmoidBackward: 6,
  hardTanhBackward: 6, reluBackward: 4, leakyReluBackward: 5, preluBackward: 8,
};
