// exp(x) - 1 on f64x2, every float32, and its gradient.
// Bound of expm1: <= 0.501 ULP
// Worst of expm1: 0.500000 ULP at 0x34ca62c1, got 3.76972906e-7, want 3.76972920435e-7; 100.000000 % correct
// Bound of expm1Backward: <= 0.501 ULP
// Worst of expm1Backward: 0.500000 ULP at 0xc16912cd, got 4.71621064e-7, want 4.71621049769e-7; 100.000000 % correct
import { expAnywhere2, expm1Of2 } from "./double";

@inline
export function expm1_2(x: v128): v128 {
  return expm1Of2(x);
}

@inline
export function expm1Gradient(dy: v128, x: v128): v128 {
  return f64x2.mul(dy, expAnywhere2(x));
}
