import { logOf } from "../math/calls";
import { one } from "../math/double";
import { load2, store2 } from "../simd";

/** -log(v), v > 0, by a logarithm that takes nothing below 0. */
@inline
function minusLog(v: v128): v128 {
  const below = f64x2.lt(v, one()), d = f64x2.sub(v, one());
  const u = v128.bitselect(f64x2.div(f64x2.neg(d), v), d, below), L = logOf(u, f64x2.add(one(), u));
  const finite = v128.bitselect(L, u, f64x2.lt(u, f64x2.splat(Infinity)));
  return v128.bitselect(finite, f64x2.neg(finite), below);
}

/**
 * y = x - log(-log u): x with noise of the Gumbel distribution, where u is uniform in (0, 1)
 * y[n], x[n], u[n]; y may be x
 * float64, rounded once: fused or not, the noise is the same
 */
export function addGumbel(y: usize, x: usize, u: usize, n: i32): void {
  for (let i = 0; i < n; i += 2) {
    const tail = i + 1 == n;
    store2(y, i, f64x2.add(load2(x, i, tail), minusLog(minusLog(load2(u, i, tail)))), tail);
  }
}
