import { load2 } from "../simd";
import { emit2, sum2 } from "./pair";

@inline
function two(
  loss: usize, dx: usize, x: usize, y: usize, dloss: usize, i: i32, margin: v128, squared: i32, scale: v128, tail: bool,
): v128 {
  const t = load2(y, i, tail), z = f64x2.sub(margin, f64x2.mul(t, load2(x, i, tail)));
  // a NaN is not <= 0 and stays
  const off = f64x2.le(z, f64x2.splat(0)), h = v128.andnot(z, off);
  const slope = squared ? f64x2.add(h, h) : v128.bitselect(f64x2.splat(1), z, f64x2.eq(z, z));
  const l = squared ? f64x2.mul(h, h) : h;
  return emit2(loss, dx, dloss, i, l, v128.andnot(f64x2.mul(f64x2.neg(t), slope), off), scale, tail);
}

/**
 * h = max(0, margin - y x); loss = h, dx = -y (h > 0) scale dloss, or squared: loss = h^2, dx = -2 y h scale dloss;
 * returns the sum of the losses
 * loss, dx, x, y, dloss[n]; loss, dx, dloss may be 0; dx may be x or y
 * Float64, rounded once: 0.5 ULP. The sum in two lanes by i mod 2, S0 + S1.
 */
export function hinge(
  loss: usize, dx: usize, x: usize, y: usize, dloss: usize, n: i32, margin: f64, squared: i32, scale: f64,
): f64 {
  const m = f64x2.splat(margin), s = f64x2.splat(scale), end = n & ~1;
  let sum = f64x2.splat(0);
  for (let i = 0; i < end; i += 2) sum = f64x2.add(sum, two(loss, dx, x, y, dloss, i, m, squared, s, false));
  if (n & 1) sum = f64x2.add(sum, two(loss, dx, x, y, dloss, end, m, squared, s, true));
  return sum2(sum);
}
