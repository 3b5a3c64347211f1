import { load4, put4 } from "../alternatives/lanes";

/**
 * x[i] = 0 where |x[i]| < tiny; NaN stays
 * x[n]
 * Moments that get no more gradient would decay into denormal numbers: 1.4 to 4 times the time of a step.
 */
export function flush(x: usize, n: i32, tiny: f32): void {
  const least = f32x4.splat(tiny), sign = f32x4.splat(-0.0);
  for (; n > 0; n -= 4, x += 16) {
    const v = load4(x, n), small = f32x4.lt(v128.andnot(v, sign), least);
    if (v128.any_true(small)) put4(x, v128.andnot(v, small), n);
  }
}
