// exp(x) - 1 on f64x2, every float32, and its gradient.
// Bound of expm1: <= 0.501 ULP
// Bound of expm1Backward: <= 0.501 ULP
import { exp2, expm1Of2 } from "./double";

@inline
export function expm1_2(x: v128): v128 {
  return expm1Of2(x);
}

@inline
export function expm1Gradient(dy: v128, x: v128): v128 {
  return f64x2.mul(dy, exp2(x));
}
