import { expOfMinus2 } from "./double.js";
import { logOnePlus2 } from "./log1p.js";

function logOf(x: number): number {
  const e = expOfMinus2(x);
  return e === e ? logOnePlus2(e, 1 + e) : e;
}

export function softplus2(x: number, beta: number): number {
  const z = x * beta;
  return ((z < 0 ? 0 : z) + logOf(z)) / beta;
}

export function softplusGradient(dy: number, x: number, beta: number): number {
  const z = x * beta;
  return dy * logistic(z, z < 0);
}

export function logSigmoid2(x: number): number {
  return -(logOf(x) - (x > 0 ? 0 : x));
}

export function logSigmoidGradient(dy: number, x: number): number {
  return dy * logistic(x, x > 0);
}

function logistic(x: number, small: boolean): number {
  const e = expOfMinus2(x);
  return (small ? e : 1) / (1 + e);
}
