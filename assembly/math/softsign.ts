// x / (1 + |x|) on f64x2, every float32, and its gradient. Both are NaN at Infinity, as in PyTorch.
// Bound of softsign: <= 0.501 ULP
// Worst of softsign: 0.500000 ULP at 0x3c0b8116, got 0.00844277628, want 0.008442775812; 100.000000 % correct
// Bound of softsignBackward: <= 0.501 ULP
// Worst of softsignBackward: 0.500000 ULP at 0x383192e3, got 0.999915361, want 0.999915331602; 100.000000 % correct
import { one } from "./double";

@inline
export function softsign2(x: v128): v128 {
  return f64x2.div(x, f64x2.add(one(), f64x2.abs(x)));
}

/** x - x is 0, or NaN at Infinity. */
@inline
export function softsignGradient(dy: v128, x: v128): v128 {
  const a = f64x2.add(one(), f64x2.abs(x));
  return f64x2.div(f64x2.mul(dy, f64x2.add(one(), f64x2.sub(x, x))), f64x2.mul(a, a));
}
