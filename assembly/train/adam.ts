// Adam (Kingma and Ba 2014, arXiv 1412.6980), AdamW (Loshchilov and Hutter 2017, arXiv 1711.05101) and AMSGrad (Reddi et al.
// 2018, arXiv 1904.09237), PyTorch's form.
import { load4, put4 } from "../alternatives/lanes";

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
  const decay = f32x4.splat(weightDecay), shrink = f32x4.splat(keep);
  let i: usize = 0;
  // a loop of its own: the branches of the other one cost 4 % (Node 20)
  if (!top) for (; n > 3; n -= 4, i += 16) {
    const w = f32x4.mul(shrink, v128.load(p + i)), d = f32x4.add(v128.load(g + i), f32x4.mul(decay, w));
    const first = moment(v128.load(m + i), b1, d, a1), second = moment(v128.load(v + i), b2, f32x4.mul(d, d), a2);
    v128.store(m + i, first);
    v128.store(v + i, second);
    v128.store(p + i, update(w, first, second, step, fix, e));
  }
  for (; n > 0; n -= 4, i += 16) {
    const w = f32x4.mul(shrink, load4(p + i, n)), d = f32x4.add(load4(g + i, n), f32x4.mul(decay, w));
    const first = moment(load4(m + i, n), b1, d, a1);
    let second = moment(load4(v + i, n), b2, f32x4.mul(d, d), a2);
    put4(m + i, first, n);
    put4(v + i, second, n);
    if (top) {
      second = f32x4.max(load4(top + i, n), second);
      put4(top + i, second, n);
    }
    put4(p + i, update(w, first, second, step, fix, e), n);
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
