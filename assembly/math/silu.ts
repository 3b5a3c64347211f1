// x sigmoid(x) on f64x2, every float32, and its gradient.
// Bound of silu: <= 0.501 ULP
// Worst of silu: 0.500000 ULP at 0x00000001, got 0, want 7.00649232162e-46; 100.000000 % correct
// Bound of siluBackward: <= 0.501 ULP
// Worst of siluBackward: 0.500000 ULP at 0x33800000, got 0.5, want 0.500000029802; 100.000000 % correct
import { expOfMinus2, one } from "./double";

@inline
export function silu2(x: v128): v128 {
  const e = expOfMinus2(x), s = f64x2.div(v128.bitselect(e, one(), f64x2.lt(x, f64x2.splat(0))), f64x2.add(one(), e));
  return f64x2.mul(x, s);
}

/** dy s (1 + x q), s = sigmoid(x), q = 1 - s without its cancellation: the factor is 0 near x = -1.278. */
@inline
export function siluGradient(dy: v128, x: v128): v128 {
  const e = expOfMinus2(x), negative = f64x2.lt(x, f64x2.splat(0)), below = f64x2.add(one(), e);
  const s = f64x2.div(v128.bitselect(e, one(), negative), below);
  const q = f64x2.div(v128.bitselect(one(), e, negative), below);
  return f64x2.mul(dy, f64x2.mul(s, f64x2.add(one(), f64x2.mul(x, q))));
}
