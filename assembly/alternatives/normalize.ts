// Standard scores of rows, forward and backward: layer normalization without parameters.
import { layerNorm, layerNormBackward } from "../layers/layernorm";

/** layerNorm with weight 1 and bias 0 */
export function standardNormalize(y: usize, x: usize, rows: i32, cols: i32, ldy: i32, ldx: i32, eps: f64): void {
  layerNorm(y, x, 0, 0, rows, cols, ldy, ldx, eps);
}

/** layerNormBackward with weight 1 */
export function standardNormalizeBackward(
  dx: usize, dy: usize, x: usize, rows: i32, cols: i32, lddx: i32, lddy: i32, ldx: i32, eps: f64,
): void {
  layerNormBackward(0, 0, dx, dy, x, 0, rows, cols, lddx, lddy, ldx, eps);
}
