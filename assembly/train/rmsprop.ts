// RMSProp (Hinton 2012, lecture 6; centered: Graves 2013, arXiv 1308.0850), PyTorch's form.
import { load4, put4 } from "../alternatives/lanes";

/**
 * g' = g + weightDecay p; v = alpha v + beta (g' g'); a = alpha a + beta g'; d = g' / (sqrt(max(v - a a, 0) + inside) + eps)
 * b = momentum b + d; p = p - lr b
 * p, g, v, a, b[n]; a of 0: not centered, a a is 0; b of 0: no momentum, b is d; no aliasing; every operation rounded
 * beta = 1 - alpha; v - a a can be below 0 by rounding
 */
export function rmsprop(
  p: usize, g: usize, v: usize, a: usize, b: usize, n: i32, lr: f32, alpha: f32, beta: f32, inside: f32, eps: f32,
  momentum: f32, weightDecay: f32,
): void {
  const rate = f32x4.splat(lr), keep = f32x4.splat(alpha), take = f32x4.splat(beta);
  const least = f32x4.splat(inside), e = f32x4.splat(eps);
  const carry = f32x4.splat(momentum), decay = f32x4.splat(weightDecay);
  for (let i: usize = 0; n > 0; n -= 4, i += 16) {
    const w = load4(p + i, n), d = f32x4.add(load4(g + i, n), f32x4.mul(decay, w));
    const square = average(v + i, f32x4.mul(d, d), keep, take, n);
    let variance = square;
    if (a) {
      const mean = average(a + i, d, keep, take, n);
      variance = f32x4.max(f32x4.sub(square, f32x4.mul(mean, mean)), f32x4.splat(0));
    }
    let u = f32x4.div(d, f32x4.add(f32x4.sqrt(f32x4.add(variance, least)), e));
    if (b) {
      u = f32x4.add(f32x4.mul(carry, load4(b + i, n)), u);
      put4(b + i, u, n);
    }
    put4(p + i, f32x4.sub(w, f32x4.mul(rate, u)), n);
  }
}

/** at = keep at + take x, also its value */
@inline
function average(at: usize, x: v128, keep: v128, take: v128, left: i32): v128 {
  const y = f32x4.add(f32x4.mul(keep, load4(at, left)), f32x4.mul(take, x));
  put4(at, y, left);
  return y;
}
