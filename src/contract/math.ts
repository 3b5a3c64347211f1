import type { Arity } from "./arity.js";

/** Elementary functions over arrays. */
export interface MathKernels {
  /** y[i] = exp(x[i]). y, x [n]. Aliasing: y, x. Elementwise. */
  exp(y: number, x: number, n: number): void;
  /** y[i] = log(x[i]); 0 gives -Infinity, a negative NaN. y, x [n]. Aliasing: y, x. Elementwise. */
  log(y: number, x: number, n: number): void;
  /** y[i] = 1 / (1 + exp(-x[i])). y, x [n]. Aliasing: y, x. Elementwise. */
  sigmoid(y: number, x: number, n: number): void;
  /** y[i] = tanh(x[i]). y, x [n]. Aliasing: y, x. Elementwise. */
  tanh(y: number, x: number, n: number): void;
  /** y[i] = x[i] factor. y, x [n]. Aliasing: y, x. Elementwise. */
  scale(y: number, x: number, n: number, factor: number): void;
}

export const MATH: Arity<MathKernels> = {
  exp: 3, log: 3, sigmoid: 3, tanh: 3, scale: 4,
};
