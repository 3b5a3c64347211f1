import { expAnywhere2, expm1Of2 } from "./double.js";

export function expm1_2(x: number): number {
  return expm1Of2(x);
}

export function expm1Gradient(dy: number, x: number): number {
  return dy * expAnywhere2(x);
}
