import { expAnywhere2, expm1Of2 } from "./double.js";

export function elu2(x: number, alpha: number): number {
  return x > 0 ? x : alpha * expm1Of2(x);
}

export function eluGradient(dy: number, x: number, alpha: number): number {
  return x > 0 ? dy : dy * (alpha * expAnywhere2(x));
}
