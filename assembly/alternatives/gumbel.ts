import { log1p } from "../rows/log1p";
import { bytes } from "../simd";

/** -log(v), v > 0, by a log1p that takes nothing below 0. */
function minusLog(v: f64): f64 {
  return v < 1 ? log1p((1 - v) / v) : -log1p(v - 1);
}

/**
 * y = x - log(-log u): x with noise of the Gumbel distribution, where u is uniform in (0, 1)
 * y[n], x[n], u[n]; y may be x
 * float64, rounded once: fused or not, the noise is the same
 */
export function addGumbel(y: usize, x: usize, u: usize, n: i32): void {
  for (let end = y + bytes(n); y < end; y += 4, x += 4, u += 4) {
    store<f32>(y, <f32>(<f64>load<f32>(x) + minusLog(minusLog(<f64>load<f32>(u)))));
  }
}
