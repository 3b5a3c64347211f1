// Adam (Kingma and Ba 2014, arXiv 1412.6980), AdamW (Loshchilov and Hutter 2017, arXiv 1711.05101) and AMSGrad (Reddi et al.
// 2018, arXiv 1904.09237), PyTorch's form.
import { bytes, loadTail, storeTail } from "../simd";

/**
 * p' = keep p; g' = g + weightDecay p'; m = beta1 m + alpha1 g'; v = beta2 v + alpha2 g' g'; top = max(top, v)
 * p = p' - stepSize m / (sqrt(top) correction + eps), v for a top of 0
 * p, g, m, v, top[n]; no aliasing; every operation rounded
 * alpha = 1 - beta; stepSize = lr / (1 - beta1^t), correction = 1 / sqrt(1 - beta2^t); Adam: keep = 1;
 * AdamW: weightDecay = 0, keep = 1 - lr decay
 */
export function adam(
  p: usize, g: usize, m: usize, v: usize, top: usize, n: i32, stepSize: f32, correction: f32, beta1: f32, alpha1: f32,
  beta2: f32, alpha2: f32, eps: f32, weightDecay: f32, keep: f32,
): void {
  const b1 = f32x4.splat(beta1), a1 = f32x4.splat(alpha1), b2 = f32x4.splat(beta2), a2 = f32x4.splat(alpha2);
  const step = f32x4.splat(stepSize), fix = f32x4.splat(correction), e = f32x4.splat(eps);
  const decay = f32x4.splat(weightDecay), shrink = f32x4.splat(keep), quads = bytes(n & ~3), tail = n & 3;
  let i: usize = 0;
  for (; i < quads; i += 16) {
    const w = f32x4.mul(shrink, v128.load(p + i)), d = f32x4.add(v128.load(g + i), f32x4.mul(decay, w));
    const first = moment(v128.load(m + i), b1, d, a1);
    let second = moment(v128.load(v + i), b2, f32x4.mul(d, d), a2);
    v128.store(m + i, first);
    v128.store(v + i, second);
    if (top) {
      second = f32x4.max(v128.load(top + i), second);
      v128.store(top + i, second);
    }
    v128.store(p + i, update(w, first, second, step, fix, e));
  }
  if (tail) {
    const w = f32x4.mul(shrink, loadTail(p + i, tail)), d = f32x4.add(loadTail(g + i, tail), f32x4.mul(decay, w));
    const first = moment(loadTail(m + i, tail), b1, d, a1);
    let second = moment(loadTail(v + i, tail), b2, f32x4.mul(d, d), a2);
    storeTail(m + i, first, tail);
    storeTail(v + i, second, tail);
    if (top) {
      second = f32x4.max(loadTail(top + i, tail), second);
      storeTail(top + i, second, tail);
    }
    storeTail(p + i, update(w, first, second, step, fix, e), tail);
  }
}

@inline
function moment(m: v128, beta: v128, g: v128, alpha: v128): v128 {
  return f32x4.add(f32x4.mul(beta, m), f32x4.mul(alpha, g));
}

@inline
function update(p: v128, m: v128, v: v128, step: v128, correction: v128, eps: v128): v128 {
  const denominator = f32x4.add(f32x4.mul(f32x4.sqrt(v), correction), eps);
  return f32x4.sub(p, f32x4.mul(step, f32x4.div(m, denominator)));
}
