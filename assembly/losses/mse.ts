import { load2 } from "../simd";
import { emit2, sum2 } from "./pair";

@inline
function two(loss: usize, dx: usize, x: usize, y: usize, dloss: usize, i: i32, scale: v128, tail: bool): v128 {
  const d = f64x2.sub(load2(x, i, tail), load2(y, i, tail));
  return emit2(loss, dx, dloss, i, f64x2.mul(d, d), f64x2.add(d, d), scale, tail);
}

/**
 * loss = (x - y)^2, dx = 2 (x - y) scale dloss; returns the sum of the losses
 * loss, dx, x, y, dloss[n]; loss, dx, dloss may be 0; dx may be x or y
 * Float64, rounded once: 0.5 ULP. The sum in two lanes by i mod 2, S0 + S1.
 */
export function mse(loss: usize, dx: usize, x: usize, y: usize, dloss: usize, n: i32, scale: f64): f64 {
  const s = f64x2.splat(scale), end = n & ~1;
  let sum = f64x2.splat(0);
  for (let i = 0; i < end; i += 2) sum = f64x2.add(sum, two(loss, dx, x, y, dloss, i, s, false));
  if (n & 1) sum = f64x2.add(sum, two(loss, dx, x, y, dloss, end, s, true));
  return sum2(sum);
}
