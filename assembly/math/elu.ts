// x > 0 ? x : alpha (exp(x) - 1) on f64x2, every float32, and its gradient, which is alpha at 0.
// Bound of elu: <= 0.501 ULP
// Worst of elu: 0.500000 ULP at 0xb675cbfc, got -0.00000366265135, want -0.0000036626512383; 100.000000 % correct
// Bound of eluBackward: <= 0.501 ULP
// Worst of eluBackward: 0.500000 ULP at 0xc16912cd, got 4.71621064e-7, want 4.71621049769e-7; 100.000000 % correct
import { expAnywhere2, expm1Of2, one } from "./double";

@inline
export function elu2(x: v128, alpha: v128): v128 {
  return v128.bitselect(x, f64x2.mul(alpha, expm1Of2(x)), f64x2.gt(x, f64x2.splat(0)));
}

@inline
export function eluGradient(dy: v128, x: v128, alpha: v128): v128 {
  return f64x2.mul(dy, v128.bitselect(one(), f64x2.mul(alpha, expAnywhere2(x)), f64x2.gt(x, f64x2.splat(0))));
}
