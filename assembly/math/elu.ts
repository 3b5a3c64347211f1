// x > 0 ? x : alpha (exp(x) - 1) on f64x2, every float32, and its gradient, which is alpha at 0.
// Bound of elu: <= 0.501 ULP
// Bound of eluBackward: <= 0.501 ULP
import { exp2, expm1Of2, one } from "./double";

@inline
export function elu2(x: v128, alpha: v128): v128 {
  return v128.bitselect(x, f64x2.mul(alpha, expm1Of2(x)), f64x2.gt(x, f64x2.splat(0)));
}

@inline
export function eluGradient(dy: v128, x: v128, alpha: v128): v128 {
  return f64x2.mul(dy, v128.bitselect(f64x2.mul(alpha, exp2(x)), one(), f64x2.le(x, f64x2.splat(0))));
}
