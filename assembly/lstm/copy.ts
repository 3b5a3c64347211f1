// Moves sequences between the layouts of users and of the kernels.
import { bytes } from "../simd";

/** to[width] = from[n], the rest 0; from = 0: all 0 */
@inline
export function copyRow(to: usize, from: usize, n: i32, width: i32): void {
  let i = 0;
  if (from) {
    for (; i + 4 <= n; i += 4) v128.store(to + bytes(i), v128.load(from + bytes(i)));
    for (; i < n; i++) store<f32>(to + bytes(i), load<f32>(from + bytes(i)));
  }
  for (; i < width; i++) store<f32>(to + bytes(i), 0);
}

/**
 * y[t][b] = x[t][b] padded with zeros; 0 from step lengths[b] on
 * y[T][B][width], its rows yStep and yRow elements apart; x[T][B][cols] likewise, 0 for zeros; lengths[B] i32, 0 for T
 * No aliasing; moves only, and never reads a padded step.
 */
export function copySteps(
  y: usize, x: usize, lengths: usize, T: i32, B: i32, cols: i32, width: i32,
  yStep: i32, yRow: i32, xStep: i32, xRow: i32,
): void {
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      const valid = x != 0 && (!lengths || t < load<i32>(lengths + bytes(b)));
      copyRow(y + bytes(t * yStep + b * yRow), valid ? x + bytes(t * xStep + b * xRow) : 0, cols, width);
    }
  }
}
