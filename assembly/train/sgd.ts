// Stochastic gradient descent with momentum (PyTorch's form: the velocity is not scaled by the learning rate).
import { load4, put4 } from "../alternatives/lanes";
import { bytes, loadTail, storeTail } from "../simd";

/**
 * g' = g + weightDecay p; v = momentum v + alpha g'; p = p - lr (nesterov ? g' + momentum v : v)
 * p, g, v[n]; no aliasing; every operation rounded
 * alpha: 1 - dampening, 1 in the first step
 */
export function sgd(
  p: usize, g: usize, v: usize, n: i32, lr: f32, momentum: f32, alpha: f32, nesterov: i32, weightDecay: f32,
): void {
  // most have neither, and get a loop of their own
  if (alpha == 1 && !nesterov) plain(p, g, v, n, lr, momentum, weightDecay);
  else general(p, g, v, n, lr, momentum, alpha, nesterov, weightDecay);
}

@inline
function plain(p: usize, g: usize, v: usize, n: i32, lr: f32, momentum: f32, weightDecay: f32): void {
  const rate = f32x4.splat(lr), keep = f32x4.splat(momentum), decay = f32x4.splat(weightDecay);
  const quads = bytes(n & ~3), tail = n & 3;
  let i: usize = 0;
  for (; i < quads; i += 16) {
    const w = v128.load(p + i), u = velocity(v128.load(v + i), v128.load(g + i), w, keep, decay);
    v128.store(v + i, u);
    v128.store(p + i, f32x4.sub(w, f32x4.mul(rate, u)));
  }
  if (tail) {
    const w = loadTail(p + i, tail), u = velocity(loadTail(v + i, tail), loadTail(g + i, tail), w, keep, decay);
    storeTail(v + i, u, tail);
    storeTail(p + i, f32x4.sub(w, f32x4.mul(rate, u)), tail);
  }
}

@inline
function velocity(v: v128, g: v128, p: v128, momentum: v128, weightDecay: v128): v128 {
  return f32x4.add(f32x4.mul(momentum, v), f32x4.add(g, f32x4.mul(weightDecay, p)));
}

@inline
function general(
  p: usize, g: usize, v: usize, n: i32, lr: f32, momentum: f32, alpha: f32, nesterov: i32, weightDecay: f32,
): void {
  const rate = f32x4.splat(lr), keep = f32x4.splat(momentum), take = f32x4.splat(alpha), decay = f32x4.splat(weightDecay);
  for (; n > 0; n -= 4, p += 16, g += 16, v += 16) {
    const w = load4(p, n), d = f32x4.add(load4(g, n), f32x4.mul(decay, w));
    const u = f32x4.add(f32x4.mul(keep, load4(v, n)), f32x4.mul(take, d));
    put4(v, u, n);
    put4(p, f32x4.sub(w, f32x4.mul(rate, nesterov ? f32x4.add(d, f32x4.mul(keep, u)) : u)), n);
  }
}
