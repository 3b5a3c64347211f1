// Stochastic gradient descent with momentum (PyTorch's form: the velocity is not scaled by the learning rate).
import { load4, put4 } from "../alternatives/lanes";

/**
 * g' = g + weightDecay p; v = momentum v + alpha g'; p = p - lr (nesterov ? g' + momentum v : v)
 * p, g, v[n]; no aliasing; every operation rounded
 * alpha: 1 - dampening, 1 in the first step
 */
export function sgd(
  p: usize, g: usize, v: usize, n: i32, lr: f32, momentum: f32, alpha: f32, nesterov: i32, weightDecay: f32,
): void {
  const rate = f32x4.splat(lr), keep = f32x4.splat(momentum), take = f32x4.splat(alpha), decay = f32x4.splat(weightDecay);
  // most have neither, and a loop of their own, which is twice as fast
  if (alpha == 1 && !nesterov) for (; n > 3; n -= 4, p += 16, g += 16, v += 16) {
    const w = v128.load(p), d = f32x4.add(v128.load(g), f32x4.mul(decay, w));
    const u = f32x4.add(f32x4.mul(keep, v128.load(v)), d);
    v128.store(v, u);
    v128.store(p, f32x4.sub(w, f32x4.mul(rate, u)));
  }
  for (; n > 0; n -= 4, p += 16, g += 16, v += 16) {
    const w = load4(p, n), d = f32x4.add(load4(g, n), f32x4.mul(decay, w));
    const u = f32x4.add(f32x4.mul(keep, load4(v, n)), f32x4.mul(take, d));
    put4(v, u, n);
    put4(p, f32x4.sub(w, f32x4.mul(rate, nesterov ? f32x4.add(d, f32x4.mul(keep, u)) : u)), n);
  }
}
