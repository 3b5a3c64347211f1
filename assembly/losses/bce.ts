// Binary cross-entropy of logits, torch.nn.functional.binary_cross_entropy_with_logits.
import { expOfMinus, logOf } from "../math/calls";
import { one } from "../math/double";
import { load2 } from "../simd";
import { emit2, periodic2, sum2 } from "./pair";

@inline
function two(
  loss: usize, dx: usize, x: usize, y: usize, weight: usize, weights: i32, posWeight: usize, posWeights: i32,
  dloss: usize, i: i32, scale: v128, tail: bool,
): v128 {
  const v = load2(x, i, tail), t = load2(y, i, tail), a = f64x2.abs(v);
  const e = expOfMinus(v), e1 = f64x2.add(one(), e), L = logOf(e, e1);
  // softplus(x) and softplus(-x); the first is NaN for -Infinity, as in PyTorch
  const up = f64x2.add(f64x2.mul(f64x2.add(v, a), f64x2.splat(0.5)), L);
  const down = f64x2.add(f64x2.max(f64x2.neg(v), f64x2.splat(0)), L);
  // p = sigmoid(x), q = 1 - p
  const near = f64x2.div(one(), e1), far = f64x2.mul(e, near), negative = f64x2.lt(v, f64x2.splat(0));
  const p = v128.bitselect(far, near, negative), q = v128.bitselect(near, far, negative);
  const rest = f64x2.sub(one(), t), hit = posWeight ? f64x2.mul(periodic2(posWeight, i, posWeights), t) : t;
  let l = f64x2.add(f64x2.mul(rest, up), f64x2.mul(hit, down));
  let g = f64x2.sub(f64x2.mul(rest, p), f64x2.mul(hit, q));
  if (weight) {
    const w = periodic2(weight, i, weights);
    l = f64x2.mul(w, l);
    g = f64x2.mul(w, g);
  }
  return emit2(loss, dx, dloss, i, l, g, scale, tail);
}

/**
 * loss = w ((1 - y) log(1 + exp(x)) + v y log(1 + exp(-x))), dx = w ((1 - y) p - v y (1 - p)) scale dloss,
 * p = 1 / (1 + exp(-x)); returns the sum of the losses
 * loss, dx, x, y, dloss[n]; w, v: weight[weights] and posWeight[posWeights], repeated, 0 for 1
 * loss, dx, dloss may be 0; dx may be x or y
 * Float64, rounded once: 0.5 ULP for y in [0, 1]. The sum in two lanes by i mod 2, S0 + S1.
 */
export function bceWithLogits(
  loss: usize, dx: usize, x: usize, y: usize, weight: usize, weights: i32, posWeight: usize, posWeights: i32,
  dloss: usize, n: i32, scale: f64,
): f64 {
  const s = f64x2.splat(scale);
  let sum = f64x2.splat(0);
  for (let i = 0; i < n; i += 2) {
    sum = f64x2.add(sum, two(loss, dx, x, y, weight, weights, posWeight, posWeights, dloss, i, s, i + 1 == n));
  }
  return sum2(sum);
}
