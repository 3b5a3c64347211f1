import { EXP_MIN_F64 } from "../../src/coefficients";
import { exp2 } from "../math/double";
import { bytes, high64, low64 } from "../simd";
import { load4 } from "./lanes";

@inline
function weight(x: v128, m: v128, temperature: v128): v128 {
  const z = f64x2.div(f64x2.sub(x, m), temperature);
  return v128.andnot(exp2(z), f64x2.lt(z, f64x2.splat(EXP_MIN_F64)));
}

/**
 * w = exp((x - m) / temperature), the probabilities of softmax but for their sum; 0 below exp(-700)
 * w[n] float64 at a multiple of 8, x[n] at most m
 */
export function expWeights(w: usize, x: usize, n: i32, m: f64, temperature: f64): void {
  const vm = f64x2.splat(m), t = f64x2.splat(temperature);
  for (let i = 0; i < n; i += 4, w += 32) {
    const left = n - i, v = load4(x + bytes(i), left);
    const low = weight(low64(v), vm, t);
    if (left == 1) v128.store_lane<i64>(w, low, 0);
    else v128.store(w, low);
    if (left < 3) break;
    const high = weight(high64(v), vm, t);
    if (left == 3) v128.store_lane<i64>(w + 16, high, 0);
    else v128.store(w + 16, high);
  }
}
