import { negativeExp2 } from "../math/double";
import { bytes, high64, low64 } from "../simd";
import { load4 } from "./lanes";

/**
 * w = exp((x - m) / temperature), the probabilities of softmax but for their sum; 0 below exp(-700)
 * w[n] float64 at a multiple of 8, x[n] at most m
 */
export function expWeights(w: usize, x: usize, n: i32, m: f64, temperature: f64): void {
  const vm = f64x2.splat(m), t = f64x2.splat(temperature);
  for (let i = 0; i < n; i += 4, w += 32) {
    const left = n - i, v = load4(x + bytes(i), left);
    const low = negativeExp2(f64x2.div(f64x2.sub(low64(v), vm), t));
    if (left == 1) v128.store_lane<i64>(w, low, 0);
    else v128.store(w, low);
    if (left < 3) break;
    const high = negativeExp2(f64x2.div(f64x2.sub(high64(v), vm), t));
    if (left == 3) v128.store_lane<i64>(w + 16, high, 0);
    else v128.store(w + 16, high);
  }
}
